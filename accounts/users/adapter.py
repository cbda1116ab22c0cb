"""allauth's hooks: its mails become outbox rows, its names the person's own."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Account flows."""


class MFAAdapter(DefaultMFAAdapter):
    """Second factor flows."""
