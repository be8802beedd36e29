"""HTTP of linking: upload a file, see what is in it, confirm, follow the import, undo it."""

from __future__ import annotations

from typing import Any, BinaryIO, cast
from urllib.parse import quote, unquote

from flask import Response, request

from backend import base, people
from backend.link import flow, refusals, service, shapes

api = base.APIBlueprint("link")

_OCTETS = {
    "required": True,
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}


def _person() -> str:
    person = people.current_actor().person
    if person is None:
        raise refusals.NoRecord
    return person


@api.before_request
def _take_files() -> None:
    # Said before anybody touches the stream: it is cut by our own limit for files. (None would mean the app's.)
    if request.endpoint == "link.upload":
        request.max_content_length = 1 << 62


@api.post("/link/uploads", request_body=_OCTETS, responses={201: shapes.UploadOut})
def upload(header: shapes.UploadHeader, query: shapes.UploadQuery) -> tuple[dict[str, Any], int]:
    """Take a file as raw bytes; reading it goes on as a job, nothing is stored on the record."""
    person = _person()
    facts = flow.send(
        person=person,
        stream=cast(BinaryIO, request.stream),
        file_name=unquote(header.x_filename),
        size=request.content_length,
        source=query.source,
        client_id=header.idempotency_key,
    )
    return shapes.upload(facts), 201


@api.get("/link/uploads/<upload_id>", responses={200: shapes.UploadOut})
def upload_state(path: shapes.UploadPath) -> dict[str, Any]:
    """Say how far the reading is and what was found."""
    return shapes.upload(flow.upload_state(person=_person(), upload=path.upload_id))


@api.delete("/link/uploads/<upload_id>", responses={204: None})
def drop_upload(path: shapes.UploadPath) -> tuple[str, int]:
    """Throw an unconfirmed file away, bytes included."""
    flow.drop(person=_person(), upload=path.upload_id)
    return "", 204


@api.post("/link/uploads/<upload_id>/confirm", responses={202: shapes.ImportDetailOut})
def confirm(path: shapes.UploadPath, body: shapes.ConfirmIn) -> tuple[dict[str, Any], int]:
    """Start the import of a previewed file; confirming twice starts one import."""
    return shapes.detail(flow.confirm(person=_person(), upload=path.upload_id, answers=body.answers)), 202


@api.get("/link/imports", responses={200: shapes.ImportsOut})
def imports() -> dict[str, Any]:
    """List the person's imports, newest first."""
    return shapes.imports(flow.imports(person=_person()))


@api.get("/link/imports/<import_id>", responses={200: shapes.ImportDetailOut})
def import_state(path: shapes.ImportPath) -> dict[str, Any]:
    """Show one import: how far it is, and its receipt when it is complete."""
    return shapes.detail(flow.import_state(person=_person(), import_id=path.import_id))


@api.post("/link/imports/<import_id>/undo", responses={200: shapes.ImportDetailOut})
def undo(path: shapes.ImportPath) -> dict[str, Any]:
    """Take every value of an import off the record again, its file too."""
    return shapes.detail(flow.undo(person=_person(), import_id=path.import_id))


@api.get("/link/imports/<import_id>/file", responses={200: {"content": _OCTETS["content"]}})
def import_file(path: shapes.ImportPath) -> Response:
    """Give the kept original file back, byte for byte."""
    with base.read_session() as session:
        original = service.original(session, person=_person(), import_id=path.import_id)
    response = Response(original.chunks, mimetype="application/octet-stream")
    response.headers["Content-Length"] = str(original.size)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(original.file_name, safe='')}"
    return response


@api.get("/link/sources", responses={200: shapes.SourcesOut})
def sources() -> dict[str, Any]:
    """List where data can come from and how the last tries went, and the files that wait for a yes."""
    with base.read_session() as session:
        listed = service.sources(session, person=_person())
        waiting = service.waiting(session, person=_person())
    return shapes.sources(listed, waiting)
