"""Writes an Apple Health export as the phone makes it: steps, heart rate, sleep, weight, home blood pressure."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

from backend import base
from backend.demo.body import checkup
from backend.demo.people import Resident

_SEX = {"male": "HKBiologicalSexMale", "female": "HKBiologicalSexFemale"}
_PHONE, _WATCH, _CUFF, _SCALE = "見本の iPhone", "見本の Apple Watch", "見本血圧計", "見本体重計"


def archive(resident: Resident, *, until: date, days: int) -> bytes:
    """Return export.zip with the `days` days before `until`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        file.writestr("apple_health_export/export.xml", "".join(_lines(resident, until, days)))
    return out.getvalue()


def _lines(resident: Resident, until: date, days: int) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<HealthData locale="ja_JP">\n'
    yield f' <ExportDate value="{until:%Y-%m-%d} 07:00:00 +0900"/>\n'
    yield (
        f' <Me HKCharacteristicTypeIdentifierDateOfBirth="{resident.birth:%Y-%m-%d}"'
        f' HKCharacteristicTypeIdentifierBiologicalSex="{_SEX[resident.sex]}"'
        ' HKCharacteristicTypeIdentifierBloodType="HKBloodTypeNotSet"'
        ' HKCharacteristicTypeIdentifierFitzpatrickSkinType="HKFitzpatrickSkinTypeNotSet"'
        ' HKCharacteristicTypeIdentifierCardioFitnessMedicationsUse="None"/>\n'
    )
    values = checkup(resident, until)
    random = Random(resident.seed * 13)  # noqa: S311
    dates = [until - timedelta(days=back) for back in range(days, 0, -1)]
    yield from _weight(random, dates, float(values["weight_kg"]), resident)
    if resident.has_cuff:
        yield from _pressure(random, dates[-120:], float(values["sbp_mmhg"]), float(values["dbp_mmhg"]), resident)
    if resident.has_watch:
        rest = 62 + 3 * resident.metabolic + random.gauss(0, 4)
        yield from _steps(random, dates, resident)
        yield from _heart(random, dates[-60:], rest)
        yield from _resting(random, dates, rest)
        yield from _sleep(random, dates[-60:])
    yield "</HealthData>\n"


def _record(kind: str, source: str, unit: str, start: datetime, end: datetime, value: object) -> str:
    unit_text = f' unit="{unit}"' if unit else ""
    return (
        f' <Record type="HK{kind}" sourceName="{source}" sourceVersion="1"{unit_text}'
        f' creationDate="{end:%Y-%m-%d %H:%M:%S} +0900" startDate="{start:%Y-%m-%d %H:%M:%S} +0900"'
        f' endDate="{end:%Y-%m-%d %H:%M:%S} +0900" value="{value}"/>\n'
    )


def _at(on: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime.combine(on, time(hour, minute, second), base.TOKYO)


def _weight(random: Random, dates: list[date], weight: float, resident: Resident) -> Iterator[str]:
    gain = 0.011 if resident.is_pregnant else -0.002 if resident.is_main else 0.0
    for number, on in enumerate(dates):
        if on.weekday() not in (0, 3):
            continue
        at = _at(on, 6, 30 + random.randint(0, 25))
        value = weight - gain * (len(dates) - number) * (3 if resident.is_pregnant else 1) + random.gauss(0, 0.3)
        yield _record("QuantityTypeIdentifierBodyMass", _SCALE, "kg", at, at, f"{value:.1f}")


def _pressure(random: Random, dates: list[date], sbp: float, dbp: float, resident: Resident) -> Iterator[str]:
    for kind, level, spread in (("Systolic", sbp, 5.5), ("Diastolic", dbp, 3.8)):
        days = Random(resident.seed * 17)  # noqa: S311  (both halves of a measurement at the same moments)
        for on in dates:
            if days.random() < 0.35 and (dates[-1] - on).days > 8:
                continue
            at = _at(on, 6, 40 + days.randint(0, 15))
            # The main man's 7-day mean is what the tour talks about: no noise beyond a ripple.
            noise = (on.toordinal() % 3 - 1) * 2 if resident.is_main else random.gauss(0, spread)
            yield _record(f"QuantityTypeIdentifierBloodPressure{kind}", _CUFF, "mmHg", at, at, round(level + noise))


def _steps(random: Random, dates: list[date], resident: Resident) -> Iterator[str]:
    usual = max(2200.0, 7600 - 1100 * resident.metabolic - 45 * max(0, resident.age(dates[-1]) - 55))
    for on in dates:
        whole = usual * (0.75 if on.weekday() == 6 else 1.0) * math.exp(random.gauss(0, 0.22))
        weights = [random.random() * (2.2 if hour in (8, 12, 18) else 1.0) for hour in range(7, 21)]
        for hour, weight in zip(range(7, 21), weights, strict=True):
            steps = round(whole * weight / sum(weights))
            if steps < 8:
                continue
            start = _at(on, hour, random.randint(0, 40), random.randint(0, 59))
            end = start + timedelta(minutes=min(18, 1 + steps // 100))
            # Phone and watch count the same walk; the record must not add them up.
            if random.random() < 0.3:
                yield _record("QuantityTypeIdentifierStepCount", _PHONE, "count", start, end, round(steps * 0.94))
            yield _record("QuantityTypeIdentifierStepCount", _WATCH, "count", start, end, steps)


def _heart(random: Random, dates: list[date], rest: float) -> Iterator[str]:
    for on in dates:
        for number in range(30):
            hour, minute = divmod(number * 48 + random.randint(0, 40), 60)
            level = rest + (2 if hour < 6 else 12) + abs(random.gauss(0, 9))
            at = _at(on, min(hour, 23), minute, random.randint(0, 59))
            yield _record("QuantityTypeIdentifierHeartRate", _WATCH, "count/min", at, at, round(level))


def _resting(random: Random, dates: list[date], rest: float) -> Iterator[str]:
    for on in dates:
        value = round(rest + random.gauss(0, 1.6))
        yield _record(
            "QuantityTypeIdentifierRestingHeartRate", _WATCH, "count/min", _at(on, 0, 1), _at(on, 23, 50), value
        )


def _sleep(random: Random, dates: list[date]) -> Iterator[str]:
    for on in dates:
        asleep = _at(on, 0, random.randint(0, 50)) - timedelta(minutes=random.randint(0, 60))
        for stage in ("Core", "Deep", "Core", "REM", "Core"):
            end = asleep + timedelta(minutes=round(max(30.0, random.gauss(80, 15))))
            yield _record(
                "CategoryTypeIdentifierSleepAnalysis",
                _WATCH,
                "",
                asleep,
                end,
                f"HKCategoryValueSleepAnalysisAsleep{stage}",
            )
            asleep = end
