"""Tables as apps and device makers write them: encodings, delimiters, numbers and days of many forms."""

from backend.link.tables_csv.cells import head_rows, number, rows
from backend.link.tables_csv.moments import Moment, in_zone, moment, orders

__all__ = ["Moment", "head_rows", "in_zone", "moment", "number", "orders", "rows"]
