"""Outcomes that depend on what each of two keeps to themself, and the openings that were declared.

With two people, whatever follows from both private answers may tell each the other's (rule 2). Every function
whose result does is named here, with what each puts in. Knowing one's own and the result must never fix the
other's, except for what is listed as opened; and that is said on screen before it is given.
tests/contract/test_inference.py enumerates all of it, and fails on a function that reads both sides unnamed.
"""

from dataclasses import dataclass
from enum import StrEnum


class Opening(StrEnum):
    """The declared openings: the only places where one's private input changes the other's view."""

    READING = "reading side by side"
    ACTIVE = "the plan goes on"
    SIGNED = "lines both signed"
    STEPPED = "stepping out, seen when the plan goes on"
    GRANTS = "the pair of grants"
    LINK = "an invitation accepted"
    TALK = "what both share of a talk"
    HOUR = "the later of two clocks"
    PRACTICES = "practices both shared, or one offered"
    LADDER = "the blind ladder"
    SEASON = "the jar, when a season ends"
    WORD = "a word for near and far, said by one"


@dataclass(frozen=True)
class Declared:
    """What an opening opens, and where that is said before it is given. `said_in` is the template, or
    the form, that holds the words."""

    opens: str
    said_in: str
    words: str


DECLARED: dict[Opening, Declared] = {
    Opening.READING: Declared(
        opens="Marks, reports and words that both shared, from the reading hour on.",
        said_in="checkins/prompts/sharing.py",
        words="reads them %(hour)s, if both of you shared.",
    ),
    Opening.ACTIVE: Declared(
        opens="That neither rests, has left, is being deleted or suspended. Which of these it is stays closed.",
        said_in="accounts/couples/rest.html",
        words="sees “This plan is resting”, the same page for every cause.",
    ),
    Opening.SIGNED: Declared(
        opens="Who signed which wording, and when; that a phase was proposed and agreed.",
        said_in="repair/plan/sign.html",
        words="Signing says yes to exactly these words.",
    ),
    Opening.STEPPED: Declared(
        opens="That a line is out of force because one of the two stepped out of it, once the plan goes on.",
        said_in="repair/plan/step_out_resting.html",
        words="If the plan goes on, the line then stands in it as “needs a talk”",
    ),
    Opening.GRANTS: Declared(
        opens="That both said yes to a therapist, in the list of what that therapist opened.",
        said_in="accounts/therapists/grant.html",
        words="each of you can tell that both said yes",
    ),
    Opening.LINK: Declared(
        opens="That the invited person said yes, and under which name.",
        said_in="accounts/couples/invitation.html",
        words="sees the name you choose, and confirms that it is you.",
    ),
    Opening.PRACTICES: Declared(
        opens="What one offered, what both did and shared, from the reading hour on; what was said back, at once.",
        said_in="repair/programmes/_becomes.html",
        words="only if both of you finished and shared. Not done, kept and taken back look the same.",
    ),
    Opening.TALK: Declared(
        opens="That a talk took place where both say so, and the lines both shared of it, from its hour on.",
        said_in="checkins/conversations/after.html",
        words="if both of you shared them. If not, nothing tells why.",
    ),
    Opening.HOUR: Declared(
        opens="The reading hour and the last closing of an evening: the later one where two zones differ.",
        said_in="repair/schedules/_times.html",
        words="If the two clocks differ, reading begins by the later one.",
    ),
    Opening.LADDER: Declared(
        opens="That the other opened the ladder too and was ready, when its next step opens.",
        said_in="repair/programmes/ladder.html",
        words="So when a step opens, each of you knows that the other said yes.",
    ),
    Opening.SEASON: Declared(
        opens="Slips left in the jar and lines chosen for the season’s page, and so whether there are any.",
        said_in="checkins/seasons/jar.html",
        words="Then what you have left in opens for both of you",
    ),
    Opening.WORD: Declared(
        opens="The word that one says for today, at once or from the hour they choose, until they take it back.",
        said_in="checkins/seasons/near.html",
        words="reads the word you say, at once or from the hour you choose, until you take it back",
    ),
}


@dataclass(frozen=True)
class Outcome:
    """One function whose result follows from both. `name` is its dotted path; `inputs` is what each of the two
    puts in and keeps to themself; `opening` is what of it is declared (None: nothing)."""

    name: str
    inputs: str
    opening: Opening | None


OUTCOMES: tuple[Outcome, ...] = (
    Outcome(
        "checkins.prompts.reading.side_by_side",
        "not sent, or a sheet: marks kept or shared, reports, words, and who sees it",
        Opening.READING,
    ),
    Outcome("checkins.prompts.reading.would_open", "the same, without a reading hour", Opening.READING),
    Outcome("checkins.prompts.reading.hours_of", "when one’s own window closes", Opening.HOUR),
    Outcome(
        "repair.programmes.opening.opens_at",
        "not done, done and kept, shared, or shared and taken back; asked for or not; and when",
        Opening.PRACTICES,
    ),
    Outcome(
        "repair.programmes.pairing.beside",
        "what one shared of a sealed practice, took back, changed and shared again; and when",
        Opening.PRACTICES,
    ),
    Outcome(
        "repair.programmes.ladder.stood",
        "closed, or open and: silent, ready to go on, stay, one back; and when",
        Opening.LADDER,
    ),
    Outcome("repair.schedules.recurrence.reading_instant", "one’s own time zone", Opening.HOUR),
    Outcome("accounts.couples.queries.state_of", "going on, or one of five ways to stop", Opening.ACTIVE),
    Outcome("accounts.therapists.queries.cases_of", "no answer, a no, an ended yes, or a yes", Opening.GRANTS),
    Outcome("accounts.couples.pending.pending_of", "what one does with an invitation", Opening.LINK),
    Outcome("accounts.couples.linking.confirm", "what became of one’s yes", Opening.LINK),
    Outcome("repair.plan.standing.standing_of", "one’s own signature", Opening.SIGNED),
    Outcome("repair.plan.phases.agree_phase", "one’s own yes to another phase", Opening.SIGNED),
    Outcome("checkins.seasons.jar.opened_slips", "no slip, one taken out, or one left in", Opening.SEASON),
    Outcome(
        "checkins.seasons.nearness.theirs",
        "no word, one taken back, one for the reading hour, or one said now; and which",
        Opening.WORD,
    ),
    Outcome("repair.plan.stepping_out.settle", "whether one stepped out while it rested", Opening.STEPPED),
    Outcome(
        "checkins.conversations.closing.side_by_side",
        "nothing said of a talk, or whether it took place, two lines, and who reads them",
        Opening.TALK,
    ),
)
