"""Asking someone in: the form with the exact mail beside it, and what is open."""

from collections.abc import Callable
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access import Purpose, system
from accounts.couples.models import Invitation, Never
from accounts.mail.kinds import registered
from accounts.mail.message import build
from accounts.mail.models import Mail
from tests.accounts.couples.conftest import secret_of
from tests.cast import Cast
from tests.conftest import Moved

URL = "/together/"
WORDS = {"to": "jo@mail.example", "name": "Ivy"}


def send(client: Client, **words: str) -> Any:
    """Press twice: see the mail, then send it."""
    typed = {**WORDS, **words}
    seen = client.post(URL, typed)
    assert seen.status_code == 200, seen.content.decode()
    return client.post(URL, {**typed, "seen": f"{typed['name']} <{typed['to'].lower()}>"})


def test_the_first_press_shows_the_mail_and_sends_nothing(cast: Cast, client_of: Callable[..., Client]) -> None:
    page = client_of(cast.ivy).post(URL, WORDS)
    assert page.status_code == 200
    assert "Send this mail" in page.content.decode()
    assert "Ivy asks whether" in page.content.decode()
    assert not Mail.objects.exists()
    assert not Invitation.objects.filter(inviter=cast.ivy).exists()


def test_the_second_press_owes_one_mail(cast: Cast, client_of: Callable[..., Client], clock: Moved) -> None:
    client = client_of(cast.ivy)
    assert send(client).url == URL
    mail = Mail.objects.get()
    assert (mail.kind, mail.address, mail.person) == ("invitation", "jo@mail.example", None)
    page = client.get(URL).content.decode()
    assert "Your invitation is open" in page
    assert "To j•••@mail.example, until Monday 21 September." in page


def test_what_arrives_is_what_was_shown(cast: Cast, client_of: Callable[..., Client], clock: Moved) -> None:
    client = client_of(cast.ivy)
    shown = client.post(URL, WORDS).context["preview"]
    send(client)
    mail = Mail.objects.get()
    wire = build(mail, system(Purpose.MAIL, now=clock.at), now=clock.at)
    message = message_from_bytes(wire, policy=policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    text = body.get_content().replace("\r\n", "\n").strip()
    secret = secret_of(Invitation.objects.get(inviter=cast.ivy))
    assert text.replace(secret + "/", "…") == shown
    assert secret in text
    assert message["Subject"] == "A note for you"
    said = "".join(part.get_content() for part in message.walk() if not part.is_multipart()).lower()
    assert "ivy asks whether" in said
    for word in ("repair", "trust", "couple", "therap", "boundary", "check-in", "affair", "betray"):
        assert word not in said


def test_words_changed_after_the_preview_are_shown_again(cast: Cast, client_of: Callable[..., Client]) -> None:
    client = client_of(cast.ivy)
    page = client.post(URL, {**WORDS, "name": "Iv", "seen": "Ivy <jo@mail.example>"})
    assert page.status_code == 200
    assert not Mail.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("to", ""),
        ("to", "nobody"),
        ("to", "a@b"),
        ("to", "x" * 400 + "@mail.example"),
        ("to", "jo@mail.example\nbcc: x@y.example"),
        ("name", ""),
        ("name", "   "),
        ("name", "x" * 41),
        ("name", "Ivy\nsays come here"),
        ("name", "see http://x.example"),
        ("name", "Ivy <a@b.example>"),
        ("name", "I\u202evy"),
    ],
)
def test_bad_words_get_422_and_keep_what_was_typed(
    cast: Cast, client_of: Callable[..., Client], field: str, value: str
) -> None:
    page = client_of(cast.ivy).post(URL, {**WORDS, field: value})
    assert page.status_code == 422
    assert 'role="alert"' in page.content.decode()
    kept = {"to": "Ivy", "name": "jo@mail.example"}.get(field, "Ivy")
    assert kept in page.content.decode()
    assert not Mail.objects.exists()


@pytest.mark.parametrize("field", ["to", "name", "seen"])
def test_a_nul_byte_is_refused_and_breaks_nothing(
    cast: Cast, client_of: Callable[..., Client], field: str
) -> None:
    assert client_of(cast.ivy).post(URL, {**WORDS, field: "a\x00b"}).status_code in {400, 422}
    assert not Mail.objects.exists()


