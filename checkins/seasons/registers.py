"""What this room registers when the site starts."""

from accounts.couples.ports import closed_parts
from checkins.prompts.ports import register_jar
from checkins.seasons import jar
from checkins.seasons.events import register_events
from checkins.seasons.holdings import closed_part, register_holdings
from checkins.seasons.sweeping import register_sweep

register_holdings()
closed_parts.register(closed_part)
register_jar(jar)
register_events()
register_sweep()
