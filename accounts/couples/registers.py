"""What this room registers when the site starts."""

from accounts.couples import holdings, mails
from accounts.mail import kinds
from accounts.privacy import ports as privacy

kinds.register(mails.KIND)
privacy.register(holdings.HOLDING)
