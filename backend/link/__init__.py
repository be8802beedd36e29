"""Link: bring in the data that other places hold, with a preview first, a receipt after, and an undo."""

from backend.link import jobs as _jobs  # registers the jobs that read and store
from backend.link.flow import confirm, drop, import_state, imports, send, undo, upload_state
from backend.link.inspect import inspect as look_into
from backend.link.jahis import jahis_join
from backend.link.model import (
    Answer,
    Imported,
    ImportFacts,
    ImportState,
    ImportUndone,
    Preview,
    Progress,
    Question,
    Receipt,
    SourceKey,
    UploadFacts,
    UploadState,
)
from backend.link.opening import open_source
from backend.link.shapes import detail as as_json

del _jobs
__all__ = [
    "Answer",
    "ImportFacts",
    "ImportState",
    "ImportUndone",
    "Imported",
    "Preview",
    "Progress",
    "Question",
    "Receipt",
    "SourceKey",
    "UploadFacts",
    "UploadState",
    "as_json",
    "confirm",
    "drop",
    "import_state",
    "imports",
    "jahis_join",
    "look_into",
    "open_source",
    "send",
    "undo",
    "upload_state",
]
