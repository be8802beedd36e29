"""The record as CSV that opens in a spreadsheet, and exactly back: `record.csv` and `samples/<metric>.csv` in a ZIP."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta, timezone
from typing import Any, BinaryIO

import msgspec

from backend import base
from backend.record import catalogue
from backend.record.export.bundle import Progress, ignore
from backend.record.export.clinical import question_text
from backend.record.export.whole import Whole
from backend.record.model import Answer, ItemState, Reading, SeriesSamples
from backend.record.profile.questions import Said

MAIN = "record.csv"
SAMPLES = "samples/"
HEAD = (
    "種類", "項目コード", "項目名", "値", "単位", "日時", "終わり", "日付だけ", "状態", "測定元", "元のコード",
    "コード体系", "元の値", "元の単位", "判定", "場所", "空腹時", "値の形",
)  # fmt: skip
SAMPLE_HEAD = ("項目コード", "日時", "終わり", "値", "段階", "単位", "測定元")
BOM = "﻿"
# A spreadsheet set to Japanese takes the wide signs for the narrow ones.
_RISKY = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "'")
_MARK = "'"
_JST = timezone(timedelta(hours=9))


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Whose record a file says it is."""

    name: str
    kana: str
    birth: date | None
    sex: str


def _safe(text: str | None) -> str:
    """A cell that no spreadsheet takes for a formula; `_text` takes the mark off again."""
    if not text:
        return ""
    return _MARK + text if text.startswith(_RISKY) else text


def _text(cell: str) -> str:
    return cell.removeprefix(_MARK)


def _yes(value: bool | None) -> str:
    return "" if value is None else "1" if value else "0"


def write(out: BinaryIO, whole: Whole, *, series: Iterable[SeriesSamples], progress: Progress = ignore) -> None:
    """Write the ZIP."""
    total = len(whole.readings) + 1000 * len(whole.series) + 1
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(_info(MAIN, whole), "w") as member, _opened(member) as text:
            _write_main(text, whole)
        done = len(whole.readings)
        progress(done, total)
        for samples in series:
            name = f"{SAMPLES}{samples.metric}.csv"
            with archive.open(_info(name, whole), "w", force_zip64=True) as member, _opened(member) as text:
                _write_samples(text, samples)
            done += 1000
            progress(done, total)
    progress(total, total)


def _info(name: str, whole: Whole) -> zipfile.ZipInfo:
    at = whole.made_at.astimezone(base.TOKYO)
    info = zipfile.ZipInfo(name, (at.year, at.month, at.day, at.hour, at.minute, at.second))
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _opened(member: Any) -> io.TextIOWrapper:
    text = io.TextIOWrapper(member, encoding="utf-8", newline="", write_through=False)
    text.write(BOM)  # without it Excel takes Japanese for Shift_JIS
    return text


def _write_main(text: io.TextIOBase, whole: Whole) -> None:
    rows = csv.writer(text)
    rows.writerow(HEAD)
    one = whole.person
    blank = [""] * len(HEAD)
    for code, said in (("name", one.name), ("kana", one.kana), ("birth", one.birth.isoformat()), ("sex", one.sex)):
        row = list(blank)
        row[:4] = ["本人", code, "", _safe(said)]
        rows.writerow(row)
    for reading in whole.readings:
        rows.writerow(_row(reading))
    for answer in whole.said:
        row = list(blank)
        value = "" if answer.value is None else msgspec.json.encode(answer.value).decode()
        row[:9] = [
            "答え",
            answer.key,
            question_text(answer.key),
            _safe(value),
            "",
            answer.at.isoformat(),
            "",
            "",
            answer.answer.value,
        ]
        rows.writerow(row)


def _row(reading: Reading) -> list[str]:
    value, form = "", ""
    if isinstance(reading.value, str):
        value, form = _safe(reading.value), "文字"
    elif reading.value is not None:
        value, form = repr(reading.value + 0.0), "数"
    return [
        "値", reading.metric, _safe(catalogue.metric(reading.metric).ja), value, reading.unit,
        reading.start.isoformat(),
        "" if reading.end is None else reading.end.isoformat(), _yes(reading.is_date_only), reading.state.value,
        _safe(reading.source), _safe(reading.code), _safe(reading.code_system), _safe(reading.original_value),
        _safe(reading.original_unit), reading.flag or "", reading.context or "", _yes(reading.is_fasting), form,
    ]  # fmt: skip


