"""The partner's list of own answers, and ending one. Two worlds: whatever the other did, the same bytes."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from accounts.couples.models import Membership
from accounts.therapists.models import Code, CodePair, Grant
from accounts.therapists.queries import access_to_case
from tests.accounts.therapists.given import therapist_with_codes
from tests.cast import Cast, make_grant
from tests.conftest import START

ClientOf = Callable[..., Client]


def page(client: Client, path: str = "/helper/") -> str:
    response = client.get(path)
    assert response.status_code == 200
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", response.content.decode())


def _answers(cast: Cast, pair: CodePair) -> dict[str, Callable[[], object]]:
    """What Ben may have done."""
    ben = Membership.objects.get(person=cast.ben)
    last = Code.objects.filter(pair=pair).order_by("pk").last()
    code = Code.objects.filter(pk=last.pk if last else None)

    def granted(**fields: object) -> object:
        code.update(used_by=ben, used_at=START)
        return make_grant(pair.therapist, cast.couples["ana"], cast.ben, now=START, pair=pair, **fields)

    return {
        "nothing": lambda: None,
        "typed his code": lambda: code.update(used_by=ben, used_at=START),
        "said yes": granted,
        "said yes, which has not begun": lambda: granted(opens_at=START + timedelta(hours=3)),
        "ended it": lambda: granted(ended_at=START),
        "let it run out": lambda: granted(expires_at=START - timedelta(days=1)),
    }


@pytest.mark.parametrize("hers", ["nothing", "a code", "a yes"])
@pytest.mark.parametrize("path", ["/helper/", "/helper/visits/", "/you/"])
def test_the_page_tells_nothing_of_the_other(cast: Cast, client_of: ClientOf, hers: str, path: str) -> None:
    _, pair, _, _ = therapist_with_codes()
    ana = Membership.objects.get(person=cast.ana)
    if hers != "nothing":
        first = Code.objects.filter(pair=pair).order_by("pk").first()
        assert first is not None
        Code.objects.filter(pk=first.pk).update(used_by=ana, used_at=START)
    if hers == "a yes":
        make_grant(pair.therapist, cast.couples["ana"], cast.ana, now=START, pair=pair)
    client, seen = client_of(cast.ana), set()
    for act in _answers(cast, pair).values():
        with transaction.atomic():
            act()
            seen.add(page(client, path))
            transaction.set_rollback(True)
    assert len(seen) == 1


def test_it_shows_ones_own_yes_and_how_to_end_it(cast: Cast, client_of: ClientOf) -> None:
    html = page(client_of(cast.ana))
    assert html.count("End it now") == 4  # Theo, Rae, Wim and Hal; Xan's ran out
    assert html.count("Your answer: no, or not yet.") == 1


def test_alone_there_is_no_code_to_enter(cast: Cast, client_of: ClientOf) -> None:
    html = page(client_of(cast.sol))
    assert "/helper/code/" not in html
    assert client_of(cast.theo).get("/helper/").status_code == 404


def test_ending_is_one_post_and_at_once(cast: Cast, client_of: ClientOf) -> None:
    couple = cast.couples["ana"].pk
    grant = Grant.objects.get(therapist=cast.theo, membership__person=cast.ben)
    client = client_of(cast.ben)
    assert client.get(f"/helper/{grant.pk}/end/").status_code == 405
    assert access_to_case(cast.theo, couple, now=START) is not None
    response = client.post(f"/helper/{grant.pk}/end/")
    assert (response.status_code, response["Location"]) == (302, "/helper/")
    assert access_to_case(cast.theo, couple, now=START) is None
    assert client_of(cast.theo).get(f"/cases/{couple}/").status_code == 404
    ended = Grant.objects.get(pk=grant.pk).ended_at
    client.post(f"/helper/{grant.pk}/end/")
    assert Grant.objects.get(pk=grant.pk).ended_at == ended, "twice is once"


def test_ending_on_a_page_that_a_newer_yes_overtook_ends_that_too(cast: Cast, client_of: ClientOf) -> None:
    """What the page says afterwards, “nothing is open to them”, is true whichever yes its button was about."""
    old = Grant.objects.get(therapist=cast.theo, membership__person=cast.ben)
    Grant.objects.filter(pk=old.pk).update(ended_at=START - timedelta(minutes=1))
    make_grant(cast.theo, cast.couples["ana"], cast.ben, now=START)
    client_of(cast.ben).post(f"/helper/{old.pk}/end/")
    assert access_to_case(cast.theo, cast.couples["ana"].pk, now=START) is None
    assert Grant.objects.get(pk=old.pk).ended_at == START - timedelta(minutes=1), "when it ended is not rewritten"
    assert Grant.objects.filter(therapist=cast.wim, membership__person=cast.ben, ended_at=None).exists()


def test_ending_works_while_resting(cast: Cast, client_of: ClientOf) -> None:
    grant = make_grant(cast.theo, cast.couples["rita"], cast.rob, now=START)
    assert client_of(cast.rob).post(f"/helper/{grant.pk}/end/").status_code == 302
    assert Grant.objects.get(pk=grant.pk).ended_at == START


@pytest.mark.parametrize("who", ["ana", "cleo", "theo"])
def test_nobody_ends_anothers_yes(cast: Cast, client_of: ClientOf, who: str) -> None:
    grant = Grant.objects.get(therapist=cast.theo, membership__person=cast.ben)
    assert client_of(cast.people[who]).post(f"/helper/{grant.pk}/end/").status_code == 404
    assert client_of(cast.people[who]).post(f"/helper/{uuid.uuid4()}/end/").status_code == 404
    assert Grant.objects.get(pk=grant.pk).ended_at is None
