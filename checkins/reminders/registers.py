"""What this room registers when the site starts."""

from accounts.mail import kinds
from accounts.privacy.ports import Holding, register
from checkins.reminders.models import DeliveredPrompt, Delivery, Heartbeat
from checkins.reminders.notes import NOTE, REMINDER

kinds.register(NOTE)
kinds.register(REMINDER)
# When a mail went out is in the export of mails; a delivery ties it to its prompts, the heartbeat is the engine's.
register(Holding(name="reminders", title="Deliveries", models=(Delivery, DeliveredPrompt, Heartbeat)))
