"""What this room registers when the site starts."""

from django.utils.translation import gettext_lazy as _

from accounts.couples import holdings, mails
from accounts.mail import kinds
from accounts.privacy import ports as privacy
from accounts.safety import onward
from accounts.safety.onward import Door

kinds.register(mails.KIND)
privacy.register(holdings.HOLDING)
onward.register(
    onward.Onward(
        name="leave",
        words=_(
            "If you are afraid of what happens once the other notices: a helpline can think that through with you "
            "first, also when and how. Nothing here has to be done today."
        ),
        go_on=Door("accounts:leave", _("Go on"), _("To “Stop sharing”. Nothing is stopped yet")),
        instead=Door("accounts:rest", _("Rest instead"), _("It can be undone; to the other it looks the same")),
        not_now=Door("accounts:you", _("Not now"), _("The other person sees nothing of this")),
    )
)
