"""The fault harness: the site as it runs in production, with everything around it breaking on purpose.

`python -m benchmarks.faults` starts PostgreSQL, Redis, Celery workers, a beat and an SMTP relay, breaks one of
them at a time, and counts from the relay's own record what came of every prompt. docs/reliability.md has the rest.
"""
