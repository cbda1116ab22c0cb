"""The app's models, listed for Django; each lives in its room."""

from accounts.audit.models import Entry, Head
from accounts.couples.models import Couple, Invitation, Membership, Never, Rest
from accounts.mail.models import Attempt, Mail
from accounts.privacy.models import Erasure
from accounts.therapists.models import Code, CodePair, Grant, Profile, Session
from accounts.users.models import CacheRow, CalendarAddress, Consent, LostSecondStep, User
from accounts.vault.models import DataKey

__all__ = [
    "Attempt", "CacheRow", "CalendarAddress", "Code", "CodePair", "Consent", "Couple", "DataKey", "Entry",
    "Erasure", "Grant", "Head", "Invitation", "LostSecondStep", "Mail", "Membership", "Never", "Profile", "Rest",
    "Session", "User",
]  # fmt: skip
