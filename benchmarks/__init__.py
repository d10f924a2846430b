"""Repeatable measurements: `python -m benchmarks [ONLY]`. Not part of the tests."""
