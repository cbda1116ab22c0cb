"""What this room registers when the site starts."""

from accounts.couples import ports
from repair.programmes import ports as asked_of
from repair.schedules import events, holdings, hours, kinds, services

kinds.register_kinds()
events.register_events()
holdings.register_holdings()
ports.on_standing_changed.register(services.standing_changed)
asked_of.register_reading_hours(hours.next_reading_hour, hours.own_reading_hour)
asked_of.register_quiet_days(hours.quiet_between)
