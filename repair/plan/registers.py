"""What this room registers when the site starts."""

from accounts.couples import ports
from repair.plan.events import register_events
from repair.plan.holdings import closed_part, register_holdings
from repair.plan.phases import begin

register_events()
register_holdings()
ports.on_linked.register(begin)
ports.closed_parts.register(closed_part)
