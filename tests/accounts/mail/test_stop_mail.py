"""/m/<token>/: stopping the notes from a mail."""

import re
from collections.abc import Callable

import pytest
from django.db.models import F
from django.test import Client

from accounts.couples.models import Membership
from accounts.mail import stopping
from accounts.users.models import Consent, User
from tests.cast import Cast
from tests.conftest import Moved

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def path(person: User) -> str:
    return f"/m/{stopping.token_of(person)}/"


def test_one_click_without_a_session_stops_the_notes(cast: Cast, clock: Moved) -> None:
    response = Client(enforce_csrf_checks=True).post(path(cast.ana), ONE_CLICK)
    assert response.status_code == 200, "a redirect would break RFC 8058"
    cast.ana.refresh_from_db()
    assert cast.ana.mail_stopped_at == clock.at


def test_the_page_has_a_button_that_does_it(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get(path(cast.ana)).content.decode()
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)">', page))
    client.post(path(cast.ana), fields)
    cast.ana.refresh_from_db()
    assert cast.ana.mail_stopped_at is not None


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_scanner_that_opens_the_link_changes_nothing(cast: Cast, method: str) -> None:
    assert getattr(Client(), method)(path(cast.ana)).status_code == 200
    cast.ana.refresh_from_db()
    assert cast.ana.mail_stopped_at is None


@pytest.mark.parametrize("body", [{}, {"List-Unsubscribe": "yes"}, {"list-unsubscribe": "One-Click"}])
def test_a_post_that_is_no_one_click_changes_nothing(cast: Cast, body: dict[str, str]) -> None:
    assert Client().post(path(cast.ana), body).status_code == 422
    cast.ana.refresh_from_db()
    assert cast.ana.mail_stopped_at is None


def test_it_touches_nothing_else(cast: Cast) -> None:
    def others() -> list[object]:
        people = User.objects.exclude(pk=cast.ana.pk).values_list("pk", "mail_stopped_at", "mail_ref")
        return [
            *people.order_by("pk"),
            *Consent.objects.order_by("pk").values_list(),
            *(Membership.objects.order_by("pk").values_list("pk", "rested_at", "left_at")),
        ]

    before = others()
    Client().post(path(cast.ana), ONE_CLICK)
    assert others() == before


def test_the_first_stop_stands(cast: Cast, clock: Moved) -> None:
    Client().post(path(cast.ana), ONE_CLICK)
    first = clock.at
    clock.move(days=1)
    Client().post(path(cast.ana), ONE_CLICK)
    cast.ana.refresh_from_db()
    assert cast.ana.mail_stopped_at == first


def test_the_answer_is_the_same_whoever_it_is(cast: Cast, clock: Moved) -> None:
    """Known, unknown, resting, left, deleted, suspended, and the other partner after each: the same bytes."""
    now = clock.at
    User.objects.filter(pk=cast.cleo.pk).update(suspended_at=now)
    User.objects.filter(pk=cast.kit.pk).update(delete_asked_at=now)
    User.objects.filter(pk=cast.cal.pk).update(erased_at=now)
    old = path(cast.sol)
    User.objects.filter(pk=cast.sol.pk).update(mail_ref=F("id"))
    people = [cast.ana, cast.cleo, cast.kit, cast.cal, cast.drew, cast.eve, cast.rita, cast.rob, cast.theo]
    paths = [*(path(person) for person in people), old, "/m/nonsense/", "/m/" + "A" * 43 + "/", "/m/é/"]
    for data in (None, ONE_CLICK):
        answers = set()
        for one in paths:
            response = Client().post(one, data) if data else Client().get(one)
            answers.add((response.status_code, response.content, tuple(sorted(response.headers.items()))))
        assert len(answers) == 1


def test_it_works_for_each_of_them(cast: Cast, clock: Moved) -> None:
    people = [cast.rita, cast.rob, cast.drew, cast.eve]
    for person in people:
        Client().post(path(person), ONE_CLICK)
        person.refresh_from_db()
        assert person.mail_stopped_at == clock.at


def test_the_link_signs_nobody_in(cast: Cast, client_of: Callable[..., Client]) -> None:
    client = Client()
    client.get(path(cast.ana))
    client.post(path(cast.ana), ONE_CLICK)
    assert not client.cookies
    assert client.get("/you/settings/").status_code in {302, 404}
