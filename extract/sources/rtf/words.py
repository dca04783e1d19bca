"""Control words and character sets of RTF: what is text of the document, what is not, what stands for a sign."""

from __future__ import annotations

import re

SKIPPED = frozenset([
    "fonttbl", "colortbl", "stylesheet", "info", "pict", "header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr",
    "footerf", "ftnsep", "ftnsepc", "aftnsep", "annotation", "atnid", "atnauthor", "fldinst", "objdata", "objclass", "shprslt",
    "nonshppict", "xe", "tc", "nonesttables", "pntxta", "pntxtb", "listname", "listtable", "listoverridetable", "revtbl", "themedata",
    "filetbl", "generator",
])  # fmt: skip
"""Groups that are no text of the document."""
KEPT = frozenset(["shpinst", "shptxt", "nesttableprops", "ud", "shppict", "do", "dptxbxtext"])
"""Groups with a star in front that may hold text all the same."""

PLACES = {
    "fonttbl": "fonts", "stylesheet": "styles", "listtext": "number", "pntext": "number", "shptxt": "box", "dptxbxtext": "box",
}  # fmt: skip
"""Groups whose text is of another kind; that of a text box counts although the shape around it does not."""

SIGNS = {
    "par": "\n", "line": "\n", "tab": "\t", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
    "bullet": "", "emspace": " ", "enspace": " ", "qmspace": " ",
}  # fmt: skip
SYMBOLS = {"~": " ", "_": "-", "-": "", "\n": "\n", "\r": "\n", "\\": "\\", "{": "{", "}": "}", "\t": "\t"}
CODE_PAGES = {128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "cp950"}
"""Character sets of fonts (`\\fcharset`) that are double-byte; all other fonts are read in the code page of the document."""
HEADING = re.compile(r"(?:heading|标题)\s*\d?;?|title;?", re.IGNORECASE)
