"""The app's models, listed for Django; each lives in its room."""

from checkins.conversations.models import Talk, TalkWord, Topic, TopicNote
from checkins.hard.models import Aside
from checkins.journal.models import JournalEntry
from checkins.progress.models import MarkedEvening
from checkins.prompts.models import Addition, AnswerSheet, CheckIn, Prompt, ReadingChoice
from checkins.reminders.models import DeliveredPrompt, Delivery, Heartbeat
from checkins.seasons.models import Given, SeasonLines, Slip

__all__ = [
    "Addition", "AnswerSheet", "Aside", "CheckIn", "DeliveredPrompt", "Delivery", "Given", "Heartbeat",
    "JournalEntry", "MarkedEvening", "Prompt", "ReadingChoice", "SeasonLines", "Slip", "Talk", "TalkWord",
    "Topic", "TopicNote",
]  # fmt: skip
