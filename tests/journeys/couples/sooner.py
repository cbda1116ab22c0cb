"""The stories of first aid and of understanding."""

from datetime import UTC, datetime, time, timedelta

from tests.journeys.couples.acts import Two
from tests.journeys.couples.partner import nowhere, titled, without_tokens


def first_aid(two: Two) -> None:
    """Hanna and Timo: two weeks each alone; first ground, once both say so; an evening; another path."""
    hanna, timo = two.both
    two.stand_in("first_days")
    two.timeline_says("The plan began")
    two.tell_privately()
    assert hanna.next_thing() == timo.next_thing() == titled("willingness")
    no = "Tell my mother, not yet"
    piece = two.does_for_oneself(hanna, "willingness", {"willing": "3", "free": "7", "not": no}, private=[no])
    hanna.go(piece)
    hanna.station("first_aid-piece")
    assert hanna.next_thing() == titled("before_you_begin")
    hanna.practises("before_you_begin")
    assert hanna.next_thing() == "This week", "nothing is left, and nothing else is put in its place"
    hanna.go("/today/")
    hanna.station("first_aid-today-done")
    timo.go("/today/")
    timo.station("first_aid-today")
    assert timo.next_thing() == titled("willingness")

    # The second week comes for both, whoever did what in the first. His pause becomes a line of both.
    two.pass_days(7)
    two.stand_in("first_days", week=2)
    assert hanna.next_thing() == timo.next_thing() == titled("self_care")
    his = timo.practises(
        "time_out",
        {"signs-0": "I stop hearing the words", "word": "Lighthouse", "lasts": "m20", "again": "caller"},
    )
    nowhere(hanna, ["Lighthouse", "I stop hearing the words"], his)
    timo.press("Write it as a time-out rule")
    timo.sends()
    two.agree(timo, "“Lighthouse”: we stop and are apart for 20 minutes")
    nowhere(hanna, ["I stop hearing the words"], his)

    # Nothing runs out: the last week of the first days stays, until both have signed first ground.
    two.pass_days(7)
    two.stand_in("first_days", week=2)
    for who in two.both:
        assert "“First ground” follows when you have both signed it" in who.source("/path/")
    two.choose_path(by=timo, phase="first_ground")
    assert hanna.next_thing() == timo.next_thing() == titled("no_big_decisions")
    two.does_for_oneself(hanna, "no_big_decisions", {"wait-0": "The lease in Ulm"}, private=["The lease in Ulm"])
    assert (hanna.next_thing(), timo.next_thing()) == (titled("three_first_lines"), titled("no_big_decisions"))
    ask, mine = "You tell me when he writes to you", "On Thursdays I ask, and on other days I write it down"
    hers = two.does_for_oneself(hanna, "three_first_lines", {"mine": mine, "ask": ask}, private=[mine, ask])
    hanna.go(hers)
    hanna.page.locator(".stack-s", has_text=mine).get_by_role("button").click()
    hanna.page.wait_for_url("**/lines/draft/**")
    hanna.sends(who="me")
    two.agree(hanna, mine)
    nowhere(timo, [ask])  # what stayed on her page stays there
    _an_evening(two)

    # Another path, from its beginning, once both have signed it.
    two.move_phase("what_happened", by=hanna, to="understanding")
    assert hanna.next_thing() == timo.next_thing() == titled("our_definition")


def _an_evening(two: Two) -> None:
    """A rhythm signed by both, one minute each, apart; read side by side at the reading hour."""
    hanna, timo = two.both
    tomorrow = two.site.now.astimezone(hanna.zone).date() + timedelta(days=1)
    hanna.go("/lines/new/rhythm/")
    hanna.mark("frequency", "weekly")
    hanna.mark("weekdays", str(tomorrow.weekday()))
    hanna.page.fill("[name=starts_on]", tomorrow.isoformat())
    hanna.do("send")
    hanna.station("first_aid-rhythm")
    hanna.do("seen")
    timo.signs(f"{tomorrow:%A}")
    two.site.move_to(datetime.combine(tomorrow, time(20, 31), hanna.zone).astimezone(UTC))
    two.site.manage("tick")
    two.come()
    good = {hanna: "The rain on the roof window", timo: "She laughed at the neighbour’s dog"}
    for who in two.both:
        who.go("/today/")
        who.station("first_aid-tonight")
        who.follow("Begin")
        for name in who.groups("mark-"):
            who.mark(name, "3" if who is hanna else "6")
        who.page.fill("[name=good]", good[who])
        who.press("Save and go on")
        who.mark("who", "all")
        who.press("Send my minute")
        assert "Sealed" in who.main
    for who in two.both:
        nowhere(two.other(who), [good[who]])
    two.pass_to_reading_hour()
    for who in two.both:
        who.go("/today/")
        who.press("Read now")
        assert "side by side" in who.main
        rails = who.page.locator(".rail1").evaluate_all("all => all.map(rail => rail.getAttribute('aria-label'))")
        assert rails, "no marks side by side"
        assert all("3" in rail and "6" in rail for rail in rails), rails
        who.station("first_aid-evening")
        nowhere(two.other(who), [good[who]])  # what was good waits in the jar


