"""The archived page itself, for the frame of the source page: never from the live site, without scripts, in a sandbox of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Response

from share import addresses, captured, documents
from share.guard import ARCHIVED_POLICY
from share.pages.source import asked, target_of
from share.site import found, visit

if TYPE_CHECKING:
    from datasette.utils.asgi import Request

    from share.pages.source import Target
    from share.site import Site

FRAMED = {"content-security-policy": ARCHIVED_POLICY, "x-frame-options": "SAMEORIGIN"}
SUFFIXES = {"pdf": "pdf", "zip": "bin", "ole": "bin", "image": "bin", "html": "txt", "text": "txt"}


async def page(datasette: Site, request: Request) -> Response:
    """The page of an id as markup that runs nothing; `picture`: a page of a document as PNG; `download`: the bytes as they were served."""
    call = visit(datasette, request)
    target: Target = found(await datasette.read(target_of, call.arg("report"), asked(call)))
    if target.page["id"] != addresses.decoded(request.url_vars["id"]):
        found(None)
    shown: captured.Shown = await datasette.fetch(captured.show, datasette.archive, target.page, target.wanted)
    if shown.problem:
        return _text(call.words["problems"][shown.problem], status=404)
    if call.arg("download"):
        return _file(shown, target.page["sha256"])
    if call.arg("picture"):
        return await _picture(datasette, shown, target)
    if shown.marked is None:
        return _text(call.words["document_only"], status=200)
    return Response(shown.marked.markup, headers=FRAMED, content_type="text/html; charset=utf-8")


def _text(text: str, *, status: int) -> Response:
    return Response(text, status=status, headers=dict(FRAMED), content_type="text/plain; charset=utf-8")


def _file(shown: captured.Shown, sha256: str) -> Response:
    """The bytes, never as something that a browser would open by itself."""
    headers = {**FRAMED, "content-disposition": f'attachment; filename="{sha256[:16]}.{SUFFIXES.get(shown.kind, "bin")}"'}
    return Response(shown.body, headers=headers, content_type="application/octet-stream")


async def _picture(datasette: Site, shown: captured.Shown, target: Target) -> Response:
    picture: Any = await datasette.fetch(documents.picture, shown.body, target.wanted) if shown.kind == "pdf" else None
    if picture is None:
        return _text("", status=404)
    return Response(picture, headers={"cache-control": "public, max-age=3600"}, content_type="image/png")
