"""What this room registers when the site starts."""

from accounts.couples import ports
from checkins.prompts.holdings import closed_part, register_all

register_all()
ports.closed_parts.register(closed_part)