def understanding(two: Two) -> None:
    """Mirjam and Oskar: where the line is, what it took, how it could come about, one moment; then she parts."""
    mirjam, oskar = two.both
    two.tell_privately()
    two.choose_path(by=mirjam)
    for who in two.both:
        assert who.next_thing() == titled("our_definition")

    # Cards, each alone, then side by side. One pile is never opened.
    two.seal_and_open(
        "our_definition",
        {"cards-films_hidden": "crosses", "cards-ex_letters": "grey", "cards-once_away": "unbearable",
         "word": "Whether I could tell you the same evening"},
        {"cards-films_hidden": "crosses", "cards-ex_letters": "fine",
         "word": "Whether I would mind if you watched"},
        words=("Whether I could tell you the same evening", "Whether I would mind if you watched"),
    )  # fmt: skip
    unbearable = "Sex with somebody else, once, far from home"
    assert unbearable not in oskar.source(oskar.read_of("our_definition"))
    assert "I could not live with this" not in oskar.source(oskar.read_of("our_definition"))
    mirjam.press("Propose as a boundary")
    mirjam.sends(who="both", own_space="What each of us watches openly", know="The door stays open")
    two.agree(mirjam, "Not between us: watching sexual pictures or films alone, and hiding it")

    # What it took: hers, offered; he reads it from the hour on and says back what he understood.
    for who in two.both:
        assert who.next_thing() == titled("hearing_hurt")
    took = "The song from our kitchen is gone"
    hers = mirjam.practises(
        "name_the_hurt", {"happened": "In May I found a receipt for two", "took": took, "first": "I was not blind"}
    )
    nowhere(oskar, [took], "/practices/name_the_hurt/", oskar.read_of("name_the_hurt"))
    mirjam.shares(hers)
    nowhere(oskar, [took], "/practices/name_the_hurt/", oskar.read_of("name_the_hurt"))
    two.pass_to_reading_hour()
    oskar.go(oskar.read_of("name_the_hurt"))
    assert took in oskar.main
    heard = "That the song was ours and is not any more"
    oskar.answer("heard", heard)
    oskar.press("Send it")
    oskar.station("understanding-said-back")
    assert heard in mirjam.source(hers)

    # How it could come about opens only to one who asks, and nobody learns who asked.
    two.pass_days(13)
    two.stand_in("what_happened", week=3)
    assert [who.next_thing() for who in two.both] == [titled("way_forward"), titled("without_but")]
    how = "I liked being looked at and told myself it was nothing"
    his = oskar.practises(
        "understanding_why",
        {
            "impact": "She does not sleep",
            "factors": ["worth", "secrecy"],
            "how": how,
            "change-0": "I tell it on the day",
        },
    )
    oskar.shares(his)
    two.pass_to_reading_hour()
    nowhere(mirjam, [how], "/practices/understanding_why/", mirjam.read_of("understanding_why"))
    oskar_saw = oskar.source(his), oskar.finds("asked to read")
    mirjam.go("/practices/understanding_why/")
    mirjam.press("I would like to read it")
    mirjam.station("understanding-asked")
    nowhere(mirjam, [how], mirjam.read_of("understanding_why"))
    assert without_tokens(oskar.source(his)) == without_tokens(oskar_saw[0])
    two.pass_to_reading_hour()
    mirjam.go(mirjam.read_of("understanding_why"))
    assert how in mirjam.main
    mirjam.station("understanding-why")
    assert not oskar.finds("asked to read")

    # Between the two: a moment, written from two sides, and a promise that goes on to the plan.
    two.move_phase("between_us", by=oskar)
    assert [who.next_thing() for who in two.both] == [titled("map_of_moments")] * 2
    hers, his = "I believed I was asking too much", "I believed that nobody would notice"
    two.seal_and_open(
        "map_of_moments",
        {"moment": "The station in March", "believed": hers},
        {"moment": "The station in March", "believed": his, "mine": "I ring before the train, not after it"},
        words=(hers, his),
    )
    oskar.go(oskar.page.locator("main a[href^='/practices/map']").first.get_attribute("href") or "")
    oskar.page.locator("section[aria-labelledby=dn] a").first.click()
    oskar.page.wait_for_url("**/practices/piece/**")
    oskar.press("Write it as a commitment")
    nowhere(mirjam, ["I ring before the train, not after it"])  # a draft, until he sends it
    oskar.sends(who="me")
    two.agree(oskar, "I ring before the train, not after it")
    assert mirjam.next_thing() == titled("when_we_were_good")

    _mirjam_parts(two)


def _mirjam_parts(two: Two) -> None:
    """A month later she says for herself that she would like to part well; she thinks it through and closes her
    side. He sees that the plan rests, and no word of why."""
    mirjam, oskar = two.both
    two.pass_days(30)
    mirjam.tells_privately(two.couple.kind, direction="part")
    mirjam.go("/path/")
    note = "There is a quiet page that goes with your answer"
    assert note in mirjam.main
    mirjam.station("understanding-parting-note")
    nowhere(oskar, [note])
    mirjam.follow("Open it")
    assert mirjam.path == "/path/parting/"
    mirjam.station("understanding-parting")
    sentence = "I have decided that I want us to part gently"
    hers = mirjam.practises("parting_well", {"say": sentence, "sort": ["home", "money"], "keep-0": "The walks"})
    nowhere(oskar, [sentence], "/practices/parting_well/", hers)
    mirjam.go("/you/leave/")
    mirjam.press("Stop sharing now")
    mirjam.station("understanding-left")
    assert sentence in mirjam.source(hers)
    oskar.go("/today/")
    assert "This plan is resting" in oskar.main
    assert "Mirjam" not in oskar.source("/today/")
    oskar.station("understanding-resting")
    oskar.go(oskar.read_of("our_definition"))
    assert "Whether I could tell you the same evening" not in oskar.main
    assert oskar.finds("I ring before the train, not after it") == []
    oskar.go("/you/closed/")
    oskar.page.locator("main a[href*='/closed/']").first.click()
    oskar.page.wait_for_load_state()
    oskar.look()
    assert "I ring before the train, not after it" in oskar.main, "what both signed stays with both"
    oskar.station("understanding-closed-plan")
