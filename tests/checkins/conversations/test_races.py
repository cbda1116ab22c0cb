"""One person's two windows at one instant, on PostgreSQL: a note and its topic, never an error of ours."""

from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.http import Http404

from accounts.access import viewer_of
from checkins.conversations import topics
from checkins.conversations.models import TopicNote
from tests.cast import Cast, make_couple
from tests.checkins.prompts.test_at_once import at_once
from tests.conftest import Moved
from tests.contract.talking import make_topic

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
TRIALS = 40


@pytest.fixture(autouse=True)
def _only_postgres(db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")


def said(act: Any) -> Any:
    """What an act did, or that it found nothing; whatever else it raises."""
    try:
        return act() or "done"
    except Http404:
        return "nothing there"
    except DatabaseError as error:  # ProtectedError and IntegrityError are such
        return error


def test_a_note_is_written_while_its_topic_is_deleted(cast: Cast, clock: Moved) -> None:
    for _ in range(TRIALS):
        row = make_topic(cast.ana, "mine", now=clock.at, put_away_at=clock.at)
        write, delete = (viewer_of(cast.ana, now=clock.at) for _ in range(2))
        found = at_once(
            partial(said, partial(topics.keep_note, viewer=write, topic=row.pk, text="x", now=clock.at)),
            partial(said, partial(topics.delete, viewer=delete, topic=row.pk)),
        )
        assert found[1] == "done"
        assert found[0] in {"done", "nothing there"}, found
        assert not TopicNote.objects.exists()


def test_a_note_is_written_while_its_topic_begins_anew(cast: Cast, clock: Moved) -> None:
    make_couple(cast.drew, cast.sol, now=clock.at)
    for trial in range(TRIALS):
        row = make_topic(cast.drew, f"mine {trial}", now=clock.at, couple=cast.couples["drew"])
        write, bring = (viewer_of(cast.drew, now=clock.at) for _ in range(2))
        found = at_once(
            partial(said, partial(topics.keep_note, viewer=write, topic=row.pk, text="x", now=clock.at)),
            partial(said, partial(topics.bring_up, viewer=bring, topic=row.pk, now=clock.at)),
        )
        assert found[0] == "done", found
        assert not isinstance(found[1], Exception), found
        assert TopicNote.objects.count() == trial + 1
