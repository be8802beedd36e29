"""The reader of FIT files: heart rate, steps, distance, energy, weight, blood pressure, oxygen, breathing, workouts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO

from backend import base
from backend.link.fit.decode import TIMESTAMP, Message, Value, is_fit, messages
from backend.link.fit.monitoring import Monitoring
from backend.link.fit.values import EPOCH, SIMPLE, WORKOUTS, Found
from backend.link.reading import BATCH, Format, FoundPerson, Limits, Progress, Sex, Source, ignore_progress, is_in_time
from backend.link.unreadable import FileTooLarge, NobodyOfThatKey
from backend.record import Reading, catalogue

__all__ = ["FitFile", "is_fit"]
_ME = "me"
FILE_ID, USER, SESSION, MONITORING, MONITORING_INFO = 0, 3, 18, 55, 103
# Messages about the file, the device and its settings: nothing of the person is left out with them.
_ABOUT = frozenset({FILE_ID, 2, USER, 12, 13, 15, 19, 21, 23, 26, 27, 34, 35, 49, 72, 206, 207, MONITORING_INFO})
_USER_OF = {30: 12, 51: 9}
_GARMIN = 1
_SEXES: dict[Value, Sex] = {0: "female", 1: "male"}


class FitFile(Source):
    """A FIT file, or several one after another."""

    format: Format = "garmin-fit"

    def __init__(self, file: BinaryIO, *, filename: str, limits: Limits, clock: base.Clock = base.CLOCK) -> None:
        """Read the whole file and check its sums; raises FileTooLarge or FitDamaged."""
        super().__init__(filename=filename)
        file.seek(0)
        content = file.read(limits.fit_bytes + 1)
        if len(content) > limits.fit_bytes:
            raise FileTooLarge(limit_mb=limits.fit_bytes >> 20)
        self._content, self._clock = content, clock
        self._users = self._find_users()

    def _find_users(self) -> dict[int, FoundPerson]:
        """The users of a device that several share, by their index; one user (or none) is just the person."""
        profiles: dict[int, dict[int, Value]] = {}
        weighed: set[int] = set()
        for message in messages(self._content):
            if message.number == USER:
                index = message.fields.get(254, 0)
                profiles[index if isinstance(index, int) else 0] = message.fields
            elif message.number in _USER_OF:
                index = message.fields.get(_USER_OF[message.number], 0)
                weighed.add(index if isinstance(index, int) else 0)
        if len(weighed) <= 1:
            one = profiles.get(next(iter(weighed), 0), {})
            return {index: _person(_ME, one) for index in weighed or {0}}
        return {index: _person(f"user {index}", profiles.get(index, {})) for index in sorted(weighed)}

    def persons(self) -> tuple[FoundPerson, ...]:
        """Return the person, or everybody who stepped on a shared scale: never taken for one."""
        return tuple(self._users.values())

    def readings(self, person_key: str, progress: Progress = ignore_progress) -> Iterator[list[Reading]]:
        """Yield the values of one person; messages of other kinds are counted by their number."""
        own = [index for index, one in self._users.items() if one.key == person_key]
        if not own:
            raise NobodyOfThatKey
        self.log.forget(person_key)
        self.unknown.clear()
        now = self._clock.now()
        batch: list[Reading] = []
        device = "FIT"
        monitoring = Monitoring()
        for place, message in enumerate(messages(self._content), start=1):
            if message.number == FILE_ID:
                device, monitoring = _device(message), Monitoring()
                continue
            if message.number == MONITORING_INFO:
                monitoring.begin(message)
            for one in self._of_message(message, monitoring, own[0]):
                where = f"message {place}"
                start = datetime.fromtimestamp(one.at + EPOCH, UTC).astimezone(base.TOKYO)
                if not is_in_time(start, now) or one.at < 1 << 28:  # below: seconds since the device was switched on
                    self.log.add(person_key, "link.left_future", where)
                elif isinstance(one.value, float) and not catalogue.metric(one.metric).is_plausible(one.value):
                    self.log.add(person_key, "link.left_implausible", where)
                else:
                    batch.append(_reading(one, start, device, where))
                    if len(batch) >= BATCH:
                        yield batch
                        batch = []
        progress(1, 1)
        yield batch
        if self.unknown:
            self.warn("link.warn_types_not_read", kinds=len(self.unknown), count=self.unknown.total())

    def _of_message(self, message: Message, monitoring: Monitoring, user: int) -> Iterator[Found]:
        fields = message.fields
        if message.number == MONITORING:
            yield from monitoring.take(fields)
        elif message.number == SESSION:
            yield from _session(fields)
        elif (simple := SIMPLE.get(message.number)) is not None:
            index = _USER_OF.get(message.number)
            at = fields.get(TIMESTAMP)
            if (index is not None and fields.get(index, 0) != user) or not isinstance(at, int):
                return
            for field, (metric, scale, highest) in simple.items():
                raw = fields.get(field)
                if isinstance(raw, int) and raw <= highest:
                    yield Found(metric, raw / scale, at)
        elif message.number not in _ABOUT:
            self.unknown[f"message {message.number}"] += 1


def _person(key: str, profile: dict[int, Value]) -> FoundPerson:
    name = profile.get(0)
    sex = profile.get(1)
    return FoundPerson(
        key=key,
        name=name[:100] if isinstance(name, str) else None,
        sex=_SEXES.get(sex) if isinstance(sex, int) else None,
    )


def _device(message: Message) -> str:
    name, product = message.fields.get(8), message.fields.get(2)
    maker = "Garmin" if message.fields.get(1) == _GARMIN else "FIT"
    if isinstance(name, str) and name.isprintable():
        return f"{maker} {name[:60]}"
    return f"{maker} {product}" if isinstance(product, int) else maker


def _session(fields: dict[int, Value]) -> Iterator[Found]:
    start, length = fields.get(2), fields.get(7)
    if not isinstance(start, int):
        return
    end = start + length / 1000 if isinstance(length, int) else None
    sport = fields.get(5)
    yield Found("workout", WORKOUTS.get(sport, "other") if isinstance(sport, int) else "other", start, end)
    distance, energy = fields.get(9), fields.get(11)
    if isinstance(distance, int) and distance:
        yield Found("workout_distance_m", distance / 100, start, end)
    if isinstance(energy, int) and energy:
        yield Found("workout_energy_kcal", float(energy), start, end)


def _reading(one: Found, start: datetime, device: str, place: str) -> Reading:
    end = None if one.end is None else datetime.fromtimestamp(one.end + EPOCH, UTC).astimezone(base.TOKYO)
    return Reading(
        metric=one.metric,
        value=one.value,
        unit=catalogue.metric(one.metric).unit,
        start=start,
        end=end,
        source=device,
        place=place,
        context="home" if one.metric in ("sbp_mmhg", "dbp_mmhg") else None,
    )