def test_ones_own_address_is_refused(cast: Cast, client_of: Callable[..., Client]) -> None:
    client = client_of(cast.ivy)
    answer = client.post(URL, {"to": "IVY@mail.example", "name": "Ivy", "seen": "Ivy <ivy@mail.example>"})
    assert answer.status_code == 422
    assert "your own address" in answer.content.decode()


def test_three_can_be_open_and_a_fourth_is_refused_until_one_is_taken_back(
    cast: Cast, client_of: Callable[..., Client]
) -> None:
    client = client_of(cast.ivy)
    for number in range(3):
        assert send(client, to=f"p{number}@mail.example").status_code == 302
    refused = send(client, to="p9@mail.example")
    assert refused.status_code == 422
    assert "Three invitations" in refused.content.decode()
    first = Invitation.objects.filter(inviter=cast.ivy).first()
    assert first is not None
    client.post(reverse("accounts:invite_take_back"), {"about": first.pk})
    assert send(client, to="p9@mail.example").status_code == 302


def test_taking_back_is_no_way_to_write_to_many(cast: Cast, client_of: Callable[..., Client]) -> None:
    client = client_of(cast.ivy)
    for number in range(10):
        assert send(client, to=f"p{number}@mail.example").status_code == 302
        Invitation.objects.filter(inviter=cast.ivy).update(taken_back_at=cast.ivy.date_joined)
    assert send(client, to="p10@mail.example").status_code == 422


def test_a_second_press_of_send_makes_no_second_invitation(cast: Cast, client_of: Callable[..., Client]) -> None:
    client = client_of(cast.ivy)
    send(client)
    send(client)
    assert Invitation.objects.filter(inviter=cast.ivy).count() == 1
    assert Mail.objects.count() == 1


def test_the_secret_is_nowhere_in_clear(cast: Cast, client_of: Callable[..., Client]) -> None:
    send(client_of(cast.ivy))
    row = Invitation.objects.get(inviter=cast.ivy)
    secret = secret_of(row)
    assert len(secret) >= 43
    for value in Invitation.objects.filter(pk=row.pk).values().get().values():
        assert secret.encode() not in bytes(str(value), "utf8")
    payload = Mail.objects.values_list("payload", flat=True).get()
    assert secret.encode() not in bytes(payload)
    assert b"jo@mail.example" not in bytes(row.address)


def test_the_page_of_an_invitation_never_shows_its_secret(cast: Cast, client_of: Callable[..., Client]) -> None:
    client = client_of(cast.ivy)
    send(client)
    secret = secret_of(Invitation.objects.get(inviter=cast.ivy))
    assert secret not in client.get(URL).content.decode()


def test_it_says_closed_from_the_very_second(cast: Cast, client_of: Callable[..., Client], clock: Moved) -> None:
    client = client_of(cast.ivy)
    send(client)
    clock.move(days=7, seconds=-1)
    assert "Your invitation is open" in client_of(cast.ivy).get(URL).content.decode()
    clock.move(seconds=1)
    page = client_of(cast.ivy).get(URL).content.decode()
    assert "Your invitation is closed" in page
    assert "Show me this mail" in page


def test_who_may_enter(cast: Cast, client_of: Callable[..., Client]) -> None:
    assert client_of(None).get(URL).status_code == 302, "nobody signed in goes to sign in"
    assert client_of(cast.theo).get(URL).status_code == 404, "a therapist has no partner to ask in"
    assert client_of(cast.ana).get(URL).status_code == 302, "a linked person is led to Today"
    assert "A day to think" in client_of(cast.cora).get(URL).content.decode()
    assert "This plan is resting" in client_of(cast.eve).get(URL).content.decode()
    assert client_of(cast.drew).get(URL).status_code == 200, "who has left may ask anew"


def test_a_linked_person_cannot_ask_in_by_post(cast: Cast, client_of: Callable[..., Client]) -> None:
    for person in (cast.ana, cast.cora, cast.eve):
        client_of(person).post(URL, {**WORDS, "seen": "Ivy <jo@mail.example>"})
    assert not Mail.objects.exists()


def test_looking_changes_nothing(cast: Cast, client_of: Callable[..., Client]) -> None:
    before = list(Invitation.objects.values())
    client_of(cast.sol).get(URL)
    client_of(cast.sol).get(URL + "?another")
    assert list(Invitation.objects.values()) == before
    assert not Never.objects.exists()


def test_the_kind_is_registered() -> None:
    assert registered()["invitation"].stream == "invitation"
