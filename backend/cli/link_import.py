"""`meguri link import`: a file onto somebody's record, through the same steps as in the app."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from backend import base, demo, link, people

_WAIT_SECONDS = 0.1


def register(commands: Any) -> None:
    """Add `import` to the commands of `meguri link`."""
    parser = commands.add_parser("import", help="put a file on a person's record and print the receipt")
    parser.add_argument("file", type=Path)
    parser.add_argument("--person", required=True, help="a person's id, or the reference of a demo resident (demo-01)")
    parser.add_argument("--mine", action="store_true", help="answer yes where the file does not say whose it is")
    parser.add_argument("--json", action="store_true", help="print the receipt as JSON")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    import backend.app

    backend.app.load_doors()  # an import is news: rooms above may listen
    person = demo.person_of(arguments.person) or arguments.person
    with base.read_session() as session:
        people.person(session, person=person)
    with arguments.file.open("rb") as stream:
        upload = link.send(
            person=person, stream=stream, file_name=arguments.file.name, size=arguments.file.stat().st_size
        )
    told = _Told()
    while upload.state is link.UploadState.READING:
        _work()
        upload = link.upload_state(person=person, upload=upload.id)
        told(upload.progress)
    if upload.refusal is not None:
        params = {name: value if value is not None else "" for name, value in upload.refusal.params.items()}
        print(f"meguri: {base.say(upload.refusal.key, None, **params)}", file=sys.stderr)
        return 1
    assert upload.preview is not None
    question = upload.preview.question
    if question is not None and not arguments.mine:
        name = upload.preview.name_in_file or ""
        print(f"meguri: {base.say(f'link.question_{question}', None, name=name)}  (--mine)", file=sys.stderr)
        link.drop(person=person, upload=upload.id)
        return 1
    answers = {} if question is None else {question: link.Answer.MINE}
    running = link.confirm(person=person, upload=upload.id, answers=answers)
    while running.state is link.ImportState.RUNNING:
        _work()
        running = link.import_state(person=person, import_id=running.id)
        told(running.progress)
    told.end()
    if running.refusal is not None:
        print(f"meguri: {base.say(running.refusal.key)}", file=sys.stderr)
        return 1
    _print(link.as_json(running), as_json=arguments.json)
    return 0


def _work() -> None:
    # A worker may be running beside us and take the job: then there is nothing to do but wait.
    if base.run_due_jobs(limit=1) == 0:
        time.sleep(_WAIT_SECONDS)


def _print(printed: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(printed, ensure_ascii=False, indent=1))
        return
    print(f"{printed['id']}  new {printed['new']}  already {printed['already']}  left out {printed['left_out']}")


class _Told:
    """Shows how far a job is, on a terminal only."""

    def __init__(self) -> None:
        self._is_shown = sys.stderr.isatty()

    def __call__(self, progress: link.Progress) -> None:
        if self._is_shown and progress.total:
            share = 100 * progress.done // progress.total
            print(f"\r{progress.stage} {share} %   ", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        if self._is_shown:
            print("\r" + " " * 40 + "\r", end="", file=sys.stderr)
