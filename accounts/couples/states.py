"""Where a couple stands. Derived from rows each time it is asked, never stored."""

from enum import StrEnum


class CoupleState(StrEnum):
    NONE = "none"
    COOLING = "cooling"
    ACTIVE = "active"
    RESTING = "resting"
