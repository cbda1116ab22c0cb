"""System checks: an unsafe production start is refused."""
