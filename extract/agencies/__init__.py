"""Who reports: official names, levels and divisions of agencies, from what a page prints.

SCHEMA.md (`reports.agency`) fixes the names: simplified script, beginning with the agency's own division (洪泽区人民政府, not
淮安市洪泽区人民政府). Levels are those of GB/T 2260, with townships known by their suffix; a place the standard does not know is accepted
without a code, with the level its suffix gives.
"""

from extract.agencies.names import as_printed, is_unknown, names_nobody, recognise
from extract.agencies.places import Context, places_in
from extract.agencies.words import is_office, is_organisation, is_sentence, level_of

__all__ = [
    "Context",
    "as_printed",
    "is_office",
    "is_organisation",
    "is_sentence",
    "is_unknown",
    "level_of",
    "names_nobody",
    "places_in",
    "recognise",
]
