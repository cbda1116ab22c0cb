"""Benchmarks and the fault harness: `python -m benchmarks.<name> --json` prints one JSON object as its last line.

`stage` sets up a database of the run's own, `people` lays couples with real schedules in it, `measure` compares.
"""
