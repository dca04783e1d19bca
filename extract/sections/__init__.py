"""The sections of a report by `sections.yaml` and DOMAIN.md section 10: headings, kinds, children of compound sections, signature."""

from extract.sections.split import split

__all__ = ["split"]
