"""SMART Health Links: a QR by which somebody else sees a chosen part of the record."""
