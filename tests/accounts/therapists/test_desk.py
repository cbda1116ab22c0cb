"""A therapist's own pages: second factor, profile, codes."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.couples.models import Membership
from accounts.therapists.models import Code, CodePair, Grant, Profile
from accounts.therapists.services import make_codes
from tests.cast import Cast
from tests.conftest import START, Moved

ClientOf = Callable[..., Client]
PROFILE = {
    "name": "Dr A. Okafor",
    "registration": "Chamber no. 0000-00",
    "secrets_policy": "limited",
    "emergency_plan": "Practice 09:00 to 17:00; otherwise 112.",
    "told": "on",
}


def test_without_a_second_factor_every_page_leads_to_setting_one_up(cast: Cast, client_of: ClientOf) -> None:
    Authenticator.objects.filter(user=cast.theo).delete()
    client = client_of(cast.theo)
    for path in ("/t/profile/", "/t/codes/", "/cases/", f"/cases/{cast.couples['ana'].pk}/"):
        assert client.get(path)["Location"] == "/t/second-factor/"
    html = client.get("/t/second-factor/").content.decode()
    assert "Set up a passkey" in html
    assert "authenticator app" in html


def test_with_one_it_leads_on(cast: Cast, client_of: ClientOf) -> None:
    assert client_of(cast.theo).get("/t/second-factor/")["Location"] == "/cases/"


@pytest.mark.parametrize("path", ["/t/second-factor/", "/t/profile/", "/t/codes/"])
@pytest.mark.parametrize(("who", "status"), [("ana", 404), ("sol", 404), ("sue", 404), (None, 302)])
def test_partners_have_no_such_pages(
    cast: Cast, client_of: ClientOf, path: str, who: str | None, status: int
) -> None:
    assert client_of(cast.people[who] if who else None).get(path).status_code == status


def test_a_first_profile_leads_to_the_codes(cast: Cast, client_of: ClientOf) -> None:
    Profile.objects.filter(therapist=cast.rae).delete()
    client = client_of(cast.rae)
    assert "Make two codes" not in client.get("/t/codes/").content.decode()
    assert client.post("/t/codes/").status_code == 422
    assert client.post("/t/profile/", PROFILE)["Location"] == "/t/codes/"
    assert Profile.objects.get(therapist=cast.rae).secrets_policy == "limited"


BAD: list[tuple[str, dict[str, Any]]] = [
    ("no name", {"name": " "}),
    ("a name too long", {"name": "x" * 121}),
    ("no registration", {"registration": ""}),
    ("a policy there is not", {"secrets_policy": "all"}),
    ("no plan for emergencies", {"emergency_plan": ""}),
    ("the tick is missing", {"told": ""}),
]


@pytest.mark.parametrize(("sentence", "wrong"), BAD, ids=[b[0] for b in BAD])
def test_bad_input_loses_nothing(cast: Cast, client_of: ClientOf, sentence: str, wrong: dict[str, Any]) -> None:
    response = client_of(cast.theo).post("/t/profile/", {**PROFILE, "emergency_plan": "typed", **wrong})
    html = response.content.decode()
    assert response.status_code == 422
    assert "err-sum" in html
    assert "typed" in html or "emergency_plan" in wrong
    assert Profile.objects.get(therapist=cast.theo).name == "Dr Theo"


def test_saving_the_same_ends_nothing_changing_ends_every_yes(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.theo)
    there = Profile.objects.get(therapist=cast.theo)
    same = {name: getattr(there, name) for name in ("name", "registration", "secrets_policy", "emergency_plan")}
    client.post("/t/profile/", {**same, "told": "on"})
    standing = Grant.objects.filter(therapist=cast.theo, ended_at=None)
    assert standing.count() == 2
    client.post("/t/profile/", {**same, "told": "on", "secrets_policy": "individual"})
    assert standing.count() == 0
    assert Grant.objects.filter(therapist=cast.wim, ended_at=None).count() == 2


def codes_on(client: Client) -> list[str]:
    return re.findall(r'<p class="code">([0-9A-Z]{5} [0-9A-Z]{5})</p>', client.get("/t/codes/").content.decode())


def test_two_codes_are_made_and_stay_readable_while_open(cast: Cast, client_of: ClientOf, clock: Moved) -> None:
    client = client_of(cast.theo)
    assert client.post("/t/codes/")["Location"] == "/t/codes/"
    made = codes_on(client)
    assert len(set(made)) == 2
    assert codes_on(client) == made
    clock.move(days=7)
    assert codes_on(client_of(cast.theo)) == []


def test_the_page_says_open_whatever_was_done_with_them(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.theo)
    client.post("/t/codes/")
    before = client.get("/t/codes/").content
    pair = CodePair.objects.filter(therapist=cast.theo).latest("created_at", "pk")
    for code, person in zip(Code.objects.filter(pair=pair), (cast.ana, cast.ben), strict=True):
        Code.objects.filter(pk=code.pk).update(used_by=Membership.objects.get(person=person), used_at=START)
    after = client.get("/t/codes/").content
    token = re.compile(rb'value="[A-Za-z0-9]{64}"')
    assert token.sub(b"", after) == token.sub(b"", before)


def test_ten_pairs_a_day(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.rae)
    assert [client.post("/t/codes/").status_code for _ in range(11)] == [302] * 10 + [422]


@pytest.mark.parametrize("close", ["", "x", "0" * 32, "é" * 40])
def test_closing_what_is_not_ones_own(cast: Cast, client_of: ClientOf, close: str) -> None:
    assert client_of(cast.theo).post("/t/codes/", {"close": close}).status_code == 404


def test_closing_a_colleagues(cast: Cast, client_of: ClientOf) -> None:
    client_of(cast.rae).post("/t/codes/")
    pair = CodePair.objects.filter(therapist=cast.rae).latest("created_at")
    assert client_of(cast.theo).post("/t/codes/", {"close": str(pair.pk)}).status_code == 404
    assert CodePair.objects.get(pk=pair.pk).expires_at > START


def test_closed_pairs_are_listed_for_one_time_whatever_was_done_with_them(
    cast: Cast, client_of: ClientOf, clock: Moved
) -> None:
    """The retention table lets go of unused pairs alone; a used one must not be seen to stay."""
    before = CodePair.objects.filter(therapist=cast.rae).count()
    pair = make_codes(therapist=cast.rae, now=clock.at)
    Code.objects.filter(pk=Code.objects.filter(pair=pair)[0].pk).update(
        used_by=Membership.objects.get(person=cast.ana), used_at=START
    )
    make_codes(therapist=cast.rae, now=clock.at)
    clock.move(days=20)
    assert client_of(cast.rae).get("/t/codes/").content.count(b": closed") == before + 2
    clock.move(days=16)
    assert client_of(cast.rae).get("/t/codes/").content.count(b": closed") == 0
