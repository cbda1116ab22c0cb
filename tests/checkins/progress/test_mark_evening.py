"""Marking an evening: mine or shared, sealed; only its author changes it, narrows it, takes it away."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.access import Viewer, viewer_of
from accounts.couples.models import Membership
from accounts.privacy.ports import registered
from accounts.vault import services as vault
from checkins.progress.marks import marks_of
from checkins.progress.models import MarkedEvening
from checkins.progress.services import note_of
from tests.cast import Cast
from tests.conftest import START

ClientOf = Callable[..., Client]
PATH = "/story/mark/"
NOTE = {"on": "2026-09-10", "name": "The drive home", "words": "I waited.", "see": "me"}


def marked(cast: Cast, client_of: ClientOf, **fields: Any) -> MarkedEvening:
    """Ana marks an evening through the page."""
    response = client_of(cast.ana).post(PATH, {**NOTE, **fields})
    assert (response.status_code, response["Location"]) == (302, "/story/")
    return MarkedEvening.objects.get(author=cast.ana)


def test_it_is_sealed_under_its_authors_key(cast: Cast, client_of: ClientOf) -> None:
    row = marked(cast, client_of)
    assert b"drive" not in bytes(row.text)
    note = note_of(viewer_of(cast.ana, now=START), row)
    assert (note.name, note.words, note.shared) == ("The drive home", "I waited.", False)


def test_nothing_is_chosen_beforehand(cast: Cast, client_of: ClientOf) -> None:
    assert " checked>" not in client_of(cast.ana).get(PATH).content.decode()


BAD: list[tuple[str, dict[str, Any]]] = [
    ("no evening", {"on": ""}),
    ("tomorrow", {"on": "2026-09-15"}),
    ("before the two were here", {"on": "2020-01-01"}),
    ("no date at all", {"on": "yesterday"}),
    ("a date there is not", {"on": "2026-02-30"}),
    ("no name", {"name": "  "}),
    ("a name too long", {"name": "x" * 81}),
    ("too many words", {"words": "x" * 401}),
    ("nobody chosen to see it", {"see": ""}),
    ("somebody else to see it", {"see": "therapist"}),
]


@pytest.mark.parametrize(("sentence", "wrong"), BAD, ids=[b[0] for b in BAD])
def test_bad_input_loses_nothing(cast: Cast, client_of: ClientOf, sentence: str, wrong: dict[str, Any]) -> None:
    response = client_of(cast.ana).post(PATH, {**NOTE, **wrong})
    html = response.content.decode()
    assert response.status_code == 422
    assert "err-sum" in html
    assert "I waited." in html or "words" in wrong
    assert not MarkedEvening.objects.exists(), sentence


def test_a_double_click_marks_once(cast: Cast, client_of: ClientOf) -> None:
    marked(cast, client_of)
    marked(cast, client_of)


def test_it_is_changed_and_narrowed_by_its_author(cast: Cast, client_of: ClientOf) -> None:
    row = marked(cast, client_of, see="both")
    ben = viewer_of(cast.ben, now=START)
    assert len(marks_of(ben)) == 1
    html = client_of(cast.ana).get(f"{PATH}{row.pk}/").content.decode()
    assert 'value="2026-09-10"' in html
    assert "I waited.</textarea>" in html
    client_of(cast.ana).post(f"{PATH}{row.pk}/", {**NOTE, "name": "Another name", "see": "me"})
    row.refresh_from_db()
    assert note_of(viewer_of(cast.ana, now=START), row).name == "Another name"
    assert marks_of(ben) == [], "narrowed from the next request on"


def test_it_is_taken_away(cast: Cast, client_of: ClientOf) -> None:
    row = marked(cast, client_of, see="both")
    client = client_of(cast.ana)
    assert client.get(f"{PATH}{row.pk}/remove/").status_code == 405
    for _ in range(2):
        assert client.post(f"{PATH}{row.pk}/remove/")["Location"] == "/story/"
    assert not MarkedEvening.objects.exists()


@pytest.mark.parametrize("who", ["ben", "cleo", "theo"])
def test_nobody_else_touches_it(cast: Cast, client_of: ClientOf, who: str) -> None:
    row = marked(cast, client_of, see="both")
    client = client_of(cast.people[who])
    assert client.get(f"{PATH}{row.pk}/").status_code == 404
    assert client.post(f"{PATH}{row.pk}/", {**NOTE, "name": "theirs"}).status_code == 404
    client.post(f"{PATH}{row.pk}/remove/")
    assert note_of(viewer_of(cast.ana, now=START), MarkedEvening.objects.get()).name == "The drive home"


@pytest.mark.parametrize(
    ("who", "status"), [("sol", 404), ("theo", 404), (None, 302), ("rob", 200), ("cora", 200)]
)
def test_who_may_mark(cast: Cast, client_of: ClientOf, who: str | None, status: int) -> None:
    """Resting and cooling off have their own page; nothing is marked there."""
    client = client_of(cast.people[who] if who else None)
    assert client.post(PATH, NOTE).status_code == status
    assert not MarkedEvening.objects.exists()


def test_today_is_the_persons_own(cast: Cast, client_of: ClientOf, clock: Any) -> None:
    clock.set(START.replace(hour=23, minute=30))  # the 15th in Lisbon, still the 14th in New York
    assert client_of(cast.ana).post(PATH, {**NOTE, "on": "2026-09-15"}).status_code == 302
    assert client_of(cast.ben).post(PATH, {**NOTE, "on": "2026-09-15"}).status_code == 422


def test_text_stays_text(cast: Cast, client_of: ClientOf) -> None:
    marked(cast, client_of, name="<b>x</b>", words="<script>1</script>\n\u202e{{ 1 }}", see="both")
    html = client_of(cast.ben).get("/story/").content.decode()
    assert "<b>x</b>" not in html
    assert "<script>1" not in html
    assert "&lt;b&gt;x" in html


def test_a_rest_hides_it_from_the_other(cast: Cast, client_of: ClientOf) -> None:
    row = marked(cast, client_of, see="both")
    Membership.objects.filter(person=cast.ana).update(rested_at=START)
    viewer = viewer_of(cast.ben, now=START + timedelta(minutes=1))
    assert marks_of(viewer) == []
    assert not row.may_open(viewer, "text")


def test_export_and_erasure_hold_ones_own(cast: Cast, client_of: ClientOf) -> None:
    marked(cast, client_of, see="both")
    holding = registered()["marked_evenings"]
    exported = holding.export_of(viewer_of(cast.ana, now=START))
    assert exported == [{"on": "2026-09-10", "name": "The drive home", "words": "I waited.", "shared": True}]
    assert holding.export_of(viewer_of(cast.ben, now=START)) == [
        {"on": "2026-09-10", "name": "The drive home", "words": "I waited.", "marked by": "the other"}
    ]
    holding.erase(cast.ben, START)
    assert MarkedEvening.objects.count() == 1
    holding.erase(cast.ana, START)
    assert MarkedEvening.objects.count() == 0


def test_an_evening_kept_to_oneself_is_in_no_export_but_ones_own(cast: Cast, client_of: ClientOf) -> None:
    marked(cast, client_of)
    holding = registered()["marked_evenings"]
    assert len(holding.export_of(viewer_of(cast.ana, now=START))) == 1
    assert holding.export_of(viewer_of(cast.ben, now=START)) == []


def test_a_therapist_opens_only_what_is_shared(cast: Cast, client_of: ClientOf) -> None:
    from django.http import Http404

    from accounts.therapists.queries import access_to_case

    row = marked(cast, client_of)
    case = access_to_case(cast.theo, cast.couples["ana"].pk, now=START)
    with pytest.raises(Http404):
        vault.open(Viewer(person=cast.theo, case=case, now=START), row, "text")
