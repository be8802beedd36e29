"""Meguri's server: six functions, a room each, one direction (see docs/rooms.md)."""
