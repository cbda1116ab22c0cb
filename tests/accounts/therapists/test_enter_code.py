"""Entering a code: it opens a profile and nothing else; every wrong one gets the same words."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.therapists import codes
from accounts.therapists.models import Code, Grant
from tests.accounts.therapists.given import therapist_with_codes
from tests.cast import Cast
from tests.conftest import START, Moved

ClientOf = Callable[..., Client]
NOT_OPEN = "This code is not open."


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    cache.clear()


def enter(client: Client, code: str) -> tuple[int, str]:
    response = client.post("/helper/code/", {"code": code})
    return response.status_code, response.content.decode()


def test_codes_are_fifty_bits_without_doubtful_letters(cast: Cast) -> None:
    _, pair, one, other = therapist_with_codes()
    assert len(one) == len(other) == 10
    assert one != other
    assert set(one + other) <= set(codes.ALPHABET)
    assert len(codes.ALPHABET) == len(set(codes.ALPHABET)) == 32
    assert not set("ILOU") & set(codes.ALPHABET)
    kept = {bytes(h) for h in Code.objects.filter(pair=pair).values_list("code_hash", flat=True)}
    assert kept == {codes.hash_of(one), codes.hash_of(other)}


def test_it_leads_to_the_profile_however_it_is_typed(cast: Cast, client_of: ClientOf) -> None:
    _, pair, one, other = therapist_with_codes()
    for person, code in ((cast.ana, codes.shown(one).lower()), (cast.ben, f" {other[:5]}-{other[5:]} ")):
        response = client_of(person).post("/helper/code/", {"code": code})
        assert response.status_code == 302
        assert response["Location"] == f"/helper/{pair.pk}/"
    assert not Grant.objects.filter(therapist=pair.therapist).exists(), "nothing is shared by typing it"


def test_letters_that_look_like_digits_are_read_as_digits() -> None:
    assert codes.typed("o0 iL-1") == "00111"


def test_used_unknown_expired_and_malformed_read_the_same(cast: Cast, client_of: ClientOf, clock: Moved) -> None:
    _, _, one, other = therapist_with_codes()
    enter(client_of(cast.cleo), one)
    seen = {
        enter(client_of(cast.ana), code)[1].partition("<form")[0]
        for code in (one, "K7QFM2XD9Z", "x", "🙂" * 20, "0" * 40)
    }
    clock.move(days=7)
    seen.add(enter(client_of(cast.ana), other)[1].partition("<form")[0])
    assert len(seen) == 1
    page = seen.pop()
    assert NOT_OPEN in page
    assert "<title>Problem:" in page
    assert Code.objects.filter(used_by__person=cast.ana).count() == 0


def test_bad_input_gets_422(cast: Cast, client_of: ClientOf) -> None:
    for code in ("", "x" * 41, "a\x00b"):
        status, html = enter(client_of(cast.ana), code)
        assert status in {422, 400}
        assert NOT_OPEN not in html
    assert client_of(cast.ana).post("/helper/code/", {}).status_code == 422


def test_one_person_does_not_use_up_both(cast: Cast, client_of: ClientOf) -> None:
    _, _pair, one, other = therapist_with_codes()
    ana = client_of(cast.ana)
    enter(ana, one)
    assert enter(ana, other)[0] == 302, "leads to the same place"
    assert enter(ana, one)[0] == 302, "one's own again too, on another device"
    assert enter(client_of(cast.ben), other)[0] == 302, "and is still there for the other"


def test_ten_tries_an_hour(cast: Cast, client_of: ClientOf, clock: Moved) -> None:
    _, _, one, _other = therapist_with_codes()
    ana = client_of(cast.ana)
    assert [enter(ana, f"WRONG{i}")[0] for i in range(10)] == [422] * 10
    assert enter(ana, one)[0] == 429
    assert enter(client_of(cast.ben), "WRONG")[0] == 422, "each person for themself"
    clock.move(hours=1)
    assert enter(ana, one)[0] == 302


def test_closed_codes_open_nothing(cast: Cast, client_of: ClientOf) -> None:
    therapist, pair, one, _ = therapist_with_codes()
    client_of(therapist).post("/t/codes/", {"close": str(pair.pk)})
    assert enter(client_of(cast.ana), one)[0] == 422


@pytest.mark.parametrize(("who", "status"), [("sol", 404), ("theo", 404), (None, 302), ("una", 302)])
def test_others_have_no_such_page(cast: Cast, client_of: ClientOf, who: str | None, status: int) -> None:
    assert client_of(cast.people[who] if who else None).get("/helper/code/").status_code == status


def test_while_cooling_or_resting_no_code_is_entered(cast: Cast, client_of: ClientOf) -> None:
    _, pair, one, other = therapist_with_codes()
    enter(client_of(cast.cora), one)
    enter(client_of(cast.rob), other)
    assert not Code.objects.filter(pair=pair).exclude(used_by=None).exists()


def test_a_code_is_open_to_the_second(cast: Cast, client_of: ClientOf, clock: Moved) -> None:
    _, _, one, _ = therapist_with_codes()
    clock.set(START + timedelta(days=7, seconds=-1))
    assert enter(client_of(cast.ana), one)[0] == 302


def test_a_therapist_whose_account_is_closed_has_no_open_code(cast: Cast, client_of: ClientOf) -> None:
    therapist, _, one, _ = therapist_with_codes()
    type(therapist).objects.filter(pk=therapist.pk).update(suspended_at=START)
    assert enter(client_of(cast.ana), one)[0] == 422
