"""Elements of HTML by what they do to the line they stand in."""

from __future__ import annotations

BLOCKS = frozenset([
    "p", "div", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "header",
    "footer", "main", "aside", "nav", "center", "blockquote", "pre", "form", "fieldset", "legend", "address", "figure",
    "figcaption", "caption", "hr", "body", "html", "ucapcontent", "ucaptitle", "details", "summary", "thead", "tbody",
    "tfoot", "colgroup", "tr", "td", "th",
])  # fmt: skip
"""Elements that stand on lines of their own."""

HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "center"])

DIVIDERS = (BLOCKS - {"td", "th", "tr"}) | {"br", "table"}
"""What makes more than one line of a cell."""
