"""What this room registers when the site starts."""

from accounts.couples import ports
from repair.plan.events import register_events
from repair.plan.holdings import closed_part, register_holdings
from repair.plan.phases import begin
from repair.plan.stepping_out import settle

register_events()
register_holdings()
ports.on_linked.register(begin)
ports.on_standing_changed.register(settle)  # before the schedules fill their seats again
ports.closed_parts.register(closed_part)
