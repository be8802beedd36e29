"""The page of a glucose sensor: times in range, mean, GMI, CV and the day's profile, or what is missing for them."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec
import numpy as np
from pydantic import Field

from backend import base
from backend.consent import Permit
from backend.record import figures, service
from backend.record.model import SeriesSamples
from backend.record.points import Reader
from backend.record.profile import service as profile
from backend.record.shapes import Shape, Tone, Word
from models import cgm

METRIC = "cgm_glucose_mgdl"
TOKYO_MS = 9 * 3_600_000


class GlucoseRange(Shape):
    """One range with its share of the readings; `minutes` is that share of a day."""

    id: str
    label: Word
    low: float | None
    high: float | None
    percent: float
    minutes: int
    tone: Tone


class GlucoseFigureRow(Shape):
    """One figure of the consensus; `why` says in a sentence what it is."""

    id: str
    label: Word
    value: float
    decimals: int
    unit: str
    why: Word


class GlucosePage(Shape):
    """The newest 14 days of a sensor. `none`: no sensor linked; `too_few`: below 70 % of 14 days, no figures."""

    state: Literal["ok", "too_few", "none"]
    refusal: Word | None = None
    since: datetime | None = None
    until: datetime | None = None
    days: int = 0
    needed_days: int = cgm.DAYS
    active_percent: float = 0.0
    needed_percent: float = cgm.ENOUGH_PERCENT
    interval_minutes: float | None = None
    source: str | None = None
    is_pregnant: bool = False
    takeaway: Word | None = None
    ranges: list[GlucoseRange] = Field(default=[])
    numbers: list[GlucoseFigureRow] = Field(default=[])
    basis: list[str] = Field(default=[], description="where the definitions are printed")


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """The newest 14 days of one sensor."""

    window: cgm.Window
    source: str
    is_pregnant: bool


def seen(session: Reader, *, permit: Permit, clock: base.Clock = base.CLOCK) -> Seen | None:
    """The newest 14 days of the sensor that wrote most of them; None without any reading."""
    newest = service.daily(session, permit=permit, metric=METRIC, clock=clock)[-1:]
    if not newest:
        return None
    end = datetime.combine(newest[0].day, datetime.min.time(), base.TOKYO) + timedelta(days=1)
    samples = service.read_series(
        session, permit=permit, metric=METRIC, since=end - timedelta(days=cgm.DAYS + 2), until=end, clock=clock
    )
    if samples is None:
        return None
    place = _main_source(samples)
    mine = samples.source == place
    window = cgm.window(samples.start_ms[mine], samples.value[mine], zone_ms=TOKYO_MS)
    return Seen(window=window, source=samples.sources[place], is_pregnant=profile.is_pregnant(session, permit.person))


def _main_source(samples: SeriesSamples) -> int:
    """Two sensors at once are two views of one person; their readings are never mixed."""
    counts = np.bincount(samples.source, minlength=len(samples.sources))
    return int(counts.argmax())


def page(found: Seen | None) -> GlucosePage:
    """The page of what was seen; without enough readings it says so and gives no figure. Pure."""
    if found is None:
        return GlucosePage(state="none", refusal=Word(key="record.cgm.none"))
    window = found.window
    shown = GlucosePage(
        state="ok" if window.is_enough else "too_few",
        since=_moment(window.at_ms[0]),
        until=_moment(window.at_ms[-1]),
        days=window.days,
        active_percent=window.active_percent,
        interval_minutes=None if math.isnan(window.interval_minutes) else window.interval_minutes,
        source=found.source,
        is_pregnant=found.is_pregnant,
        basis=[cgm.RANGES["source"], cgm.DEFINITION["gmi"]["source"]],
    )
    if not window.is_enough:
        reason = cgm.too_few(window)
        return shown.model_copy(update={"refusal": Word(key=reason.key, params=dict(reason.params))})
    metrics = cgm.metrics(window.glucose)
    ranges = _pregnancy_ranges(window) if found.is_pregnant else _ranges(metrics)
    target = next(one for one in ranges if one.id == "target")
    return shown.model_copy(
        update={
            "ranges": ranges,
            "numbers": _numbers(metrics, is_pregnant=found.is_pregnant),
            "takeaway": Word(
                key="record.cgm.takeaway",
                params={
                    "percent": f"{target.percent:.0f}",
                    "low": f"{target.low:g}",
                    "high": f"{target.high:g}",
                    "hours": target.minutes // 60,
                    "minutes": target.minutes % 60,
                },
            ),
        }
    )


def _moment(at_ms: np.int64) -> datetime:
    return datetime.fromtimestamp(int(at_ms) / 1000, UTC)


def _range(name: str, low: float | None, high: float | None, percent: float, tone: Tone) -> GlucoseRange:
    return GlucoseRange(
        id=name,
        label=Word(key=f"record.cgm.{name}"),
        low=low,
        high=high,
        percent=percent,
        minutes=round(percent * 14.4),
        tone=tone,
    )


def _ranges(found: cgm.Metrics) -> list[GlucoseRange]:
    """Highest on top, as the consensus draws them; each reading lies in exactly one."""
    low, high = cgm.RANGES["target"]
    very_low, very_high = cgm.RANGES["very_low_below"], cgm.RANGES["very_high_above"]
    return [
        _range("very_high", very_high, None, found.tar2_gt250, "attention"),
        _range("high", high, very_high, found.tar1_181_250, "attention"),
        _range("target", low, high, found.tir_70_180, "ok"),
        _range("low", very_low, low, found.tbr1_54_69, "attention"),
        _range("very_low", None, very_low, found.tbr2_lt54, "attention"),
    ]


def _pregnancy_ranges(window: cgm.Window) -> list[GlucoseRange]:
    """In pregnancy the target is 63-140; the others are what lies above and below it."""
    low, high = cgm.RANGES["pregnancy_target"]
    n = len(window.glucose)
    above = 100 * float(np.count_nonzero(window.glucose > high)) / n
    below = 100 * float(np.count_nonzero(window.glucose < low)) / n
    inside = cgm.metrics(window.glucose).tir_pregnancy_63_140
    return [
        _range("above", high, None, above, "attention"),
        _range("target", low, high, inside, "ok"),
        _range("below", None, low, below, "attention"),
    ]


def _numbers(found: cgm.Metrics, *, is_pregnant: bool) -> list[GlucoseFigureRow]:
    rows = [("mean", found.mean, 0, "mg/dL"), ("gmi", found.gmi_pct, 1, "%"), ("cv", found.cv_sample_pct, 1, "%")]
    rows.append(("sd", found.sd_sample, 0, "mg/dL"))
    # GMI was not made for pregnancy, where HbA1c runs lower.
    return [
        GlucoseFigureRow(
            id=name,
            label=Word(key=f"record.cgm.{name}"),
            value=value,
            decimals=decimals,
            unit=unit,
            why=Word(key=f"record.cgm.{name}_why"),
        )
        for name, value, decimals, unit in rows
        if not (is_pregnant and name == "gmi")
    ]


def picture(found: Seen | None, *, theme: figures.Theme, locale: figures.Locale) -> figures.Picture | None:
    """The day's profile; None where there is not enough for figures."""
    if found is None or not found.window.is_enough:
        return None
    by_time = cgm.profile(found.window.at_ms, found.window.glucose, zone_ms=TOKYO_MS)
    return figures.agp(profile=by_time, theme=theme, locale=locale)
