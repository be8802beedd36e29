"""The small town that the anonymisation tests share."""

from tests.anonymise_bench import bench

__all__ = ["bench"]
