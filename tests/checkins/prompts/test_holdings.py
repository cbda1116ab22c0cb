"""What check-ins export, erase, show of a closed plan, and tell the schedules."""

import json
from collections.abc import Callable
from datetime import timedelta

from django.test import Client

from accounts.access import viewer_of
from accounts.couples import ports
from accounts.couples.models import Membership
from checkins.prompts import holdings
from checkins.prompts.models import Addition, AnswerSheet, Back, Prompt, ReadingChoice
from checkins.prompts.replies import Choice, choose, keep_heard, say_back
from checkins.prompts.sheets import Share
from repair.schedules.models import Schedule
from repair.schedules.ports import last_asked
from tests.cast import Cast
from tests.checkins.make import make_evening, send
from tests.conftest import Moved

Browser = Callable[..., Client]


def test_an_export_has_ones_own_and_what_is_open_and_nothing_else(cast: Cast, clock: Moved) -> None:
    past = make_evening(cast, now=clock.at, opened=24 * 60, reads_in=0)
    send(past.ana, at=past.ana.opens_at, good="ana’s jar")
    send(past.ben, at=past.ben.opens_at, marks={"safe": 6}, good="ben’s jar")
    sealed = make_evening(cast, now=clock.at)
    send(sealed.ben, at=clock.at, marks={"safe": 2, "close": 2}, share=Share.ALL)
    found = json.loads(json.dumps(holdings.export_of(viewer_of(cast.ana, now=clock.at))))
    assert [row["date"] for row in found["answers"]] == ["2026-09-14", "2026-09-13"]
    assert {"question": "One good thing", "answer": "ana’s jar"} in found["answers"][1]["answers"]
    assert found["side_by_side"] == [{"date": "2026-09-13", "marks": {"safe": 6}}], "the closed card is closed"
    choose(viewer=viewer_of(cast.ana, now=clock.at), check_in=past.check_in, choice=Choice.NOW, now=clock.at)
    said = {"viewer": viewer_of(cast.ben, now=clock.at), "check_in": past.check_in, "now": clock.at}
    say_back(**said, back=Back.UNDERSTOOD, text="I heard you", by=None)
    keep_heard(**said, text="ben’s own")
    found = json.loads(json.dumps(holdings.export_of(viewer_of(cast.ana, now=clock.at))))
    assert found["side_by_side"] == [
        {
            "date": "2026-09-13",
            "marks": {"safe": 6},
            "words": {"feeling": "calm"},
            "reports": [],
            "said": [{"kind": "reply", "back": "understood", "text": "I heard you", "by": None}],
        }
    ]
    assert "ben’s own" not in json.dumps(found, ensure_ascii=False)
    assert "ben’s jar" not in json.dumps(found, ensure_ascii=False)
    Membership.objects.filter(person=cast.ben).update(rested_at=clock.at)
    resting = holdings.export_of(viewer_of(cast.ana, now=clock.at))
    assert resting["side_by_side"] == []
    assert resting["answers"] == found["answers"]


def test_erasing_leaves_rows_without_words(cast: Cast, clock: Moved, client_of: Browser) -> None:
    past = make_evening(cast, now=clock.at, opened=24 * 60, reads_in=0)
    for prompt in (past.ana, past.ben):
        send(prompt, at=prompt.opens_at)
    ana = client_of(cast.ana)
    ana.post(f"/reading/{past.check_in.pk}/choose/", {"choice": "now"})
    ana.post(f"/reading/{past.check_in.pk}/reply/", {"heard": "mine", "back": "understood", "line": "shared"})
    holdings.erase(cast.ana, clock.at)
    own = AnswerSheet.objects.get(author=cast.ana)
    assert (bytes(own.marks), bytes(own.words)) == (b"", b"")
    assert bytes(AnswerSheet.objects.get(author=cast.ben).marks) != b""
    assert not ReadingChoice.objects.exists()
    assert [row.kind for row in Addition.objects.all()] == ["reply"]


def test_a_closed_plan_shows_ones_own_sheets(cast: Cast, clock: Moved) -> None:
    evening = make_evening(cast, now=clock.at)
    send(evening.ana, at=clock.at)
    Membership.objects.filter(person=cast.ana).update(left_at=clock.at)
    assert holdings.closed_part in list(ports.closed_parts)
    couple = cast.couples["ana"].pk
    parts = holdings.closed_part(viewer=viewer_of(cast.ana, now=clock.at), couple_id=couple)
    assert len(parts[0][2]["evenings"]) == 1
    assert holdings.closed_part(viewer=viewer_of(cast.ben, now=clock.at), couple_id=couple) == []
    assert holdings.closed_part(viewer=viewer_of(cast.cleo, now=clock.at), couple_id=couple) == []


def test_schedules_learn_the_last_date_asked(cast: Cast, clock: Moved) -> None:
    make_evening(cast, now=clock.at - timedelta(days=2))
    evening = make_evening(cast, now=clock.at)
    schedule = Schedule.objects.get()
    place = Membership.objects.get(person=cast.ana)
    assert last_asked(schedule=schedule, membership=place) == evening.check_in.on
    Prompt.objects.filter(membership=place).delete()
    assert last_asked(schedule=schedule, membership=place) is None
