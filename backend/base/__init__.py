"""The ground every room stands on: database units, clock, ids, sealing, files, jobs, refusals. No health words."""

from sqlmodel import Session

from backend.base import ledger, ledger_verify
from backend.base.clock import CLOCK, TOKYO, Clock, FixedClock, SystemClock, new_id
from backend.base.db import Table, UtcDateTime
from backend.base.events import publish, subscribe
from backend.base.files import FileRef, SealedFiles
from backend.base.http import APIBlueprint, Problem, install_errors, problem_response, validation_problem
from backend.base.outbox import Job, JobLost, OutboxJob, enqueue, job_handler, job_state, run_due_jobs, waiting_jobs
from backend.base.refusal import (
    Conflict,
    Invalid,
    KeyReused,
    NotAllowed,
    NotFound,
    Refusal,
    SealBroken,
    SignInNeeded,
    StepUpNeeded,
    TooLarge,
    TooMany,
)
from backend.base.runtime import (
    Runtime,
    erase_person_key,
    files,
    keyed_hash,
    read_session,
    read_unit,
    runtime,
    seal,
    unseal,
    use,
    write_unit,
)
from backend.base.schedule import every, run_due_tasks
from backend.base.settings import Settings, settings_from_env
from backend.base.words import LOCALES, all_words, say, say_refusal

__all__ = [
    "CLOCK",
    "LOCALES",
    "TOKYO",
    "APIBlueprint",
    "Clock",
    "Conflict",
    "FileRef",
    "FixedClock",
    "Invalid",
    "Job",
    "JobLost",
    "KeyReused",
    "NotAllowed",
    "NotFound",
    "OutboxJob",
    "Problem",
    "Refusal",
    "Runtime",
    "SealBroken",
    "SealedFiles",
    "Session",
    "Settings",
    "SignInNeeded",
    "StepUpNeeded",
    "SystemClock",
    "Table",
    "TooLarge",
    "TooMany",
    "UtcDateTime",
    "all_words",
    "enqueue",
    "erase_person_key",
    "every",
    "files",
    "install_errors",
    "job_handler",
    "job_state",
    "keyed_hash",
    "ledger",
    "ledger_verify",
    "new_id",
    "problem_response",
    "publish",
    "read_session",
    "read_unit",
    "run_due_jobs",
    "run_due_tasks",
    "runtime",
    "say",
    "say_refusal",
    "seal",
    "settings_from_env",
    "subscribe",
    "unseal",
    "use",
    "validation_problem",
    "waiting_jobs",
    "write_unit",
]
