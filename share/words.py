"""The words of the pages in both languages, from `labels.yaml`; which language a visitor reads."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

import yaml

if TYPE_CHECKING:
    from datasette.utils.asgi import Request

Language = Literal["zh", "en"]
COOKIE = "lang"


class Words(dict[str, Any]):
    """Words by name, also as attributes, as templates read them. A name without words raises KeyError: no page shows a hole."""

    def __getattr__(self, name: str) -> Any:
        return self[name]


@cache
def words(language: Language) -> Words:
    """All words in a language; a name over several names is a mapping of its own (`levels`, `states`)."""
    texts = yaml.safe_load(files("share").joinpath("labels.yaml").read_text(encoding="utf-8"))
    return Words({**_chosen(texts, language), "language": language})


def _chosen(texts: dict[str, Any], language: Language) -> Words:
    return Words({name: text[language] if language in text else _chosen(text, language) for name, text in texts.items()})


def language_of(request: Request | None) -> Language:
    """The language of the address (`lang=en`), else of the cookie, else the first of ours that the browser asks for, else Chinese."""
    if request is None:
        return "zh"
    for wanted in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if wanted in ("zh", "en"):
            return "en" if wanted == "en" else "zh"
    for part in request.headers.get("accept-language", "").lower().split(","):
        if part.strip()[:2] in ("zh", "en"):
            return "en" if part.strip().startswith("en") else "zh"
    return "zh"
