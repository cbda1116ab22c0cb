"""The stories of rebuilding and of what comes after pictures and films."""

import re
from datetime import UTC, datetime, time, timedelta

from tests.journeys.couples.acts import Two
from tests.journeys.couples.partner import nowhere, titled


def rebuilding(two: Two) -> None:
    """Lena and Aylin: what each needs and can give, opened together; then a talk that has an hour of its own."""
    lena, aylin = two.both
    two.tell_privately()
    two.choose_path(by=aylin)
    hers, theirs = "To hear about a bill before it is due", "To be asked, and to be able to say no"
    two.seal_and_open(
        "expectations",
        {"safe-0": hers, "now-0": "I open the post with you on Saturdays"},
        {"loved-0": theirs, "not_yet-0": "One account for both"},
        words=(hers, theirs),
    )
    # What she can give goes on to the plan, and is in force once both have signed it.
    lena.go("/practices/expectations/")
    lena.page.locator("section[aria-labelledby=dn] a").first.click()
    lena.page.wait_for_url("**/practices/piece/**")
    lena.press("Write it as a commitment")
    lena.sends(who="me", know="The envelopes are open on the table")
    two.agree(lena, "I open the post with you on Saturdays")
    assert [who.next_thing() for who in two.both] == [titled("fair_boundary")] * 2

    two.move_phase("talking", by=lena)
    assert [who.next_thing() for who in two.both] == [titled("say_a_need")] * 2
    heated, plain = "You always hide it from me", "I would like to see the figures on Friday"
    two.does_for_oneself(
        aylin, "say_a_need", {"heated": heated, "plain": plain, "look": ["doable"]}, private=[heated, plain]
    )
    assert [who.next_thing() for who in two.both] == [titled("say_a_need"), titled("notice_feel_need")]
    two.pass_days(15)
    two.stand_in("talking", week=3)
    for who in two.both:
        who.practises("scheduled_talk")
    _a_talk(two)


def _a_talk(two: Two) -> None:
    """A topic of one becomes a talk of both; the server holds the clock, and two lines are read the day after."""
    lena, aylin = two.both
    topic = "The card we still have from the old flat"
    lena.go("/talks/new/")
    lena.page.fill("main [name=text]", topic)
    lena.press("Keep it")
    nowhere(aylin, [topic])
    lena.follow(re.compile("old flat"))
    lena.press("Bring it up to both")
    assert topic in aylin.source("/talks/")
    lena.follow("Offer a time")
    tomorrow = two.site.now.astimezone(lena.zone).date() + timedelta(days=1)
    lena.page.fill("[name=on]", tomorrow.isoformat())
    lena.page.fill("[name=at]", "20:30")
    lena.mark("minutes", "5")
    lena.press("Offer it")
    talk = lena.path
    aylin.go("/today/")
    assert "Lena offers a talk" in aylin.main
    aylin.station("rebuilding-offered")
    aylin.follow("Open it")
    aylin.press("Yes, that time")
    two.site.move_to(datetime.combine(tomorrow, time(20, 28), lena.zone).astimezone(UTC))
    two.come()
    for who in two.both:
        who.go(talk)
        who.press("I’m here")
    assert "You speak" in lena.main or "Lena speaks" in aylin.source(talk)
    aylin.station("rebuilding-talk")
    two.site.move_to(two.site.now + timedelta(minutes=40))
    two.come()
    lines = {lena: "That you were ashamed of the card", aylin: "That you were not angry about the sum"}
    for who in two.both:
        who.go(talk)
        assert "That was the time" in who.main
        who.page.fill("[name=text]", lines[who])
        who.tap("[name=took]")
        who.mark("share", "both")
        who.press("Keep it")
    for who in two.both:
        nowhere(two.other(who), [lines[who]], f"{talk}after/")
    two.pass_to_reading_hour()
    for who in two.both:
        who.go(f"{talk}after/")
        assert all(words in who.main for words in lines.values())
        who.station("rebuilding-after-talk")
    two.timeline_says("The two of you talked")


def clear_stretch(two: Two) -> None:
    """Judith and Paul: where the line is; his goal and his minutes, his own; what he tells; then feelings."""
    judith, paul = two.both
    two.tell_privately()
    two.choose_path(by=paul)
    hers, his = "Whether it is said before I find it", "Whether I would watch with the door open"
    two.seal_and_open(
        "our_definition",
        {"cards-films": "fine", "cards-films_hidden": "crosses", "word": hers},
        {"cards-films": "fine", "cards-films_hidden": "grey", "word": his},
        words=(hers, his),
    )
    judith.press("Keep for a talk")  # the one card that lies differently
    assert "Kept for a talk. Only you see it" in judith.main
    hidden = "Watching sexual pictures or films alone, and hiding it"
    assert hidden in judith.source("/talks/")
    nowhere(paul, [hidden])

    # The week is the same for both; what it holds for each is their own, and as many things for either.
    assert [who.next_thing() for who in two.both] == [titled("what_it_did"), titled("what_was_affected")]
    two.pass_days(6)
    two.stand_in("clear", week=2)
    counts = [who.source("/path/").count(" minutes</small>") for who in two.both]
    assert counts[0] == counts[1] > 0
    why, slip = "I want to fall asleep without it", "If I slip you hear it within two days, in two sentences"
    goal = two.does_for_oneself(
        paul, "own_goal",
        {"goal": "stop", "why": why, "means": "The laptop sleeps in the kitchen", "line": slip},
        private=[why, "The laptop sleeps in the kitchen", slip],
    )  # fmt: skip
    paul.go(goal)
    paul.press("Write it as a commitment")
    paul.sends(who="me", know="We sit down for it")
    two.agree(paul, slip)
    nowhere(judith, [why, "The laptop sleeps in the kitchen"], goal)  # the line is agreed; why he wants it is his

    # His minutes with an urge: a list of his own. She has the same page, and it is empty.
    log = "/practices/urge_log/log/"
    paul.go(log)
    for name, said in {"strong": "6", "before": ["lonely", "tired"], "did": "slipped"}.items():
        paul.answer(name, said)
    paul.page.fill("main [name=kind]", "Tomorrow is a new evening")
    paul.press("Keep it")
    assert "Tomorrow is a new evening" in paul.main
    paul.station("clear_stretch-log")
    judith.go(log)
    judith.station("clear_stretch-log")
    assert not judith.page.locator("main article").count()
    nowhere(judith, ["Tomorrow is a new evening"], log)
    seen = judith.source("/today/").count("<a "), judith.source("/path/").count("<a ")
    # He may tell one of two things, and nothing else can be told.
    told = paul.practises("practised_today", {"today": ["support"]})
    paul.shares(told)
    nowhere(judith, ["asked somebody for support"], judith.read_of("practised_today"))
    two.pass_to_reading_hour()
    judith.go(judith.read_of("practised_today"))
    judith.station("clear_stretch-told")
    assert "asked somebody for support" in judith.main
    nowhere(judith, ["Tomorrow is a new evening", "6 of 7"], log, judith.read_of("practised_today"))
    assert (judith.source("/today/").count("<a "), judith.source("/path/").count("<a ")) == (
        seen[0] + 1,
        seen[1] + 1,
    )

    two.move_phase("feelings_again", by=judith)
    assert [who.next_thing() for who in two.both] == [titled("feelings_in_the_body")] * 2
    step = "I am afraid that you compare me"
    two.does_for_oneself(judith, "six_small_sentences", {"steps-0": "I am tired", "steps-1": step}, private=[step])
    assert titled("six_small_sentences") in judith.done_this_week()
    assert titled("six_small_sentences") not in paul.done_this_week()
