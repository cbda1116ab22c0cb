"""The one exception for what the domain will not do."""


class Refusal(Exception):
    """Something the domain will not do, in words fit for the screen. Views show it with status 422 (or 409 where
    the page they stood on is out of date)."""
