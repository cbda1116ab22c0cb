"""The app's models, listed for Django; each lives in its room."""

from checkins.progress.models import MarkedEvening
from checkins.prompts.models import Addition, AnswerSheet, CheckIn, Prompt, ReadingChoice
from checkins.reminders.models import DeliveredPrompt, Delivery, Heartbeat

__all__ = [
    "Addition", "AnswerSheet", "CheckIn", "DeliveredPrompt", "Delivery", "Heartbeat", "MarkedEvening", "Prompt",
    "ReadingChoice",
]  # fmt: skip
