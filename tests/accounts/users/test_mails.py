"""The mails about an account: every one allauth can send is one of ours, and says little."""

from pathlib import Path

import allauth
import pytest
from allauth.account.adapter import DefaultAccountAdapter
from django.template.loader import render_to_string

from accounts.access import Purpose, system
from accounts.mail.kinds import kind_of, registered
from accounts.mail.models import Mail, Stream
from accounts.users import mails
from accounts.users.models import User
from tests.cast import Cast
from tests.conftest import Moved

# What we do not send, and why.
NEVER = {
    "account/email/email_confirm": "confirmed is shown on the page",
    "account/email/login_code": "signing in by mailed code is off",
    "account/email/password_reset_key": "a code is used, not a link",
    "account/email/unknown_account": "strangers get no mail",
}
LEXICON = (
    "affair", "betray", "trust", "repair", "couple", "therap", "partner", "relationship", "boundar", "check-in",
    "commitment", "disclos", "infidel", "cheat", "plan", "kept", "answer",
)  # fmt: skip


def test_every_mail_of_allauth_is_sent_as_one_of_ours_or_never() -> None:
    root = Path(allauth.__file__).parent / "templates"
    found = {
        str(path.relative_to(root)).removesuffix("_subject.txt")
        for app in ("account", "mfa", "usersessions")
        for path in (root / app).glob("email/*_subject.txt")
    }
    own = {name for name in mails.KINDS if name.startswith("kept/")}
    assert found == (set(mails.KINDS) - own) | set(NEVER)


def test_every_kind_is_registered_in_the_stream_of_accounts() -> None:
    for kind, _what in mails.KINDS.values():
        assert registered()[kind].stream == Stream.ACCOUNT
    assert Stream.ACCOUNT.label == "Your account"


def _owed(cast: Cast, name: str, clock: Moved) -> Mail:
    mails.owe(name, address=cast.ana.email, context={"code": "123456", "user": cast.ana}, now=clock.at)
    return Mail.objects.get()


@pytest.mark.parametrize("name", sorted(mails.KINDS))
@pytest.mark.parametrize("form", ["txt", "html"])
def test_no_mail_says_a_name_or_a_word_of_the_lexicon(cast: Cast, clock: Moved, name: str, form: str) -> None:
    mail = _owed(cast, name, clock)
    rendered = kind_of(mail).render(mail, system(Purpose.MAIL, now=clock.at))
    text = render_to_string(f"emails/{rendered.template}.{form}", rendered.context)
    shown = text.lower()
    assert "ana" not in shown.replace("another", "").replace("manage", "")
    for word in LEXICON:
        assert word not in shown, word
    assert shown.count("http") <= 1
    for outside in ("src=", "url(", "<img", "<script"):
        assert outside not in shown


def test_the_code_is_shown_in_two_groups(cast: Cast, clock: Moved) -> None:
    mail = _owed(cast, "account/email/password_reset_code", clock)
    rendered = kind_of(mail).render(mail, system(Purpose.MAIL, now=clock.at))
    assert rendered.context["code"] == "123 456"


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        pytest.param({}, True, id="an open account"),
        pytest.param({"delete_asked_at": "now"}, True, id="one that waits to be deleted may still be undone"),
        pytest.param({"suspended_at": "now"}, False, id="a suspended one"),
        pytest.param({"erased_at": "now"}, False, id="one that is gone"),
    ],
)
def test_whether_it_is_still_wanted(cast: Cast, clock: Moved, change: dict[str, str], wanted: bool) -> None:
    mail = _owed(cast, "account/email/password_changed", clock)
    if change:
        User.objects.filter(pk=cast.ana.pk).update(**dict.fromkeys(change, clock.at))
    assert kind_of(mail).lock_and_ask(mail, clock.at) is wanted


def test_an_address_that_is_nobodys_is_written_to_by_nobody(cast: Cast, clock: Moved) -> None:
    mails.owe("account/email/account_already_exists", address="x@mail.example", context={}, now=clock.at)
    assert not Mail.objects.exists()


def test_every_sentence_for_a_problem_can_be_shown() -> None:
    """allauth fills some of its sentences with numbers; ours must take them."""
    from allauth.account.adapter import get_adapter

    for code, original in DefaultAccountAdapter.error_messages.items():
        numbers = (2,) * str(original).count("%d")
        assert get_adapter().validation_error(code, *numbers).messages
