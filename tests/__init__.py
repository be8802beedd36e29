"""The tests: a package, so that an installed one called `tests` (garmin-fit-sdk brings one) does not hide it."""
