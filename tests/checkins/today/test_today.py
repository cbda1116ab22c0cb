"""`checkins:today`: the card depends on the clock and on what one did oneself."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from accounts.couples.models import Membership
from checkins.prompts.models import Prompt
from checkins.prompts.sheets import Share, Words
from checkins.today import cards
from repair.schedules.models import QuietDays, Seat
from tests.cast import Cast
from tests.checkins.make import MINUTE, Evening, fill, make_evening, make_line, schedule_of, send, step
from tests.conftest import Moved

Browser = Callable[..., Client]


def today(client: Client) -> str:
    answer = client.get("/today/")
    assert answer.status_code == 200
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


def test_open_begun_and_sealed(cast: Cast, clock: Moved, client_of: Browser) -> None:
    tonight, ana = make_evening(cast, now=clock.at), client_of(cast.ana)
    page = today(ana)
    assert "Good evening, Ana" in page
    assert "Open until 21:00" in page, "on her own clock: 20:00 UTC in Lisbon’s summer"
    assert "Not tonight" in page
    ana.post(step(tonight.ana, 1), MINUTE)
    assert "You have begun" in today(ana)
    fill(ana, tonight.ana)
    page = today(ana)
    assert "Sealed until your reading hour" in page
    assert "Tuesday at 19:00" in page
    assert "Not tonight" not in page


def test_left_out_looks_like_sent_and_like_closed(cast: Cast, clock: Moved, client_of: Browser) -> None:
    """Also for eyes over one’s shoulder."""
    tonight, ana, ben = make_evening(cast, now=clock.at), client_of(cast.ana), client_of(cast.ben)
    fill(ana, tonight.ana)
    sent = today(ana)
    Prompt.objects.filter(pk=tonight.ana.pk).update(sent_at=None, skipped_at=clock.at)
    assert today(ana) == sent
    ben.post(f"/evening/{tonight.ben.pk}/skip/")
    Prompt.objects.filter(pk=tonight.ana.pk).update(skipped_at=None)
    clock.move(hours=2, minutes=5)
    assert "Sealed until your reading hour" in today(client_of(cast.ana)), (
        "nothing done, and closed: the same card"
    )


def test_the_morning_after(cast: Cast, clock: Moved, client_of: Browser) -> None:
    make_evening(cast, now=clock.at)
    clock.move(hours=14)
    page = today(client_of(cast.ana))
    assert "Good morning, Ana" in page
    assert "Nothing due now" in page
    assert "Reading hour today at 19:00." in page
    assert "The next check-in opens today at 19:00." in page


def test_no_rhythm_yet(cast: Cast, client_of: Browser) -> None:
    page = today(client_of(cast.ana))
    assert "Check-ins begin when you have both signed a rhythm." in page


@pytest.mark.parametrize("choice", ["", "now", "tomorrow", "never"])
def test_the_closed_card_from_the_hour_until_one_chose(
    cast: Cast, clock: Moved, client_of: Browser, choice: str
) -> None:
    evening = make_evening(cast, now=clock.at)
    for prompt in (evening.ana, evening.ben):
        send(prompt, at=clock.at)
    assert "is ready to read" not in today(client_of(cast.ana))
    clock.move(days=1)
    ana = client_of(cast.ana)
    assert "Monday is ready to read" in today(ana)
    if choice:
        ana.post(f"/reading/{evening.check_in.pk}/choose/", {"choice": choice})
    assert ("is ready to read" in today(ana)) == (choice == "")
    assert "is ready to read" in today(client_of(cast.ben)), "what she chose is hers"
    clock.move(hours=14)
    assert ("is ready to read" in today(client_of(cast.ana))) == (choice in {"", "tomorrow"})
    clock.move(days=2)
    assert "is ready to read" not in today(client_of(cast.ana))


@pytest.mark.parametrize("share", [None, Share.NONE, Share.WORDS])
def test_nothing_side_by_side_says_no_reason(
    cast: Cast, clock: Moved, client_of: Browser, share: Share | None
) -> None:
    evening = make_evening(cast, now=clock.at)
    send(evening.ben, at=clock.at, share=Share.MARKS)
    if share is not None:
        send(evening.ana, at=clock.at, share=share)
    clock.move(days=1)
    page = today(client_of(cast.ben))
    assert "Nothing side by side today" in page
    assert "We don’t say why" in page
    clock.move(hours=14)
    assert "Nothing side by side" not in today(client_of(cast.ben)), "said once, that day"


def test_quiet_days_without_a_name(cast: Cast, clock: Moved, client_of: Browser) -> None:
    QuietDays.objects.create(
        couple=cast.couples["ana"],
        set_by=Membership.objects.get(person=cast.ana),
        first_on=clock.at.date(),
        last_on=clock.at.date() + timedelta(days=2),
        set_at=clock.at,
    )
    for person in (cast.ana, cast.ben):
        assert "No check-ins until Thursday 17 September" in today(client_of(person))


def test_quiet_days_that_touch_are_one_stretch(cast: Cast, clock: Moved, client_of: Browser) -> None:
    for giver, first, last in ((cast.ana, 0, 2), (cast.ben, 3, 5)):
        QuietDays.objects.create(
            couple=cast.couples["ana"],
            set_by=Membership.objects.get(person=giver),
            first_on=clock.at.date() + timedelta(days=first),
            last_on=clock.at.date() + timedelta(days=last),
            set_at=clock.at,
        )
    assert "No check-ins until Sunday 20 September" in today(client_of(cast.ana))


def test_after_a_gap_nothing_is_owed(cast: Cast, clock: Moved, client_of: Browser) -> None:
    for days in (1, 2, 3):
        past = make_evening(cast, now=clock.at - timedelta(days=days))
        send(past.ben, at=past.ben.opens_at)
    make_evening(cast, now=clock.at)
    assert "Nothing is owed" in today(client_of(cast.ana))
    assert "Nothing is owed" not in today(client_of(cast.ben)), "Ben has no gap"


def test_alone_one_can_begin(cast: Cast, client_of: Browser) -> None:
    page = today(client_of(cast.ivy))
    for words in ("You can begin alone", "Write a first line", "Ask someone in", "Safety and support"):
        assert words in page


def test_cooling_off_shares_nothing(cast: Cast, client_of: Browser) -> None:
    page = today(client_of(cast.cora))
    assert "A day to think" in page
    assert "What happens now, and undoing it" in page


@pytest.mark.parametrize("who", ["rita", "rob", "eve"])
def test_resting_has_its_own_page(cast: Cast, client_of: Browser, who: str) -> None:
    assert "Whenever you need it" not in today(client_of(getattr(cast, who)))


def test_a_line_that_waits_for_me(cast: Cast, clock: Moved, client_of: Browser) -> None:
    make_line(cast, now=clock.at, what="Phones in the hall", signed=False)
    page = today(client_of(cast.ben))
    assert "Ana proposes a line" in page
    assert "Phones in the hall" in page
    assert "proposes a line" not in today(client_of(cast.ana))


@pytest.fixture
def week(cast: Cast, clock: Moved) -> Evening:
    """A week that both shared, at its reading hour."""
    evening = make_evening(cast, now=clock.at, questions="weekly", opened=24 * 60, reads_in=0)
    line = make_line(cast, now=clock.at, what="Phones in the hall")
    for prompt, need, report in ((evening.ana, "A walk", "kept"), (evening.ben, "An evening off", "partly")):
        send(
            prompt,
            at=prompt.opens_at,
            marks={"hope": 4},
            words=Words(texts={"need": need}),
            reports={str(line.pk): report},
        )
    return evening


def test_what_the_other_needs_only_once_it_was_read(cast: Cast, client_of: Browser, week: Evening) -> None:
    ana = client_of(cast.ana)
    for words in ("An evening off", "Last week, in words"):
        assert words not in today(ana)
    ana.post(f"/reading/{week.check_in.pk}/choose/", {"choice": "now"})
    page = today(ana)
    assert "An evening off" in page
    assert "A walk" not in page, "her own need is not read back to her"
    assert "Kept, Ana says. Partly, Ben says." in page
    assert "An evening off" not in today(client_of(cast.ben))


def test_mail_that_fails_is_told_to_its_owner_alone(cast: Cast, clock: Moved, client_of: Browser) -> None:
    cast.ana.mail_failed_at = clock.at
    cast.ana.save()
    assert "Your notes do not arrive" in today(client_of(cast.ana))
    assert "Your notes do not arrive" not in today(client_of(cast.ben))


@pytest.mark.parametrize("who", ["theo", None])
def test_others_do_not_get_in(cast: Cast, client_of: Browser, who: str | None) -> None:
    answer = client_of(getattr(cast, who) if who else None).get("/today/")
    assert answer.status_code == (404 if who else 302)
    assert client_of(cast.ana).post("/today/").status_code == 405


def test_the_next_time_is_ones_own(cast: Cast, clock: Moved, client_of: Browser) -> None:
    schedule_of(cast, now=clock.at)
    Seat.objects.filter(membership__person=cast.ben).update(next_due_at=clock.at + timedelta(days=9))
    assert "opens Tuesday at 19:00" in today(client_of(cast.ana))
    assert "opens 23 September at 14:00" in today(client_of(cast.ben))


def test_a_card_needs_a_name_of_its_own() -> None:
    card = next(iter(cards.registered().values()))
    cards.register(card)
    with pytest.raises(ValueError, match="two cards"):
        cards.register(cards.Card(card.name, card.column, 1, "x.html", lambda moment: None))


def test_as_many_queries_for_many_evenings_as_for_one(
    cast: Cast, clock: Moved, client_of: Browser, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for days in range(1, 13):
        evening = make_evening(cast, now=clock.at - timedelta(days=days))
        for prompt in (evening.ana, evening.ben):
            send(prompt, at=prompt.opens_at)
    client = client_of(cast.ana)
    client.get("/today/")
    with django_assert_max_num_queries(30):  # type: ignore[attr-defined]
        client.get("/today/")


def test_two_at_once_are_one_card_and_a_line(cast: Cast, clock: Moved, client_of: Browser) -> None:
    make_evening(cast, now=clock.at, questions="weekly", lasts=200)
    day = make_evening(cast, now=clock.at)
    page = today(client_of(cast.ana))
    assert page.count('class="tonight"') == 1
    assert page.index("Tonight’s minute") < page.index("The week, in five minutes")
    fill(client_of(cast.ana), day.ana)
    page = today(client_of(cast.ana))
    assert page.count("The week, in five minutes") == 1
    assert "Not tonight" in page
