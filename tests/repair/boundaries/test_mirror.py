"""The mirror: what it finds in a line, what it leaves alone, and how it counts. English.

Each theme has lines it must find and lines near them that it must not. Starters and the site's own examples are
never mirrored: they describe care.
"""

import time
from pathlib import Path

import pytest

from accounts.access import viewer_of
from repair.boundaries import mirror, timeouts
from repair.boundaries.kinds import KINDS
from repair.programmes import content
from tests.repair.plan.lines import COMMITMENT, agreed, proposed

HITS = {
    "passwords": [
        "You give me your password",
        "We share all passwords",
        "I tell you my passcode",
        "You tell me the PIN to your phone",
        "Your phone is unlocked: I have access to your phone",
        "I get the log-in details of your mail",
    ],
    "location": [
        "You share your location with me",
        "You tell me where you are when you leave work",
        "I can see where he’s going",
        "GPS stays on",
        "You install the tracker",
        "You let me track you",
        "I always know your whereabouts",
        "Find My stays switched on",
    ],
    "messages": [
        "I may read your messages",
        "You show me your chats every evening",
        "I check your phone once a week",
        "You hand over your phone when you come home",
        "We look through each other’s phones",
        "You send me a screenshot",
        "I go through your browser history",
        "I see all your texts",
    ],
    "permission": [
        "You need my permission to meet her",
        "You ask me before you see anybody",
        "You are not allowed to write to her",
        "You go only if I agree",
        "Nothing is planned without my consent",
        "I allow you one evening",
        "You must ask when you want to leave",
    ],
    "curfew": [
        "You are home by 18:30",
        "You are back before midnight",
        "There is a curfew at ten",
        "Home at 22:00 sharp",
        "You are never out after eleven",
        "You don’t stay out",
        "Back no later than 9",
    ],
    "reporting": [
        "You report to me every evening",
        "You text me when you arrive",
        "You call me as soon as you leave",
        "You send me a photo of the office",
        "You answer within 10 minutes",
        "You write me every hour",
        "You give me a full account of the day",
        "You prove that you were there",
        "You make a list of everyone you met",
    ],
    "friends": [
        "You stop seeing your friends",
        "You don’t talk to other men",
        "No contact with your family",
        "You no longer meet female colleagues",
        "No male friends",
        "You cut ties with your sister’s friends",
        "I choose your friends",
    ],
    "clothes": [
        "You don’t wear that dress",
        "You dress differently for work",
        "I have a say in your clothes",
        "No short skirts",
        "No make-up at work",
        "What you wear we decide together",
    ],
    "money": [
        "You hand over your salary",
        "I keep the cards",
        "You get an allowance from me",
        "You show me every receipt",
        "You ask me before you buy something",
        "You give me your bank card",
        "You have no own money",
    ],
    "going_out": [
        "You don’t go out without me",
        "You go out only with me",
        "No business trips",
        "You stay home in the evenings",
        "You never leave the house alone",
        "You quit your job",
        "No more nights out",
    ],
    "sex": [
        "We have sex at least twice a week",
        "You never refuse me",
        "You sleep with me whenever I want",
        "You owe me intimacy",
        "Sex every Sunday",
        "You are always available to me",
    ],
}
HARMLESS = [
    "Half an hour together, phones in the hall",
    "A walk on Sunday, just us",
    "Spending over 200 € we talk about first",
    "When it gets too loud, twenty minutes apart, then back",
    "I make the morning coffee and we have ten minutes before work",
    "I bring questions about the past to Thursday",
    "We read to each other before sleep",
    "I say it when I am hurt, the same day",
    "We tell each other in the morning what the evening looks like",
    "On the days I worry, I say so, and you ring me when you can",
    "I go to the doctor before we are close again",
    "We cook on Fridays with friends",
    "I see my sister on Wednesdays and you have the house",
    "I look for a counsellor by the end of the month",
    "We take the children to school in turns",
    "I don’t drink on weekdays",
    "I put my phone away at dinner",
    "We are both back after twenty minutes",
    "I ask how your day was before I tell you mine",
    "We go out on Fridays, just the two of us",
    "I wear the ring again",
    "We save for a holiday together",
    "I say no when I mean no",
    "Either of us can say “not now” to any closeness",
    "I leave the room when I start to shout, and come back",
    "I answer your questions truthfully on Thursdays",
    "I delete the app",
    "I tell you about my salary and my debts once, completely",
    "We choose a film in turns",
    "I wear down nobody with questions after nine",
]
# Words near a theme whose hit is accepted: the page is private and never a block.
ACCEPTED = {"I wear the ring again": ["clothes"]}


