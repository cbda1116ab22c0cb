"""One partner's own answer: profile first, a random wait, 90 days, and nothing that tells of the other."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from accounts.access import viewer_of
from accounts.therapists import services
from accounts.therapists.models import CodePair, Grant
from accounts.therapists.queries import access_to_case
from accounts.vault import services as vault
from tests.accounts.therapists.given import therapist_with_codes, yes
from tests.cast import Cast
from tests.conftest import START, Moved

ClientOf = Callable[..., Client]
REAUTHENTICATION = "allauth.account.internal.flows.reauthentication.is_reauthentication_required"


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """No password asked for (its own test is below), no tries counted before."""
    cache.clear()
    monkeypatch.setattr(REAUTHENTICATION, lambda request, app="": False)


@pytest.fixture
def pair(cast: Cast, client_of: ClientOf) -> CodePair:
    """A pair whose codes both used."""
    _, pair, one, other = therapist_with_codes()
    client_of(cast.ana).post("/helper/code/", {"code": one})
    client_of(cast.ben).post("/helper/code/", {"code": other})
    return pair


def plain(html: str) -> str:
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", html)


def test_it_shows_the_profile_and_asks_without_a_default(cast: Cast, client_of: ClientOf, pair: CodePair) -> None:
    pages = [client_of(p).get(f"/helper/{pair.pk}/").content.decode() for p in (cast.ana, cast.ben)]
    for words in ("Dr Tea", "Register Tea 1234", "None kept from either", "Call 112, then me.", "90 days"):
        assert words in pages[0]
    assert " checked>" not in pages[0]
    assert "Neither is shown the other’s answer." in pages[0]
    one, other = (plain(page)[plain(page).index("<main") :] for page in pages)
    assert one == other, "the same profile, the same words for both"


def test_a_yes_waits_and_lasts_ninety_days(cast: Cast, client_of: ClientOf, pair: CodePair) -> None:
    response = client_of(cast.ana).post(f"/helper/{pair.pk}/", yes(pair, answer="beginning", read=["words"]))
    assert (response.status_code, response["Location"]) == (302, "/helper/")
    grant = Grant.objects.get(therapist=pair.therapist)
    low, high = (timedelta(hours=h) for h in settings.GRANT_DELAY_HOURS)
    assert low <= grant.opens_at - START <= high
    assert grant.expires_at == START + timedelta(days=90)
    scope = vault.open(viewer_of(cast.ana, now=START), grant, "scope")
    assert scope == {"since": "beginning", "words": True, "window": "session"}


def test_the_wait_is_drawn_anew_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = {services.random_wait() for _ in range(30)}
    assert len(waits) > 20
    low, high = (timedelta(hours=h) for h in settings.GRANT_DELAY_HOURS)
    for drawn, expected in ((lambda limit: 0, low), (lambda limit: limit - 1, high)):
        monkeypatch.setattr("repair.clock.below", drawn)
        assert services.random_wait() == expected


def test_two_yeses_open_the_case_after_the_later_wait(
    cast: Cast, client_of: ClientOf, pair: CodePair, clock: Moved
) -> None:
    for person in (cast.ana, cast.ben):
        client_of(person).post(f"/helper/{pair.pk}/", yes(pair))
    couple = cast.couples["ana"].pk
    assert access_to_case(pair.therapist, couple, now=START + timedelta(hours=1)) is None
    later = max(Grant.objects.filter(pair=pair).values_list("opens_at", flat=True))
    assert access_to_case(pair.therapist, couple, now=later - timedelta(seconds=1)) is None
    access = access_to_case(pair.therapist, couple, now=later)
    assert access is not None
    assert access.since == later


BAD: list[tuple[str, dict[str, Any]]] = [
    ("nothing chosen", {"answer": ""}),
    ("an answer there is not", {"answer": "maybe"}),
    ("a scope there is not", {"answer": "start", "read": ["journal"]}),
    ("fields missing altogether", {}),
]


@pytest.mark.parametrize(("sentence", "fields"), BAD, ids=[b[0] for b in BAD])
def test_bad_input(cast: Cast, client_of: ClientOf, pair: CodePair, sentence: str, fields: dict[str, Any]) -> None:
    response = client_of(cast.ana).post(f"/helper/{pair.pk}/", fields)
    assert response.status_code == 422
    assert "err-sum" in response.content.decode()
    assert not Grant.objects.filter(therapist=pair.therapist).exists(), sentence


def test_a_double_click_makes_one_yes(cast: Cast, client_of: ClientOf, pair: CodePair) -> None:
    for _ in range(2):
        client_of(cast.ana).post(f"/helper/{pair.pk}/", yes(pair))
    assert Grant.objects.filter(therapist=pair.therapist).count() == 1


def test_no_ends_ones_own_yes_and_writes_nothing_else(cast: Cast, client_of: ClientOf, pair: CodePair) -> None:
    client_of(cast.ana).post(f"/helper/{pair.pk}/", {"answer": "no"})
    assert not Grant.objects.filter(therapist=pair.therapist).exists()
    for person in (cast.ana, cast.ben):
        client_of(person).post(f"/helper/{pair.pk}/", yes(pair))
    client_of(cast.ana).post(f"/helper/{pair.pk}/", {"answer": "no"})
    ended = {g.membership.person_id: g.ended_at is not None for g in Grant.objects.filter(pair=pair)}
    assert ended == {cast.ana.pk: True, cast.ben.pk: False}


def test_another_scope_takes_the_place_of_the_first(cast: Cast, client_of: ClientOf, pair: CodePair) -> None:
    client_of(cast.ana).post(f"/helper/{pair.pk}/", yes(pair, read=["words", "always"]))
    first = Grant.objects.get(pair=pair)
    client_of(cast.ana).post(f"/helper/{pair.pk}/", yes(pair))
    second = Grant.objects.get(pair=pair, ended_at=None)
    assert second.pk != first.pk
    assert second.opens_at == first.opens_at, "narrowing neither interrupts nor moves the beginning"
    assert not vault.open(viewer_of(cast.ana, now=START), second, "scope")["words"]
    html = client_of(cast.ana).get(f"/helper/{pair.pk}/").content.decode()
    assert html.count(" checked>") == 1, "later, the last choice is filled in"


def test_renewing_is_explicit(cast: Cast, client_of: ClientOf, pair: CodePair, clock: Moved) -> None:
    ana = client_of(cast.ana)
    ana.post(f"/helper/{pair.pk}/", yes(pair))
    first = Grant.objects.get(pair=pair)
    clock.move(days=80)
    client_of(cast.ana).post(f"/helper/{pair.pk}/", yes(pair))
    renewed = Grant.objects.get(pair=pair, ended_at=None)
    assert (renewed.opens_at, renewed.expires_at) == (first.opens_at, clock.at + timedelta(days=90))
    clock.move(days=91)
    client_of(cast.ana).post(f"/helper/{pair.pk}/", yes(pair))
    anew = Grant.objects.get(pair=pair, ended_at=None)
    assert anew.opens_at > clock.at, "after it ran out it begins anew, with a wait"


def test_a_changed_profile_is_read_once_more(
    cast: Cast, client_of: ClientOf, pair: CodePair, clock: Moved
) -> None:
    read = yes(pair)
    client_of(cast.ben).post(f"/helper/{pair.pk}/", read)
    fields = {"name": "Dr Tea", "registration": "R", "secrets_policy": "individual", "emergency_plan": "x"}
    services.save_profile(therapist=pair.therapist, fields=fields, now=clock.move(minutes=1))
    assert not Grant.objects.filter(pair=pair, ended_at=None).exists(), "every yes to the old words ended"
    response = client_of(cast.ana).post(f"/helper/{pair.pk}/", read)
    assert response.status_code == 409
    html = response.content.decode()
    assert "Individual confidences kept" in html
    stamp = re.findall(r'name="profile" value="([^"]+)"', html)[0]
    assert client_of(cast.ana).post(f"/helper/{pair.pk}/", {**read, "profile": stamp}).status_code == 302


@pytest.mark.parametrize(("who", "status"), [("cleo", 404), ("sol", 404), ("theo", 404), (None, 302)])
def test_others_have_no_such_page(
    cast: Cast, client_of: ClientOf, pair: CodePair, who: str | None, status: int
) -> None:
    client = client_of(cast.people[who] if who else None)
    assert client.get(f"/helper/{pair.pk}/").status_code == status
    assert client.post(f"/helper/{pair.pk}/", yes(pair)).status_code == status


def test_it_asks_for_the_password_again(
    cast: Cast, client_of: ClientOf, pair: CodePair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(REAUTHENTICATION, lambda request, app="": True)
    response = client_of(cast.ana).post(f"/helper/{pair.pk}/", yes(pair))
    assert response.status_code == 302
    assert "/again/" in response["Location"]
    assert not Grant.objects.filter(pair=pair).exists()


def test_a_therapist_who_deleted_their_account_is_answered_no_more(
    cast: Cast, client_of: ClientOf, pair: CodePair
) -> None:
    from accounts.privacy.ports import registered

    registered()["therapists"].erase(pair.therapist, START)
    client = client_of(cast.ana)
    assert client.get(f"/helper/{pair.pk}/").status_code == 404
    assert client.post(f"/helper/{pair.pk}/", {"answer": "start", "profile": "x"}).status_code == 404
    html = client.get("/helper/").content.decode()
    assert "A therapist</h2>" in html
    assert f"/helper/{pair.pk}/" not in html