def _write_samples(text: io.TextIOBase, samples: SeriesSamples) -> None:
    rows = csv.writer(text)
    rows.writerow(SAMPLE_HEAD)
    zones: dict[int, timezone] = {}
    sources = [_safe(name) for name in samples.sources]
    labels = [*(_safe(name) for name in samples.labels), ""]
    columns = (samples.start_ms, samples.end_ms, samples.value, samples.label, samples.source, samples.offset_min)
    for start, end, value, label, source, offset in zip(*(one.tolist() for one in columns), strict=True):
        zone = zones.setdefault(offset, timezone(timedelta(minutes=offset)))
        rows.writerow(
            (
                samples.metric,
                _moment(start, zone),
                "" if end < 0 else _moment(end, zone),
                "" if value != value else repr(value),
                labels[label],
                samples.unit,
                sources[source],
            )
        )


def _moment(ms: int, zone: timezone) -> str:
    return (datetime.fromtimestamp(ms // 1000, zone).replace(microsecond=ms % 1000 * 1000)).isoformat()


# --- back ----------------------------------------------------------------------------------------


class NotOurs(Exception):  # noqa: N818  (an answer, not an error)
    """This is no CSV of ours, or somebody changed what a program cannot guess; `line` says where."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def rows_of(text: io.TextIOBase, head: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """The rows below the head with their line numbers; raises NotOurs where the head is another."""
    rows = csv.reader(text, strict=True)
    try:
        first = next(rows, [])
        if [first[0].removeprefix(BOM), *first[1:]] != list(head) if first else True:
            raise NotOurs(1)
        for row in rows:
            if not row:
                continue
            if len(row) != len(head):
                raise NotOurs(rows.line_num)
            yield rows.line_num, row
    except (csv.Error, UnicodeDecodeError) as error:
        raise NotOurs(rows.line_num) from error


def reading_of(row: list[str], place: str) -> Reading:
    """The reading of a row; raises ValueError."""
    value: float | str | None = None
    if row[17] == "数":
        value = float(row[3])
    elif row[17] == "文字":
        value = _text(row[3])
    if row[14] not in ("", "H", "L", "N") or row[15] not in ("", "office", "home") or row[17] not in ("", "数", "文字"):
        raise ValueError("not a word of ours")
    return Reading(
        metric=row[1],
        value=value,
        unit=row[4],
        start=datetime.fromisoformat(row[5]),
        end=datetime.fromisoformat(row[6]) if row[6] else None,
        is_date_only=_is_yes(row[7]) is True,
        state=ItemState(row[8]),
        source=_text(row[9]),
        code=_text(row[10]) or None,
        code_system=_text(row[11]) or None,
        original_value=_text(row[12]) or None,
        original_unit=_text(row[13]) or None,
        place=place,
        flag=row[14] or None,  # type: ignore[arg-type]
        context=row[15] or None,  # type: ignore[arg-type]
        is_fasting=_is_yes(row[16]),
    )


def _is_yes(cell: str) -> bool | None:
    if cell not in ("", "0", "1"):
        raise ValueError(cell)
    return None if cell == "" else cell == "1"


def said_of(row: list[str]) -> Said:
    """The answer of a row; raises ValueError."""
    value = msgspec.json.decode(_text(row[3])) if row[3] else None
    at = datetime.fromisoformat(row[5])
    if at.tzinfo is None:
        raise ValueError("no zone")
    return Said(key=row[1], answer=Answer(row[8]), value=value, at=at)


def sample_of(row: list[str], place: str) -> Reading:
    """The sample of a row as a reading; raises ValueError."""
    word = _text(row[4])
    return Reading(
        metric=row[0],
        value=float(row[3]) if row[3] else word,
        # A number with a word beside it is the limit of a device.
        state=ItemState(word) if row[3] and word else ItemState.MEASURED,
        unit=row[5],
        start=datetime.fromisoformat(row[1]),
        end=datetime.fromisoformat(row[2]) if row[2] else None,
        source=_text(row[6]),
        place=place,
    )


def identity_of(found: dict[str, str]) -> Identity:
    """Whose record the file says it is."""
    try:
        birth = date.fromisoformat(found.get("birth", ""))
    except ValueError:
        birth = None
    return Identity(
        name=_text(found.get("name", "")), kana=_text(found.get("kana", "")), birth=birth, sex=found.get("sex", "")
    )
