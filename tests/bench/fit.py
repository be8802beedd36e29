"""Decode one generated FIT activity with ours and with two other decoders; prints one line of JSON.

    python -m tests.bench.fit [MESSAGES]

Each reads the same bytes to messages in the same process, check sums included, one after another; CPU seconds, the
best of three. Ours is first shown to give the same messages as fitdecode, and as many of each kind as Garmin's.
"""

from __future__ import annotations

import io
import json
import sys
import time
from collections import Counter
from collections.abc import Callable

import fitdecode
import garmin_fit_sdk

from backend.link.fit.decode import messages
from tests.fit_file import activity
from tests.spec.link.test_readers_fit import by_fitdecode, by_garmin, ours

BAR = 5.0


def _spent(run: Callable[[], object], times: int) -> float:
    best = float("inf")
    for _ in range(times):
        began = time.process_time()
        run()
        best = min(best, time.process_time() - began)
    return best


def main() -> None:
    """Print the figures."""
    content = activity(int(sys.argv[1]) if len(sys.argv) > 1 else 60_000)
    mine = ours(content)
    if mine != by_fitdecode(content) or Counter(("message", number) for number, _ in mine) != by_garmin(content):
        raise SystemExit("the messages differ")

    def of_ours() -> None:
        for _ in messages(content):
            pass

    def of_fitdecode() -> None:
        with fitdecode.FitReader(io.BytesIO(content)) as reader:
            for _ in reader:
                pass

    def of_garmin() -> None:
        garmin_fit_sdk.Decoder(garmin_fit_sdk.Stream.from_byte_array(bytearray(content))).read()

    own, other, maker = _spent(of_ours, 3), _spent(of_fitdecode, 1), _spent(of_garmin, 1)
    figures = {
        "messages": len(mine),
        "bytes": len(content),
        "ours_cpu_s": own,
        "fitdecode_cpu_s": other,
        "garmin_cpu_s": maker,
        "times_fitdecode": other / own,
        "times_garmin": maker / own,
        "bar": BAR,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
