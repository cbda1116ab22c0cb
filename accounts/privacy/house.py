"""The hourly job: erase what is due, and hold to the retention table."""

from datetime import datetime

from accounts.privacy import ledger, retention, services
from accounts.users import lost_step


def keep_house(now: datetime) -> dict[str, int]:
    """Do all of it. Returns how many rows went, by name; running it twice changes nothing more."""
    done = {"erased": services.erase_due(now=now), "second steps": lost_step.go_on(now=now)}
    ledger.copy_table()
    return {**done, **retention.sweep_all(now=now)}
