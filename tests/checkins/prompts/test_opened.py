"""`reading.opened` and the bulk readers: who sees what, and in how many queries."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access import Viewer, viewer_of
from accounts.couples.models import Membership
from accounts.therapists.models import Grant
from accounts.therapists.queries import access_to_case
from accounts.vault import services as vault
from accounts.vault.models import Owner
from checkins.prompts import reading, sheets
from checkins.prompts.models import Addition
from checkins.prompts.reading import State
from checkins.prompts.sheets import Share, Words
from tests.cast import Cast
from tests.checkins.make import Evening, make_evening, make_line, send
from tests.conftest import Moved


def both_sent(cast: Cast, *, now: datetime, days: int = 0, **ana: Any) -> Evening:
    """An evening `days` ago that both sent in and may read now."""
    evening = make_evening(cast, now=now - timedelta(days=days), opened=24 * 60, reads_in=0)
    send(evening.ana, at=evening.ana.opens_at, **ana)
    send(evening.ben, at=evening.ben.opens_at, marks={"safe": 6, "close": 2})
    return evening


def case_of(cast: Cast, *, now: datetime) -> Viewer:
    """Theo, reading Ana and Ben now."""
    case = access_to_case(cast.theo, cast.couples["ana"].pk, now=now)
    return Viewer(person=cast.theo, case=case, now=now)


def rescope(cast: Cast, *, of: str, **scope: Any) -> None:
    grant = Grant.objects.select_related("membership").get(
        therapist=cast.theo, membership__person=getattr(cast, of)
    )
    vault.seal(grant, "scope", {"since": "beginning", "words": True, "window": "session", **scope})
    grant.save()


def marks_of(viewer: Viewer, cast: Cast) -> list[Any]:
    return reading.opened_marks(cast.couples["ana"].pk, viewer, date(2020, 1, 1), date(2030, 1, 1))


def test_what_was_said_since_opens_to_the_two_and_to_no_therapist(cast: Cast, clock: Moved) -> None:
    evening = both_sent(cast, now=clock.at)
    row = Addition(check_in=evening.check_in, author=cast.ana, kind=Addition.Kind.REPLY, made_at=clock.at)
    vault.seal(row, "body", {"back": None, "text": "I heard you.", "by": None})
    row.save()
    for viewer, may in (
        (viewer_of(cast.ana, now=clock.at), True),
        (viewer_of(cast.ben, now=clock.at), True),
        (viewer_of(cast.cleo, now=clock.at), False),
        (case_of(cast, now=clock.at), False),
    ):
        assert row.may_open(viewer, "body") is may


def test_partners_and_therapist_read_the_same(cast: Cast, clock: Moved) -> None:
    evening = both_sent(cast, now=clock.at)
    a = evening.ana.membership.slot
    b = evening.ben.membership.slot
    wanted = [
        (evening.check_in.on, "safe", {a: 5, b: 6}),
        (evening.check_in.on, "close", {a: 4, b: 2}),
    ]
    for viewer in (
        viewer_of(cast.ana, now=clock.at),
        viewer_of(cast.ben, now=clock.at),
        case_of(cast, now=clock.at),
    ):
        assert marks_of(viewer, cast) == wanted
        assert reading.opened(viewer, evening.check_in).words.keys() == {"a", "b"}


@pytest.mark.parametrize(
    ("ana", "seen"),
    [
        pytest.param({"share": Share.NONE}, [], id="kept private"),
        pytest.param({"share": Share.WORDS}, [], id="words only"),
        pytest.param({"private": frozenset({"safe"})}, ["close"], id="one mark kept private"),
        pytest.param({"marks": {"close": 4}}, ["close"], id="one mark passed over"),
        pytest.param({"marks": {}}, [], id="nothing answered"),
    ],
)
def test_only_what_both_shared(cast: Cast, clock: Moved, ana: dict[str, Any], seen: list[str]) -> None:
    both_sent(cast, now=clock.at, **ana)
    for viewer in (viewer_of(cast.ben, now=clock.at), case_of(cast, now=clock.at)):
        assert [slug for _, slug, _ in marks_of(viewer, cast)] == seen


def test_not_before_the_hour_not_after_taking_back_not_without_a_key(cast: Cast, clock: Moved) -> None:
    evening = both_sent(cast, now=clock.at)
    early = viewer_of(cast.ben, now=clock.at - timedelta(seconds=1))
    assert reading.opened(early, evening.check_in).state is State.SEALED
    assert marks_of(early, cast) == []
    now = viewer_of(cast.ben, now=clock.at)
    evening.ana.sheet.taken_back_at = clock.at
    evening.ana.sheet.save()
    assert reading.opened(now, evening.check_in).state is State.NOTHING
    assert marks_of(now, cast) == []
    evening.ana.sheet.taken_back_at = None
    evening.ana.sheet.save()
    vault.destroy_key(Owner.person(cast.ana.pk), now=clock.at)
    now = viewer_of(cast.ben, now=clock.at)
    assert reading.opened(now, evening.check_in).state is State.NOTHING
    assert marks_of(now, cast) == []


def test_the_sheets_of_somebody_erased_are_tried_once_and_are_absent(
    cast: Cast, clock: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page of many evenings, one of the two gone: what no longer opens is not tried again, and shows nothing."""
    for days in range(3):
        both_sent(cast, now=clock.at, days=days)
    vault.destroy_key(Owner.person(cast.ana.pk), now=clock.at)
    tried: list[Any] = []
    read = sheets.read
    monkeypatch.setattr(
        sheets, "read", lambda v, row, **how: (tried.append(row.author_id), read(v, row, **how))[1]
    )
    assert marks_of(viewer_of(cast.ben, now=clock.at), cast) == []
    assert tried.count(cast.ana.pk) == 1
    assert tried.count(cast.ben.pk) == 3


