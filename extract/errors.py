"""What can go wrong inside `extract`, one base and a named child for each case.

A stage raises one of these when a page cannot become a report; the façade turns it into the page's outcome, so that a bad page
costs one page. Outcomes are the closed list of the data dictionary (`pages.outcome`).
"""


class ExtractError(Exception):
    """Base of every error of this package. `outcome` is what `pages.outcome` says of the page."""

    outcome = "corrupt"


class DataFileError(ExtractError):
    """A domain file in `extract/data` is wrong; raised at start by `extract.data`, names file and key."""


class Rejected(ExtractError):
    """Base of the verdicts on a page that is no report; `str(error)` is the reason a person reads."""

    outcome = "not_report"


class NotReport(Rejected):
    """The page is something else: a notice, a guide, a listing, a challenge; raised by `page` and `documents`."""


class BlankForm(Rejected):
    """The form of the year, with no figure and no prose of an agency in it; raised by `documents`."""

    outcome = "blank_form"


class NoYear(Rejected):
    """A report that does not say which year it is about; raised by `documents`."""

    outcome = "no_year"


class NoAgency(Rejected):
    """A report that does not say whose it is; raised by `documents`."""

    outcome = "no_agency"


class NeedsOcr(Rejected):
    """The report is a picture: its page shows scans under the title and next to no text; raised by `documents`."""

    outcome = "needs_ocr"


class Unsupported(Rejected):
    """A format that no module of `extract.sources` reads; raised by `sources`."""

    outcome = "unsupported"


class Corrupt(Rejected):
    """Bytes that are not the format they claim, or not text at all; raised by `sources` and `decoding`."""

    outcome = "corrupt"


class Encrypted(Rejected):
    """A file that opens only with a password; raised by `sources`."""

    outcome = "encrypted"


class TooLarge(Rejected):
    """Over a bound on bytes, cells or depth; raised by `sources` before memory is spent."""

    outcome = "too_large"


class Unparsed(Rejected):
    """The parser gave nothing back for a page that is not empty (a million nested elements); raised by `sources`."""

    outcome = "unparsed"


class Obstacle(Rejected):
    """Something stands in the page's place: a challenge, a captcha, a soft 404, a script shell; raised by `page`.

    `outcome` is the code of PORTALS.md section 16 (`challenge:wzws`, `blocked:captcha`, `soft_404`, `js_redirect`, `js_only`).
    """

    def __init__(self, outcome: str, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome
