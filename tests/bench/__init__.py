"""Benches: what DESIGN.md's bars are measured with; `make bench` runs them all."""
