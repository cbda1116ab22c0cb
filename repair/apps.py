"""The app of the plan: what both have agreed."""

from importlib import import_module

from django.apps import AppConfig

# Rooms that register something (kinds of agreement and event, what to export and erase) at the start.
REGISTERS = (
    "repair.timeline.registers",
    "repair.plan.registers",
    "repair.programmes.registers",
    "repair.boundaries.registers",
    "repair.schedules.registers",
)


class RepairConfig(AppConfig):
    name = "repair"

    def ready(self) -> None:
        import_module("repair.celery")  # so that every process publishes through the configured application
        import_module("repair.checks")
        for room in REGISTERS:
            import_module(room)
