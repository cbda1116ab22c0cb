"""The link of an invitation: looking writes nothing, one page for everything that leads nowhere, three answers."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.couples.models import Invitation, Never
from accounts.users.models import User
from tests.accounts.couples.conftest import secret_of
from tests.cast import Cast, make_person
from tests.conftest import Moved

Invited = Callable[[User, str], Invitation]
ADDRESS = "drew@mail.example"  # Drew has left a couple and is free


@pytest.fixture
def asked(cast: Cast, invited: Invited) -> Invitation:
    """Sol asks Drew in."""
    return invited(cast.sol, ADDRESS)


def link_of(invitation: Invitation) -> str:
    return reverse("accounts:invitation", args=[secret_of(invitation)])


def without_tokens(response: HttpResponse) -> bytes:
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"", response.content)


def test_it_opens_signed_out_and_for_its_address_and_writes_nothing(
    cast: Cast, client_of: Callable[..., Client], asked: Invitation
) -> None:
    before = Invitation.objects.filter(pk=asked.pk).values().get()
    for person in (None, cast.drew):
        client = client_of(person)
        sessions = Session.objects.count()
        page = client.get(link_of(asked))
        text = page.content.decode()
        assert page.status_code == 200
        assert "Sol asks whether you’d like to use Kept together" in text
        assert "For d•••@mail.example" in text
        assert text.index("Read the three questions") < text.index('value="accept"'), "safety stands first"
        assert Session.objects.count() == sessions
    assert Invitation.objects.filter(pk=asked.pk).values().get() == before
    assert not Never.objects.exists()


def test_the_three_answers_have_one_weight(
    cast: Cast, client_of: Callable[..., Client], asked: Invitation
) -> None:
    text = client_of(None).get(link_of(asked)).content.decode()
    buttons = re.findall(r'<button class="([^"]+)" name="answer" value="([a-z]+)">', text)
    assert [value for _, value in buttons] == ["accept", "later", "never"]
    assert len({classes for classes, _ in buttons}) == 1


def _expired(row: Invitation, cast: Cast, clock: Moved) -> None:
    clock.move(days=7)


def _used(row: Invitation, cast: Cast, clock: Moved) -> None:
    EmailAddress.objects.create(user=cast.ivy, email="other@mail.example", verified=True)
    Invitation.objects.filter(pk=row.pk).update(accepted_by=cast.ivy, accepted_at=clock.at)


def _taken_back(row: Invitation, cast: Cast, clock: Moved) -> None:
    Invitation.objects.filter(pk=row.pk).update(taken_back_at=clock.at)


def _inviter_deleting(row: Invitation, cast: Cast, clock: Moved) -> None:
    User.objects.filter(pk=cast.sol.pk).update(delete_asked_at=clock.at)


def _inviter_suspended(row: Invitation, cast: Cast, clock: Moved) -> None:
    User.objects.filter(pk=cast.sol.pk).update(suspended_at=clock.at)


def _foreign(row: Invitation, cast: Cast, clock: Moved) -> None:
    Invitation.objects.filter(pk=row.pk).update(address_hash=b"x" * 32)


def _unconfirmed(row: Invitation, cast: Cast, clock: Moved) -> None:
    """Drew uses another address by now; the one that was written to is not confirmed any more."""
    EmailAddress.objects.filter(user=cast.drew).update(email="new@mail.example")


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "change",
    [_expired, _used, _taken_back, _inviter_deleting, _inviter_suspended, _foreign, _unconfirmed],
)
def test_every_link_that_leads_nowhere_is_one_page(
    cast: Cast,
    client_of: Callable[..., Client],
    clock: Moved,
    asked: Invitation,
    change: Callable[[Invitation, Cast, Moved], None],
    method: str,
) -> None:
    link = link_of(asked)
    change(asked, cast, clock)
    constant = client_of(cast.drew).get("/i/" + "x" * 43 + "/")
    answer = getattr(client_of(cast.drew), method)(link, {"answer": "accept"} if method == "post" else {})
    assert (answer.status_code, without_tokens(answer)) == (404, without_tokens(constant))
    row = Invitation.objects.get(pk=asked.pk)
    assert row.accepted_by_id != cast.drew.pk


@pytest.mark.parametrize("who", ["sol", "ana", "cleo", "theo", "stan", "una"])
def test_nobody_else_who_is_signed_in_can_open_or_answer_it(
    cast: Cast, client_of: Callable[..., Client], asked: Invitation, who: str
) -> None:
    client = client_of(getattr(cast, who))
    constant = without_tokens(client.get("/i/" + "x" * 43 + "/"))
    assert without_tokens(client.get(link_of(asked))) == constant
    for answer in ("accept", "later", "never"):
        assert without_tokens(client.post(link_of(asked), {"answer": answer})) == constant
    assert not Never.objects.exists()
    assert Invitation.objects.get(pk=asked.pk).accepted_by is None


def test_a_therapist_with_that_address_sees_the_constant_page(
    cast: Cast, client_of: Callable[..., Client], invited: Invited
) -> None:
    row = invited(cast.sol, cast.theo.email)
    assert client_of(cast.theo).get(link_of(row)).status_code == 404


def test_every_single_changed_sign_of_the_secret_leads_nowhere(
    cast: Cast, client_of: Callable[..., Client], asked: Invitation
) -> None:
    """ASVS 9.1.1."""
    secret = secret_of(asked)
    client = client_of(None)
    for at in range(len(secret)):
        other = "A" if secret[at] != "A" else "B"
        wrong = secret[:at] + other + secret[at + 1 :]
        assert client.get(f"/i/{wrong}/").status_code == 404
    for odd in ("%00", "%FF", "..", "x" * 5000, str(asked.pk)):
        assert client.get(f"/i/{odd}/").status_code in {400, 404}


def test_not_now_stores_nothing(cast: Cast, client_of: Callable[..., Client], asked: Invitation) -> None:
    before = Invitation.objects.filter(pk=asked.pk).values().get()
    for person in (None, cast.drew):
        client = client_of(person)
        client.get(link_of(asked))
        sessions = list(Session.objects.values_list("session_key", "session_data"))
        answer = client.post(link_of(asked), {"answer": "later"})
        assert answer.url == reverse("accounts:answered")
        assert list(Session.objects.values_list("session_key", "session_data")) == sessions
    assert Invitation.objects.filter(pk=asked.pk).values().get() == before
    assert not Never.objects.exists()


def test_never_and_not_now_lead_to_one_page(
    cast: Cast, client_of: Callable[..., Client], asked: Invitation
) -> None:
    pages = []
    for answer in ("later", "never"):
        client = client_of(None)
        pages.append(client.post(link_of(asked), {"answer": answer}, follow=True).content)
    assert pages[0] == pages[1]


@pytest.mark.parametrize("who", [None, "drew"])
def test_never_is_stored_as_hashes_once(
    cast: Cast, client_of: Callable[..., Client], asked: Invitation, who: str | None
) -> None:
    client = client_of(getattr(cast, who) if who else None)
    for _ in range(2):
        assert client.post(link_of(asked), {"answer": "never"}).url == reverse("accounts:answered")
    row = Never.objects.get()
    assert (row.account_hash is not None) == (who is not None)
    assert str(cast.sol.pk) not in str(Never.objects.values().get())
    after = Invitation.objects.filter(pk=asked.pk).values().get()
    assert after["taken_back_at"] is None
    assert after["accepted_by_id"] is None


def test_the_link_stays_as_it_is_after_never(
    cast: Cast, client_of: Callable[..., Client], asked: Invitation
) -> None:
    """Somebody with a look at the mailbox must not learn which answer was given."""
    client = client_of(None)
    before = without_tokens(client.get(link_of(asked)))
    client.post(link_of(asked), {"answer": "never"})
    assert without_tokens(client.get(link_of(asked))) == before


def test_a_later_yes_lifts_the_never(cast: Cast, client_of: Callable[..., Client], asked: Invitation) -> None:
    client_of(None).post(link_of(asked), {"answer": "never"})
    client_of(cast.drew).post(link_of(asked), {"answer": "accept"})
    assert not Never.objects.exists()
    assert Invitation.objects.get(pk=asked.pk).accepted_by == cast.drew


@pytest.mark.parametrize("sent", [{}, {"answer": ""}, {"answer": "yes"}, {"answer": ["accept", "nonsense"]}])
def test_an_answer_that_is_none_gets_422(
    cast: Cast, client_of: Callable[..., Client], asked: Invitation, sent: dict[str, str]
) -> None:
    answer = client_of(cast.drew).post(link_of(asked), sent)
    assert answer.status_code == 422
    assert "Choose one of the three answers." in answer.content.decode()
    assert Invitation.objects.get(pk=asked.pk).accepted_by is None


def test_yes_signed_out_leads_to_sign_up_and_back_without_the_secret(
    cast: Cast, client_of: Callable[..., Client], asked: Invitation
) -> None:
    client = client_of(None)
    answer = client.post(link_of(asked), {"answer": "accept"})
    again = reverse("accounts:invitation_again")
    assert answer.url == f"{reverse('account_signup')}?next={again}"
    assert Invitation.objects.get(pk=asked.pk).accepted_by is None
    stored = Session.objects.get().get_decoded()
    assert secret_of(asked) not in str(stored)
    client.force_login(cast.drew)  # as signing in does: the session's data stay
    assert "Sol asks whether" in client.get(again).content.decode()
    assert client.post(again, {"answer": "accept"}).url == reverse("accounts:invite")
    assert Invitation.objects.get(pk=asked.pk).accepted_by == cast.drew
    assert "invitation" not in Session.objects.get(session_key=client.session.session_key).get_decoded()


def test_the_short_way_back_leads_nowhere_for_a_browser_that_never_had_the_secret(
    cast: Cast, client_of: Callable[..., Client], asked: Invitation
) -> None:
    for person in (None, cast.drew):
        assert client_of(person).get(reverse("accounts:invitation_again")).status_code == 404


def test_yes_before_about_you_comes_back_after_it(
    cast: Cast, client_of: Callable[..., Client], invited: Invited, clock: Moved
) -> None:
    newcomer = make_person("Nia", now=clock.at, arrived=False)
    row = invited(cast.sol, newcomer.email)
    client = client_of(newcomer)
    answer = client.post(link_of(row), {"answer": "accept"})
    assert answer.url.startswith(reverse("accounts:about_you"))
    assert Invitation.objects.get(pk=row.pk).accepted_by is None
    typed = {"kind": "partner", "name": "Nia", "zone": "Europe/Lisbon", "adult": "on", "consent": "on"}
    quiet = {"quiet_from": "22:30", "quiet_to": "07:00", "read": "on"}
    after = client.post(reverse("accounts:about_you"), {**typed, **quiet})
    assert after.url == f"{reverse('accounts:before')}?next={reverse('accounts:invitation_again')}"
    read = client.post(reverse("accounts:before"), {"next": reverse("accounts:invitation_again")})
    assert read.url == reverse("accounts:invitation_again")
    client.post(reverse("accounts:invitation_again"), {"answer": "accept"})
    assert Invitation.objects.get(pk=row.pk).accepted_by == newcomer


@pytest.mark.parametrize("who", ["ana", "cora", "eve"])
def test_a_linked_person_is_told_to_close_their_side_first(
    cast: Cast, client_of: Callable[..., Client], invited: Invited, who: str
) -> None:
    person = getattr(cast, who)
    row = invited(cast.sol, person.email)
    answer = client_of(person).post(link_of(row), {"answer": "accept"})
    assert answer.status_code == 422
    assert "Close your side first" in answer.content.decode()
    assert Invitation.objects.get(pk=row.pk).accepted_by is None


def test_yes_is_idempotent_and_shows_two_words_to_compare(
    cast: Cast, client_of: Callable[..., Client], asked: Invitation
) -> None:
    client = client_of(cast.drew)
    for _ in range(2):
        assert client.post(link_of(asked), {"answer": "accept"}).url == reverse("accounts:invite")
    assert client.get(link_of(asked)).url == reverse("accounts:invite")
    page = client.get(reverse("accounts:invite")).content.decode()
    assert "Your yes to Sol" in page
    mine = re.search(r"two words are <b>([a-z]+ [a-z]+)</b>", page)
    theirs = client_of(cast.sol).get(reverse("accounts:invite")).context["pending"].accepted[0].phrase
    assert mine is not None
    assert mine.group(1) == theirs


def test_a_yes_can_be_taken_back_and_the_inviters_page_does_not_move(
    cast: Cast, client_of: Callable[..., Client], asked: Invitation
) -> None:
    client_of(cast.drew).post(link_of(asked), {"answer": "accept"})
    before = without_tokens(client_of(cast.sol).get(reverse("accounts:invite")))
    answer = client_of(cast.drew).post(reverse("accounts:withdraw"), {"about": asked.pk})
    assert answer.url == reverse("accounts:invite")
    assert "Your yes" not in client_of(cast.drew).get(reverse("accounts:invite")).content.decode()
    assert without_tokens(client_of(cast.sol).get(reverse("accounts:invite"))) == before


@pytest.mark.parametrize("about", ["", "x", "\x00", "0" * 400])
@pytest.mark.parametrize("name", ["invite_take_back", "withdraw", "nevers"])
def test_an_id_that_is_none_changes_nothing(
    cast: Cast, client_of: Callable[..., Client], asked: Invitation, name: str, about: str
) -> None:
    answer = client_of(cast.sol).post(reverse(f"accounts:{name}"), {"about": about})
    assert answer.status_code in {302, 400}
    assert Invitation.objects.get(pk=asked.pk).taken_back_at is None


@pytest.mark.parametrize("who", ["drew", "ana", "ivy"])
def test_nobody_else_takes_an_invitation_back(
    cast: Cast, client_of: Callable[..., Client], asked: Invitation, who: str
) -> None:
    for name in ("invite_take_back", "withdraw"):
        client_of(getattr(cast, who)).post(reverse(f"accounts:{name}"), {"about": asked.pk})
    row = Invitation.objects.get(pk=asked.pk)
    assert row.taken_back_at is None
    assert row.settled_at is None


def test_posts_that_have_no_page_of_their_own_refuse_get(cast: Cast, client_of: Callable[..., Client]) -> None:
    for name in ("invite_take_back", "withdraw", "undo_link", "resume"):
        assert client_of(cast.cora).get(reverse(f"accounts:{name}")).status_code == 405


def test_the_date_on_the_pages_has_come_in_every_zone_before_it_closes(asked: Invitation) -> None:
    latest_zone_behind = timedelta(hours=12)
    assert asked.open_until <= (asked.expires_at - latest_zone_behind).date()