def test_resting_leaving_and_other_couples_read_nothing(cast: Cast, clock: Moved) -> None:
    evening = both_sent(cast, now=clock.at)
    for who in ("cleo", "sol", "rita"):
        viewer = viewer_of(getattr(cast, who), now=clock.at)
        assert marks_of(viewer, cast) == []
        assert reading.opened(viewer, evening.check_in).state is State.NOTHING
    for fields in ({"rested_at": clock.at}, {"rested_at": None, "left_at": clock.at}):
        Membership.objects.filter(person=cast.ana).update(**fields)
        for viewer in (viewer_of(cast.ben, now=clock.at), viewer_of(cast.ana, now=clock.at)):
            assert marks_of(viewer, cast) == []
            assert reading.opened(viewer, evening.check_in).state is State.NOTHING


def test_a_therapist_reads_what_both_grants_give(cast: Cast, clock: Moved) -> None:
    old = both_sent(cast, now=clock.at, days=20)
    new = both_sent(cast, now=clock.at)
    assert {on for on, _, _ in marks_of(case_of(cast, now=clock.at), cast)} == {old.check_in.on, new.check_in.on}
    rescope(cast, of="ana", since="start")
    viewer = case_of(cast, now=clock.at)
    assert {on for on, _, _ in marks_of(viewer, cast)} == {new.check_in.on}
    assert reading.opened(viewer, old.check_in).state is State.NOTHING
    rescope(cast, of="ben", words=False)
    viewer = case_of(cast, now=clock.at)
    assert reading.opened(viewer, new.check_in).words == {}
    assert reading.opened(viewer, new.check_in).marks != {}


def test_words_kept_from_a_therapist_by_one_are_kept_for_both(cast: Cast, clock: Moved) -> None:
    evening = both_sent(cast, now=clock.at, case=False)
    assert reading.opened(case_of(cast, now=clock.at), evening.check_in).words == {}
    assert reading.opened(viewer_of(cast.ben, now=clock.at), evening.check_in).words != {}


def test_outside_the_reading_window_a_therapist_reads_nothing(cast: Cast, clock: Moved) -> None:
    evening = both_sent(cast, now=clock.at)
    case = access_to_case(cast.wim, cast.couples["ana"].pk, now=clock.at)
    viewer = Viewer(person=cast.wim, case=case, now=clock.at)
    assert marks_of(viewer, cast) == []
    assert reading.opened(viewer, evening.check_in).state is State.NOTHING


def test_reports_open_like_marks(cast: Cast, clock: Moved) -> None:
    week = make_evening(cast, now=clock.at, questions="weekly", opened=24 * 60, reads_in=0)
    lines = [make_line(cast, now=clock.at, what=what).pk for what in ("both", "hers", "one skipped")]
    hers = {str(lines[0]): "kept", str(lines[1]): "partly", str(lines[2]): "kept"}
    send(week.ana, at=week.ana.opens_at, marks={}, reports=hers)
    send(week.ben, at=week.ben.opens_at, marks={"hope": 2}, reports={str(lines[0]): "unsure", str(lines[2]): None})
    a, b = week.ana.membership.slot, week.ben.membership.slot
    viewer = viewer_of(cast.ben, now=clock.at)
    found = reading.opened_reports(cast.couples["ana"].pk, viewer, date(2020, 1, 1), date(2030, 1, 1))
    assert found == [
        (week.check_in.on, lines[0], {a: "kept", b: "unsure"}),
        (week.check_in.on, lines[1], {a: "partly"}),
    ]


def test_the_good_thing_is_in_no_reading(cast: Cast, clock: Moved) -> None:
    evening = both_sent(cast, now=clock.at, good="only for the jar")
    opened = reading.opened(viewer_of(cast.ben, now=clock.at), evening.check_in)
    assert "only for the jar" not in repr(opened)


def test_as_many_queries_for_a_month_as_for_a_day(cast: Cast, clock: Moved) -> None:
    def asked(read: Callable[[], object]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            read()
        return len(captured.captured_queries)

    both_sent(cast, now=clock.at)
    couple = cast.couples["ana"].pk
    few = asked(lambda: reading.opened_between(couple, viewer_of(cast.ben, now=clock.at), date.min, date.max))
    for days in range(1, 30):
        both_sent(cast, now=clock.at, days=days)
    many = asked(lambda: reading.opened_between(couple, viewer_of(cast.ben, now=clock.at), date.min, date.max))
    assert few == many <= 4, "one for the viewer’s own standing, three for the sheets"


@pytest.mark.parametrize("case", ["both", "only ben", "ana private", "neither", "ana took back"])
def test_as_many_queries_whatever_the_other_did(cast: Cast, clock: Moved, case: str) -> None:
    evening = make_evening(cast, now=clock.at, opened=24 * 60, reads_in=0)
    if case in {"both", "ana private", "ana took back"}:
        share = Share.NONE if case == "ana private" else Share.ALL
        row = send(evening.ana, at=evening.ana.opens_at, share=share, words=Words(own="x"))
        row.taken_back_at = clock.at if case == "ana took back" else None
        row.save()
    if case != "neither":
        send(evening.ben, at=evening.ben.opens_at)
    viewer = viewer_of(cast.ben, now=clock.at)
    with CaptureQueriesContext(connection) as captured:
        reading.opened(viewer, evening.check_in)
    assert len(captured.captured_queries) == 2
