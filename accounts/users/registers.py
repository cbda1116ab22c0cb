"""What this room registers when the site starts: its mails, and what it holds of a person."""

from accounts.mail import kinds
from accounts.privacy import ports
from accounts.users import holding, mails

for kind in mails.MAIL_KINDS:
    kinds.register(kind)
ports.register(holding.ACCOUNT)
