"""The app of people: who they are and what they may see."""

from importlib import import_module

from django.apps import AppConfig

# Rooms that register something (a kind of mail, what to export and erase) when the site starts.
REGISTERS = (
    "accounts.users.registers",
    "accounts.couples.registers",
    "accounts.therapists.registers",
    "accounts.audit.registers",
    "accounts.privacy.registers",
    "accounts.mail.registers",
)


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        for room in REGISTERS:
            import_module(room)
