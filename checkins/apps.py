"""The app of what happens over time: prompts, reading, the timeline, the therapist's view."""

from importlib import import_module

from django.apps import AppConfig

# Rooms that register something (kinds of mail and event, cards, what to export and erase) at the start.
REGISTERS = (
    "checkins.hard.registers",
    "checkins.prompts.registers",
    "checkins.reminders.registers",
    "checkins.progress.registers",
    "checkins.today.registers",
    "checkins.journal.registers",
    "checkins.seasons.registers",
    "checkins.conversations.registers",
)


class CheckinsConfig(AppConfig):
    name = "checkins"

    def ready(self) -> None:
        for room in REGISTERS:
            import_module(room)