@pytest.mark.parametrize(("theme", "text"), [(theme, text) for theme in HITS for text in HITS[theme]])
def test_what_it_finds(theme, text):
    assert theme in mirror.themes_in(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_it_leaves_alone(text):
    assert mirror.themes_in(text) == ACCEPTED.get(text, [])


def test_capitals_apostrophes_and_line_breaks_make_no_difference():
    for text in ("YOU DON'T GO OUT WITHOUT ME", "You don’t\r\ngo   out\twithout me"):
        assert mirror.themes_in(text) == ["going_out"]


def test_every_theme_of_the_file_is_tested_and_speaks():
    assert {theme.slug for theme in mirror.themes()} == set(HITS)
    for theme in mirror.themes():
        assert theme.title
        assert theme.text
        assert theme.others
        assert not [other for other in theme.others if mirror.themes_in(other)], theme.slug


@pytest.mark.parametrize(
    "text",
    ["", " ", "é" * 2000, "a " * 1000, "(" * 400, "you you you " * 200, "never the old male " * 100, "i " * 900],
)
def test_odd_texts_find_nothing_and_are_quick(text):
    began = time.process_time()
    assert mirror.themes_in(text) == []
    assert time.process_time() - began < 1, "the longest line anybody can send is read in well under a second"


def body_of(starter):
    body = {**starter.fields}
    if body.get("about"):
        body["about"] = True
    if "who" in body:
        body["who"] = {"me": "a", "you": "b", "both": "both"}[body["who"]]
    return body | ({"asks": "a"} if starter.kind == "trigger" else {})


@pytest.mark.parametrize("starter", content.content().starters, ids=lambda starter: starter.slug)
def test_no_starter_is_mirrored_and_those_about_contacts_carry_their_end(cast, clock, starter):
    assert mirror.reflect(body_of(starter), viewer_of(cast.ana, now=clock.at), None) == []


@pytest.mark.parametrize(
    ("text", "looks"),
    [
        ("I tell you the same day if R. writes", True),
        ("If she calls I tell you", True),
        ("All accounts are listed", True),
        ("I have no contact with R.", True),
        ("You tell me where you are", True),
        ("The profiles are closed", True),
        ("Half an hour together, phones in the hall", False),
        ("I make the morning coffee", False),
        ("We account for nothing", False),
        ("If one of us is late we say so", False),
    ],
)
def test_lines_about_whereabouts_accounts_or_contacts_are_recognised(text, looks):
    assert mirror.looks_like_transparency(text) is looks


def test_the_end_date_is_offered_once_and_not_when_it_is_there(cast, clock):
    viewer = viewer_of(cast.ana, now=clock.at)
    body = {"what": "I tell you the same day if R. writes", "who": "a"}
    assert [found.offers_end for found in mirror.reflect(body, viewer, None)] == [True]
    assert mirror.reflect({**body, "about": True}, viewer, None) == []
    both = {"what": "You share your location and tell me where you are", "who": "a"}
    assert [found.offers_end for found in mirror.reflect(both, viewer, None)] == [True]


def test_what_stays_each_ones_own_is_not_held_against_a_line(cast, clock):
    body = {"what": "Phones in the hall", "own_space": "Passwords and messages", "who": "both", "know": "There"}
    assert mirror.reflect(body, viewer_of(cast.ana, now=clock.at), None) == []


class TestOneSided:
    """From the third line that asks something of the other only."""

    ASK = {**COMMITMENT, "who": "b"}

    def count(self, cast, clock, body, line=None):
        return len(mirror.reflect(body, viewer_of(cast.ana, now=clock.at), line))

    @pytest.mark.parametrize(("already", "shown"), [(0, 0), (1, 0), (2, 1), (4, 1)])
    def test_it_begins_at_the_third(self, cast, clock, already, shown):
        for number in range(already):
            proposed(cast.ana, now=clock.at, fields={**self.ASK, "what": f"line {number}"})
        assert self.count(cast, clock, self.ASK) == shown

    def test_lines_in_force_count_and_lines_of_mine_or_of_both_do_not(self, cast, clock):
        agreed(cast.ana, cast.ben, now=clock.at, fields=self.ASK)
        proposed(cast.ana, now=clock.at, fields={**self.ASK, "who": "a"})
        proposed(cast.ana, now=clock.at, fields={**self.ASK, "who": "both"})
        assert self.count(cast, clock, self.ASK) == 0
        proposed(cast.ben, now=clock.at, fields={**self.ASK, "what": "Ben offers"})
        assert self.count(cast, clock, self.ASK) == 1

    def test_lines_that_ended_do_not_count(self, cast, clock):
        for _ in range(3):
            agreed(cast.ana, cast.ben, now=clock.at, fields=self.ASK, days=2)
        clock.move(days=5)
        assert self.count(cast, clock, self.ASK) == 0

    def test_a_line_that_is_changed_does_not_count_itself(self, cast, clock):
        lines = [proposed(cast.ana, now=clock.at, fields=self.ASK) for _ in range(2)]
        assert self.count(cast, clock, self.ASK, lines[0].pk) == 0

    def test_a_line_of_mine_is_never_answered_so(self, cast, clock):
        for _ in range(4):
            proposed(cast.ana, now=clock.at, fields={**self.ASK, "who": "a"})
        assert self.count(cast, clock, {**self.ASK, "who": "a"}) == 0

    def test_it_says_the_two_sentences_and_names_the_lines(self, cast, clock):
        for number in range(2):
            proposed(cast.ana, now=clock.at, fields={**self.ASK, "what": f"line {number}"})
        found = mirror.reflect(self.ASK, viewer_of(cast.ana, now=clock.at), None)[0]
        assert found.text == "Each of these asks something of the other. What will you do?"
        assert found.lines == ("line 0", "line 1")
        assert "Ben" in found.title


def test_every_kind_of_this_room_looks_into_the_mirror():
    own = {"timeout": timeouts.reflect}  # which looks into the mirror too; test_timeouts.py holds it to that
    assert all(kind.reflect is own.get(kind.name, mirror.reflect) for kind in KINDS)


LINES = Path(__file__).with_name("lines")


def lines_of(name):
    """The lines of a file, without its remarks."""
    return [line for line in (LINES / f"{name}.txt").read_text(encoding="utf-8").splitlines() if line[0] != "#"]


ASKS = [tuple(line.split(" | ")) for line in lines_of("asks")]


@pytest.mark.parametrize(("theme", "text"), ASKS, ids=[text for _, text in ASKS])
def test_what_people_ask_for_in_other_words_is_mirrored(theme, text):
    assert theme in {each.slug for each in mirror.themes()}
    assert mirror.themes_in(text)


def test_how_much_it_finds_of_new_lines_and_how_often_it_speaks_for_nothing_is_told(capsys):
    """Patterns are no reader: most lines put in a new way are not found. Counting one-sided lines does not depend
    on words. Both figures are bounded from one side only."""
    held, care = [line.split(" | ")[1] for line in lines_of("heldout")], lines_of("care")
    assert not {text for _, text in ASKS} & {*held, *care}
    found, nothing = (sum(bool(mirror.themes_in(text)) for text in texts) for texts in (held, care))
    with capsys.disabled():
        print(f"\nmirror: {found} of {len(held)} lines never used to make the patterns are found; ", end="")
        print(f"{nothing} of {len(care)} that describe care are mirrored for nothing")
    assert found / len(held) > 0.15
    assert nothing / len(care) < 0.05


@pytest.mark.parametrize("text", [text for _, text in ASKS])
def test_a_line_repeated_to_the_longest_is_read_quickly(text):
    long = (text[: len(text) * 2 // 3] + " ") * (2400 // len(text))
    began = time.process_time()
    mirror.themes_in(long)
    assert time.process_time() - began < 1
