"""What this room registers when the site starts."""

from accounts.couples import ports
from repair.schedules import events, holdings, kinds, services

kinds.register_kinds()
events.register_events()
holdings.register_holdings()
ports.on_standing_changed.register(services.standing_changed)
