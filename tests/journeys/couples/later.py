"""The stories of closeness and of the quiet path."""

import re
from datetime import datetime, timedelta

from repair.programmes import content
from tests.journeys.couples.acts import Two
from tests.journeys.couples.partner import PAGES, Partner, nowhere, titled, without_tokens

LADDER = "/path/ladder/"
FIRST_STEP = content.practice("ladder").parts[0].title


def closeness(two: Two) -> None:
    """Sofie and Marek: words of their own for near and far; the ladder; she leaves it, and nobody is told."""
    sofie, marek = two.both
    two.tell_privately()
    two.choose_path(by=marek)
    marks = {"no": "3", "want": "2", "need": "That the evening goes on as it was"}
    two.does_for_oneself(sofie, "could_say_no", marks, private=["That the evening goes on as it was"])
    two.seal_and_open(
        "our_words",
        {"words-0": "Hand", "words-1": "Sofa", "words-2": "Island", "alarm": "Fog", "answer": "a light left on"},
        {"words-0": "Nest", "words-1": "Kitchen", "words-2": "Balcony"},
        words=("Island", "Balcony"),
    )  # fmt: skip
    sofie.go("/practices/our_words/")
    sofie.page.locator("section[aria-labelledby=dn] a").first.click()
    sofie.page.wait_for_url("**/practices/piece/**")
    sofie.press("Write it as a trigger card")
    sofie.sends(when="I say Fog", please="leave a light on")
    two.agree(sofie, "When I say Fog, please leave a light on")

    two.move_phase("ladder", by=marek)
    _a_ladder(two)
    note = "I was far away and counted the tiles"
    before = [without_tokens(marek.source(path)) for path in (LADDER, *PAGES)]
    sofie.go(LADDER)
    sofie.follow("After a step, for you alone")
    assert sofie.path == "/practices/ladder_after/"
    marks = {"during": "2", "stop": "3", "body": ["far", "held"], "note": note}
    two.does_for_oneself(sofie, "ladder_after", marks, private=[note, "Holding my breath"])

    # She closes it. What he sees is what he saw, then and weeks later, whatever he says.
    sofie.go(LADDER)
    sofie.press("Close it for me")
    assert "Closed for you. Nobody is told." in sofie.main
    assert "No step is open here" in sofie.main
    sofie.station("closeness-closed")
    assert [without_tokens(marek.source(path)) for path in (LADDER, *PAGES)] == before
    marek.go(LADDER)
    marek.press("Ready to go on")
    two.pass_days(36)
    marek.go(LADDER)
    assert FIRST_STEP in marek.main
    assert "You have said: ready to go on." in marek.main
    assert "Sofie" not in marek.source(LADDER)
    marek.station("closeness-waits")


def _a_ladder(two: Two) -> None:
    """Each opens it alone, on days of their own, and the other’s page stays as it is; a look that nobody knows of
    opens the first step once both have said ready."""
    for who, first in sorted(((who, _first_day(who)) for who in two.both), key=lambda pair: pair[1]):
        if two.site.now < first:
            two.site.move_to(first)
        two.come()
        other = two.other(who)
        before = without_tokens(other.source(LADDER)), without_tokens(other.source("/today/"))
        who.go(LADDER)
        who.press("Open it for me")
        who.press("Ready to begin")
        assert "You have said: ready to begin." in who.main
        who.station("closeness-ready")
        assert (without_tokens(other.source(LADDER)), without_tokens(other.source("/today/"))) == before
        for each in two.both:
            assert FIRST_STEP not in each.source(LADDER), "a step opened at once"
    two.pass_days(36)
    for who in two.both:
        who.go(LADDER)
        assert FIRST_STEP in who.main
        who.station("closeness-step")


def _first_day(who: Partner) -> datetime:
    """From when somebody can open the ladder for themself, as their own page says."""
    who.go(LADDER)
    found = re.search(r"Your next days to open it are (\d+ \w+) to", who.main)
    if found is None:
        assert who.page.get_by_role("button", name="Open it for me").count()
        return who.site.now
    here = who.site.now.astimezone(who.zone)
    day = datetime.strptime(f"{found[1]} {here.year} 12", "%d %B %Y %H").replace(tzinfo=who.zone)
    return day if day > here else day.replace(year=here.year + 1)


def quiet_path(two: Two) -> None:
    """Ruth and Viktor: what repeats, a good moment on the timeline, a month gone by; then four times a year."""
    ruth, viktor = two.both
    two.tell_privately()
    two.choose_path(by=ruth)
    pattern, line = "Sundays, before my mother rings", "If we are still at it at ten then I put the kettle on"
    piece = two.does_for_oneself(
        ruth, "when_it_repeats", {"days": ["family", "night"], "pattern": pattern, "alone": line},
        private=[pattern, line],
    )  # fmt: skip
    ruth.go(piece)
    ruth.press("Write it as a commitment")
    ruth.sends(who="me", know="One hears the kettle")
    two.agree(ruth, line)
    nowhere(viktor, [pattern], piece)
    assert ruth.next_thing() == "This week"
    assert viktor.next_thing() == titled("when_it_repeats")

    # A month of walks; then a good moment: one for both, one for himself.
    two.pass_days(28)
    two.stand_in("monthly", week=5)
    assert [who.next_thing() for who in two.both] == [titled("milestones")] * 2
    _keeps_a_moment(viktor, "We talked about money and both slept", "I said the sum first", see="both")
    _keeps_a_moment(viktor, "I walked past the old office", "I breathed out", see="me")
    viktor.station("quiet_path-moments")
    two.timeline_says("We talked about money and both slept")
    assert "I walked past the old office" in viktor.source("/story/")
    nowhere(ruth, ["I walked past the old office", "I breathed out"], "/moments/")
    for who in two.both:
        who.go("/story/")
        who.station("quiet_path-timeline")

    two.move_phase("quarterly", by=viktor)
    assert [who.next_thing() for who in two.both] == [titled("quarterly_look")] * 2
    hers, his = "The Saturday walk holds", "The rule about the phone has grown too tight"
    topic = "Where we spend the winter"
    two.seal_and_open(
        "quarterly_look",
        {"holds": hers, "talk": topic, "need-0": "An evening a week without news"},
        {"missing": his, "signs": "I stay longer at work"},
        words=(hers, his),
    )
    ruth.go("/practices/quarterly_look/")
    ruth.page.locator("section[aria-labelledby=dn] a").first.click()
    ruth.page.wait_for_url("**/practices/piece/**")
    ruth.press("Keep it for a talk")
    assert topic in ruth.source("/talks/")
    assert topic not in viktor.source("/talks/")
    ruth.go("/talks/")
    ruth.follow(topic)
    ruth.press("Bring it up to both")
    assert topic in viktor.source("/talks/")
    viktor.go("/talks/")
    viktor.station("quiet_path-talks")


def _keeps_a_moment(who: Partner, title: str, mine: str, *, see: str) -> None:
    who.go("/moments/")
    who.page.fill("main [name=title]", title)
    who.page.fill("main [name=text]", mine)
    who.page.fill("main [name=on]", (who.site.now - timedelta(days=2)).date().isoformat())
    who.mark("see", see)
    who.press("Keep it")
    assert title in who.main
