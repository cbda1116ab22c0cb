"""What this room registers when the site starts."""

from repair.timeline.holdings import register_holdings

register_holdings()
