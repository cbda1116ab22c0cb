"""`@page`: who enters, who is turned away, and how."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.test import Client, RequestFactory

from accounts.access import Needs, Purpose, Viewer, Who, page, system, viewer_of
from accounts.couples.states import CoupleState
from accounts.users.models import User
from accounts.vault import services as vault
from tests.cast import Cast
from tests.conftest import Moved


def ask(
    person: User | None, who: Who, needs: Needs = Needs.NOTHING, method: str = "GET", **kwargs: Any
) -> tuple[str, HttpRequest]:
    """What a page answers: "in", "404", or where it leads."""

    @page(who, needs=needs)
    def view(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return HttpResponse("in")

    request = RequestFactory().generic(method, "/x/")
    request.user = person or AnonymousUser()  # type: ignore[assignment]
    request.resolver_match = SimpleNamespace(view_name="x", func=view)  # type: ignore[assignment]
    request.session = {}  # type: ignore[assignment]
    try:
        response = view(request, **kwargs)
    except Http404:
        return "404", request
    if response.status_code == 302:
        return response["Location"], request
    text = response.content.decode()
    answer = "rest" if "This plan is resting" in text else text
    return {405: "405"}.get(response.status_code, answer), request


@pytest.mark.parametrize(
    ("who", "person", "answer"),
    [
        (Who.PUBLIC, None, "in"),
        (Who.PUBLIC, "ana", "in"),
        (Who.PERSON, None, "/sign-in/"),
        (Who.PERSON, "una", "/sign-in/"),
        (Who.PERSON, "sol", "in"),
        (Who.PERSON, "theo", "in"),
        (Who.ARRIVING, None, "/sign-in/"),
        (Who.ARRIVING, "sol", "in"),
        (Who.PARTNER, "sol", "in"),
        (Who.PARTNER, "theo", "404"),
        (Who.PARTNER, "sue", "in"),
        (Who.THERAPIST, "theo", "in"),
        (Who.THERAPIST, "ana", "404"),
        (Who.THERAPIST, "sue", "404"),
    ],
)
def test_who_enters(cast: Cast, who: Who, person: str | None, answer: str) -> None:
    assert ask(getattr(cast, person) if person else None, who)[0] == answer


def test_somebody_new_goes_to_about_you_first(cast: Cast) -> None:
    cast.sol.arrived_at = None
    assert ask(cast.sol, Who.PARTNER)[0] == "/about-you/"
    assert ask(cast.sol, Who.ARRIVING)[0] == "in"


def test_somebody_who_asked_for_deletion_can_only_undo_it(cast: Cast, clock: Moved) -> None:
    cast.sol.delete_asked_at = clock.at
    assert ask(cast.sol, Who.PARTNER)[0] == "/you/undo/"
    assert ask(cast.sol, Who.PUBLIC)[0] == "in"


def test_a_therapist_without_a_second_factor_sets_one_up_first(cast: Cast) -> None:
    """ASVS 6.3.3."""
    from allauth.mfa.models import Authenticator

    Authenticator.objects.filter(user=cast.theo).delete()
    assert ask(cast.theo, Who.THERAPIST)[0] == "/t/second-factor/"


@pytest.mark.parametrize(
    ("therapist", "answer"),
    [("theo", "in"), ("wim", "in"), ("hal", "404"), ("rae", "404"), ("xan", "404"), ("ana", "404")],
)
def test_a_case_opens_on_two_standing_grants(cast: Cast, therapist: str, answer: str) -> None:
    case = cast.couples["ana"].pk
    assert ask(getattr(cast, therapist), Who.CASE, case=case)[0] == answer


def test_another_couple_is_no_case(cast: Cast) -> None:
    assert ask(cast.theo, Who.CASE, case=cast.couples["cleo"].pk)[0] == "404"


@pytest.mark.parametrize(
    ("needs", "person", "answer"),
    [
        (Needs.NOTHING, "rob", "in"),
        (Needs.UNRESTING, "sol", "in"),
        (Needs.UNRESTING, "ana", "in"),
        (Needs.UNRESTING, "rob", "rest"),
        (Needs.UNRESTING, "eve", "rest"),
        (Needs.LINKED, "sol", "404"),
        (Needs.LINKED, "drew", "404"),
        (Needs.LINKED, "cora", "in"),
        (Needs.LINKED, "rita", "rest"),
        (Needs.ACTIVE, "ana", "in"),
        (Needs.ACTIVE, "eve", "rest"),
        (Needs.ACTIVE, "sol", "404"),
    ],
)
def test_what_a_page_needs_of_the_couple(cast: Cast, needs: Needs, person: str, answer: str) -> None:
    assert ask(getattr(cast, person), Who.PARTNER, needs)[0] == answer


def test_a_couple_that_cools_off_is_told_so(cast: Cast) -> None:
    answer, _ = ask(cast.cora, Who.PARTNER, Needs.ACTIVE)
    assert answer not in {"in", "404", "rest"}


def test_other_methods_are_refused(cast: Cast) -> None:
    """ASVS 4.1.4."""
    assert ask(cast.ana, Who.PERSON, method="POST")[0] == "405"
    assert ask(cast.ana, Who.PERSON, method="DELETE")[0] == "405"
    assert ask(cast.ana, Who.PERSON, method="HEAD")[0] == "in"


def test_what_comes_with_a_sessions_person_is_asked_anew_for_each_request(
    cast: Cast, client_of: Callable[..., Client]
) -> None:
    """A second step or a confirmed address that is gone is gone with the next click."""
    therapist, partner = client_of(cast.theo), client_of(cast.ana)
    assert therapist.get("/cases/").status_code == 200
    Authenticator.objects.filter(user=cast.theo).delete()
    assert therapist.get("/cases/").headers["Location"] == "/t/second-factor/"
    assert partner.get("/today/").status_code == 200
    EmailAddress.objects.filter(user=cast.ana).update(verified=False)
    assert partner.get("/today/").headers["Location"] == "/sign-in/"


@pytest.mark.parametrize("who", ["theo", "ana"])
@pytest.mark.parametrize("found", [True, False])
def test_what_came_with_a_sessions_person_is_what_counts(cast: Cast, who: str, found: bool) -> None:
    """Else it is asked for, as in every other case here."""
    person = cast.people[who]
    person.address_confirmed = person.second_factor = found
    answer, _request = ask(person, Who.THERAPIST if who == "theo" else Who.PARTNER)
    assert answer == ("in" if found else "/sign-in/")


def test_a_form_with_errors_is_answered_422(cast: Cast) -> None:
    from django import forms

    class One(forms.Form):
        x = forms.CharField()

    @page(Who.PUBLIC, methods=("POST",))
    def view(request: HttpRequest) -> HttpResponse:
        return TemplateResponse(request, "404.html", {"form": One({})})

    request = RequestFactory().post("/x/")
    request.user = AnonymousUser()
    assert view(request).status_code == 422


@pytest.mark.parametrize(
    ("person", "state"),
    [
        ("ana", CoupleState.ACTIVE), ("cora", CoupleState.COOLING), ("rita", CoupleState.RESTING),
        ("rob", CoupleState.RESTING), ("eve", CoupleState.RESTING), ("drew", CoupleState.NONE),
        ("sol", CoupleState.NONE), ("theo", CoupleState.NONE),
    ],
)  # fmt: skip
def test_where_people_stand(cast: Cast, clock: Moved, person: str, state: CoupleState) -> None:
    assert viewer_of(getattr(cast, person), now=clock.at).state is state


@pytest.mark.parametrize("field", ["suspended_at", "delete_asked_at", "erased_at"])
def test_an_account_that_is_gone_rests_the_couple(cast: Cast, clock: Moved, field: str) -> None:
    User.objects.filter(pk=cast.ana.pk).update(**{field: clock.at})
    assert viewer_of(cast.ben, now=clock.at).state is CoupleState.RESTING


def test_a_suspended_person_is_nobody(cast: Cast, clock: Moved) -> None:
    cast.ana.suspended_at = clock.at
    assert viewer_of(cast.ana, now=clock.at).person is None


def test_mine_and_other_are_missing_without_a_couple(cast: Cast, clock: Moved) -> None:
    viewer = viewer_of(cast.sol, now=clock.at)
    with pytest.raises(Http404):
        _ = viewer.mine
    with pytest.raises(Http404):
        _ = viewer.other
    assert viewer.couple is None
    assert viewer_of(cast.ana, now=clock.at).other.person_id == cast.ben.pk


def test_sharing_and_belonging(cast: Cast, clock: Moved) -> None:
    ana, cora, rob = (viewer_of(p, now=clock.at) for p in (cast.ana, cast.cora, cast.rob))
    couples = cast.couples
    assert ana.shares_with(couples["ana"].pk)
    assert not ana.shares_with(couples["cleo"].pk)
    assert not ana.shares_with(None)
    assert not cora.shares_with(couples["cora"].pk)
    assert cora.is_in(couples["cora"].pk)
    assert not rob.is_in(couples["rita"].pk)
    assert viewer_of(cast.drew, now=clock.at).past_couples == {couples["drew"].pk}
    assert viewer_of(None, now=clock.at).past_couples == frozenset()


def test_the_system_is_no_person_and_reads_for_its_purpose_alone(cast: Cast, clock: Moved) -> None:
    viewer = system(Purpose.GRANTS, now=clock.at)
    assert viewer.person_id is None
    assert not viewer.is_partner
    assert not viewer.is_therapist
    with pytest.raises(Http404):
        vault.open(viewer, cast.ana, "settings")
    assert isinstance(viewer, Viewer)
