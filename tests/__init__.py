"""The tests. A package by name, so that no installed one called `tests` (garmin-fit-sdk brings one) stands before it."""
