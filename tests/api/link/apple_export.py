"""A seeded Apple Health export with a known count, as large as a test wants it."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from backend import base


def export(records: int, *, seed: int = 1, birth: str = "1980-04-02", sex: str = "Female") -> tuple[bytes, int, int]:
    """Return export.xml, the number of step records in it and the sum of their values."""
    random = Random(seed)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>\n<HealthData locale="ja_JP">\n',
        f' <Me HKCharacteristicTypeIdentifierDateOfBirth="{birth}"'
        f' HKCharacteristicTypeIdentifierBiologicalSex="HKBiologicalSex{sex}"/>\n',
    ]
    at = datetime(2024, 1, 1, 7, 0, tzinfo=base.TOKYO)
    total = 0
    for _ in range(records):
        at += timedelta(minutes=random.randint(1, 9), seconds=random.randint(0, 59))
        end = at + timedelta(seconds=random.randint(5, 55))
        steps = random.randint(1, 120)
        total += steps
        lines.append(
            ' <Record type="HKQuantityTypeIdentifierStepCount" sourceName="時計" unit="count"'
            f' startDate="{at:%Y-%m-%d %H:%M:%S} +0900" endDate="{end:%Y-%m-%d %H:%M:%S} +0900" value="{steps}"/>\n'
        )
    lines.append("</HealthData>\n")
    return "".join(lines).encode(), records, total
