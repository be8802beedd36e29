"""The tests. A package by name: an installed one called `tests` (garmin-fit-sdk brings one) must not stand before it."""
