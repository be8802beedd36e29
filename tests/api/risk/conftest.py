"""A resident with an invented check-up on the record and the questions of わたしのこと answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from backend import base, record
from tests.samples.risk.residents import CHECKUP, NO_DISEASE, reading

Put = Callable[..., Any]


@pytest.fixture
def checked(resident: Callable[..., Any]) -> Put:
    """checked(checkup={...}, answers={...}, **person): a phone whose owner had a check-up a hundred days ago."""

    def make(*, checkup: dict[str, Any] | None = None, answers: dict[str, Any] | None = None, **who: Any) -> Any:
        phone = resident("suita", **({"birth": "1969-05-02", "sex": "male"} | who))
        person = phone.get("/me").json["person"]["id"]
        day = (base.CLOCK.now() - timedelta(days=100)).astimezone(base.TOKYO).date()
        values = CHECKUP | (checkup or {})
        told = NO_DISEASE | {"smoking": "current", "area": "27205"} | (answers or {})
        kept = set(record.Reading.__struct_fields__)
        rows = [
            record.Reading(**{k: v for k, v in msgspec.structs.asdict(reading(m, v_, day)).items() if k in kept})
            for m, v_ in values.items()
            if v_ is not None
        ]
        with base.write_unit() as session:
            added = record.add(session, person=person, readings=rows, import_id=base.new_id())
            assert added.refused == ()
            for key, value in told.items():
                if value is not None:
                    record.answer(session, person=person, key=key, answer=record.Answer.VALUE, value=value)
        return phone

    return make
