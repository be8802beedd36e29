"""Apple Health import: a seeded export of any size, through `meguri link import`; CPU, peak memory, exactness.

    python -m tests.bench.apple_import --mb 200

The bar (200 MB: 4 CPU s, 300 MB peak) belongs to the linkage work; this says where we stand.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

from sqlmodel import SQLModel

from backend import base, consent, people, record
from backend.app import load_rooms
from backend.consent import Purpose

BIRTH = date(1975, 6, 7)
BAR_CPU_SECONDS, BAR_PEAK_MB = 4.0, 300.0


class Kind(NamedTuple):
    """A record type with its share of the export."""

    type: str
    metric: str
    share: float
    unit: str
    low: float
    high: float
    decimals: int
    seconds: int


# The mix of a watch worn for years, as in docs/decisions: heart rate 40 %, energy 25 %, metadata on a third.
MIX = (
    Kind("HKQuantityTypeIdentifierHeartRate", "heart_rate_bpm", 0.40, "count/min", 48, 165, 0, 0),
    Kind("HKQuantityTypeIdentifierActiveEnergyBurned", "active_energy_kcal", 0.17, "kcal", 0.01, 9, 3, 60),
    Kind("HKQuantityTypeIdentifierBasalEnergyBurned", "basal_energy_kcal", 0.08, "kcal", 0.2, 21, 3, 60),
    Kind("HKQuantityTypeIdentifierStepCount", "steps_count", 0.12, "count", 1, 900, 0, 300),
    Kind("HKQuantityTypeIdentifierDistanceWalkingRunning", "distance_walk_m", 0.11, "km", 0.001, 0.8, 5, 300),
    Kind("HKCategoryTypeIdentifierSleepAnalysis", "sleep_stage", 0.05, "", 0, 0, 0, 1500),
    Kind("HKQuantityTypeIdentifierOxygenSaturation", "spo2_pct", 0.03, "%", 0.93, 1, 2, 0),
    Kind("HKQuantityTypeIdentifierRespiratoryRate", "resp_rate_bpm", 0.03, "count/min", 11, 19, 1, 0),
    Kind("HKQuantityTypeIdentifierRestingHeartRate", "resting_heart_rate_bpm", 0.01, "count/min", 50, 70, 0, 86_000),
)
_STAGES = ("Core", "Deep", "REM", "Core", "Awake")
_DEVICE = (
    "&lt;&lt;HKDevice: 0x28{0:06x}&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch, "
    "hardware:Watch6,{1}, software:9.{1}&gt;"
)


def write(path: Path, *, megabytes: float, seed: int = 7) -> dict[str, tuple[int, float]]:
    """Write an export of about that size; returns count and sum of values (source's unit) by metric."""
    random = Random(seed)
    truth: dict[str, tuple[int, float]] = {}
    with path.open("w", encoding="utf-8") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n<HealthData locale="ja_JP">\n')
        out.write(' <ExportDate value="2026-10-01 09:00:00 +0900"/>\n')
        out.write(f' <Me HKCharacteristicTypeIdentifierDateOfBirth="{BIRTH}"')
        out.write(' HKCharacteristicTypeIdentifierBiologicalSex="HKBiologicalSexMale"/>\n')
        whole = megabytes * 1_000_000
        for kind in MIX:
            count, total, written = 0, 0.0, 0
            for text, value in _records(kind, random, whole):
                out.write(text)
                count, total = count + 1, total + value
                written += len(text.encode())
                if written >= whole * kind.share:
                    break
            truth[kind.metric] = (count, total)
        out.write("</HealthData>\n")
    return truth


def _records(kind: Kind, random: Random, whole: float) -> Iterator[tuple[str, float]]:
    wanted = max(1, int(whole * kind.share / 400))  # records are longer: the export ends before today
    at = datetime.now(base.TOKYO).replace(microsecond=0) - timedelta(days=365 * 5 + 1)
    gap = 5 * 365 * 86_400 / wanted
    name = "見本の Apple Watch" if kind.type != "HKQuantityTypeIdentifierStepCount" else "見本の iPhone"
    while True:
        at += timedelta(seconds=max(1.0, gap * (0.5 + random.random())))
        start = at.replace(microsecond=0)
        end = start + timedelta(seconds=min(kind.seconds, gap * 0.4))
        value = round(random.uniform(kind.low, kind.high), kind.decimals)
        shown = (
            f"{value:.{kind.decimals}f}"
            if kind.unit
            else f"HKCategoryValueSleepAnalysisAsleep{random.choice(_STAGES[:4])}"
        )
        unit = f' unit="{kind.unit}"' if kind.unit else ""
        version = random.randint(0, 6)
        head = (
            f' <Record type="{kind.type}" sourceName="{name}" sourceVersion="9.{version}"'
            f' device="{_DEVICE.format(random.getrandbits(24), version)}"{unit}'
            f' creationDate="{end + timedelta(seconds=4):%Y-%m-%d %H:%M:%S} +0900"'
            f' startDate="{start:%Y-%m-%d %H:%M:%S} +0900" endDate="{end:%Y-%m-%d %H:%M:%S} +0900" value="{shown}"'
        )
        if random.random() < 1 / 3:
            note = '  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="0"/>\n'
            yield f"{head}>\n{note} </Record>\n", value if kind.unit else 0.0
        else:
            yield f"{head}/>\n", value if kind.unit else 0.0


def measure(megabytes: float) -> dict[str, float]:
    """Import a fresh export in a process of its own; raises AssertionError where counts or sums are not exact."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        file = Path(folder) / "export.xml"
        truth = write(file, megabytes=megabytes)
        runtime = base.Runtime(base.Settings(home=home))
        base.use(runtime)
        load_rooms()
        with runtime.write_engine.connect() as connection:
            SQLModel.metadata.create_all(connection)
            connection.commit()
        with base.write_unit() as session:
            person = people.create_person(
                session, site="suita", name="見本 計", kana="ミホン ハカリ", birth=BIRTH, sex="male", is_demo=True
            ).id
            account = people.create_account(
                session, site="suita", roles=frozenset({people.Role.RESIDENT}), person=person, is_demo=True
            )
        seconds, cpu, peak = _run(home, file, person)
        _check(person, account, truth)
        size = file.stat().st_size / 1e6
        runtime.close()
        base.use(None)
    count = sum(found for found, _ in truth.values())
    return {"mb": round(size, 1), "records": count, "seconds": seconds, "cpu_seconds": cpu, "peak_mb": peak}


def _run(home: Path, file: Path, person: str) -> tuple[float, float, float]:
    command = [sys.executable, "-m", "backend.cli", "link", "import", str(file), "--person", person, "--json"]
    started = datetime.now(base.TOKYO)
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    child = os.posix_spawn(sys.executable, command, {**os.environ, "MEGURI_HOME": str(home)}, file_actions=quiet)
    _, status, used = os.wait4(child, 0)
    assert status == 0, f"the import ended with {status}"
    seconds = (datetime.now(base.TOKYO) - started).total_seconds()
    return round(seconds, 2), round(used.ru_utime + used.ru_stime, 2), round(used.ru_maxrss / 1024, 1)


def _check(person: str, account: people.AccountFacts, truth: dict[str, tuple[int, float]]) -> None:
    actor = people.Actor(account=account.id, person=person, roles=account.roles, site=account.site, session="bench")
    scale = {"distance_walk_m": 1000.0, "spo2_pct": 100.0}
    with base.read_session() as session:
        permit = consent.permit(session, actor=actor, person=person, purpose=Purpose.SELF)
        for metric, (count, total) in truth.items():
            if record.catalogue.metric(metric).kind != "series":
                found = record.read(session, permit=permit, metrics=[metric])
                values = [float(one.value) for one in found if isinstance(one.value, int | float)]
                held, added = len(found), sum(values)
            else:
                samples = record.read_series(session, permit=permit, metric=metric)
                assert samples is not None, metric
                held = len(samples)
                added = 0.0 if metric == "sleep_stage" else float(samples.value.sum())
            assert held == count, (metric, held, count)
            assert abs(added - total * scale.get(metric, 1.0)) <= 1e-6 * max(1.0, abs(added)), (metric, added, total)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mb", type=float, default=200)
    parser.add_argument("--write-only", type=Path, help="only write the export there")
    arguments = parser.parse_args()
    if arguments.write_only:
        print(json.dumps(write(arguments.write_only, megabytes=arguments.mb)))
        return
    found = measure(arguments.mb)
    bar = BAR_CPU_SECONDS * arguments.mb / 200
    print(json.dumps({**found, "bar_cpu_seconds": bar, "bar_peak_mb": BAR_PEAK_MB}))


if __name__ == "__main__":
    main()
