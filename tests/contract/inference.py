"""Rule 2 as arithmetic: what somebody can work out of the other’s private input from their own and a result.

And the search for functions that read both sides: each stands in `accounts.openings.OUTCOMES`, or in `NOT_OF_TWO`
with the reason why its result does not follow from both.
"""

import ast
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from repair.env import BASE_DIR

# What one partner keeps to themself, or gives alone, by model.
PRIVATE = {
    "Aside",
    "Given",
    "Slip",
    "SeasonLines",
    "Prompt",
    "AnswerSheet",
    "ReadingChoice",
    "StepOut",
    "Rest",
    "Grant",
    "TalkWord",
    "Topic",
    "TopicNote",
    "Piece",
    "PieceReply",
    "OwnStory",
    "LadderAnswer",
}


COUNTED: Counter[str] = Counter()


@dataclass(frozen=True)
class Case:
    """One pair of private inputs with its result, as one of the two sees it. `other` has the parts of the other’s
    input, `opened` the names of those that this result opens by declaration."""

    own: Hashable
    other: Mapping[str, Hashable]
    result: Hashable
    opened: frozenset[str] = frozenset()


def fixed(cases: Iterable[Case]) -> list[str]:
    """Each part of the other’s input that one’s own input and a result leave only one value for, though it is not
    opened. Empty for what keeps rule 2."""
    left: dict[tuple[Hashable, Hashable, str], set[Hashable]] = defaultdict(set)
    for case in cases:
        COUNTED["pairs of inputs"] += 1
        for part in case.other.keys() - case.opened:
            left[case.own, case.result, part].add(case.other[part])
    return [
        f"own {own!r}, result {result!r}: {part} is {next(iter(values))!r}"
        for (own, result, part), values in left.items()
        if len(values) < 2
    ]


def readers() -> set[str]:
    """The dotted names of all functions that may see both sides: those that read as the system, and those that ask
    for private rows without saying for whom."""
    found = set()
    for app in ("accounts", "repair", "checkins"):
        for path in sorted((Path(BASE_DIR) / app).rglob("*.py")):
            parts = path.relative_to(BASE_DIR).with_suffix("").parts
            if not {"migrations", "management"} & set(parts):
                found |= {".".join((*parts, name)) for name in reading_in(path.read_text())}
    return found


def reading_in(source: str) -> set[str]:
    """The names of such functions in one module’s text."""
    found = set()
    for owner, function in _functions(ast.parse(source)):
        asks, as_system, limited = False, False, False
        for node in ast.walk(function):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                asks = asks or (node.attr == "objects" and node.value.id in PRIVATE)
            if isinstance(node, ast.Attribute):
                limited = limited or node.attr == "visible_to"
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                as_system = as_system or node.func.id == "system"
        if as_system or (asks and not limited):
            found.add(f"{owner}{function.name}")
    return found


def _functions(tree: ast.Module) -> Iterable[tuple[str, ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield "", node
        elif isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.", part) for part in node.body if isinstance(part, ast.FunctionDef))


_OWN = "rows of one person alone: the viewer’s, or the one a mail is for"
_VERB = "writes one person’s own rows; what it answers follows from those"
_FEEDS = "hands what it reads to an outcome of the table, and to nothing else"
_NAMES = "names and hours that are shown to their owner’s partner, or to nobody"
_BOTH_KNOW = "what both know: the dates on which both were asked, the stretches that both saw rest"
_ERASED = "what goes when somebody is erased, or is swept; it answers nothing"

NOT_OF_TWO: dict[str, str] = {
    "checkins.conversations.closing.after": _FEEDS,
    "checkins.conversations.registers.erase": _ERASED,
    "checkins.conversations.topics._write": _VERB,
    "checkins.conversations.topics.keep_topic": _VERB,
    "checkins.conversations.topics.park": _VERB,
    "accounts.couples.holdings.export_of": _OWN,
    "accounts.couples.landing.landing_of": _NAMES,
    "accounts.couples.linking._link": _NAMES,
    "accounts.couples.linking.accept": _NAMES,
    "accounts.couples.linking.never": _NAMES,
    "accounts.couples.services._take_over_names": _NAMES,
    "accounts.couples.services.leave": _VERB,
    "accounts.couples.services.rest": _VERB,
    "accounts.couples.services.resume": _VERB,
    "accounts.couples.services.stood_still": _VERB,
    "accounts.mail.dispatch._Batch.__init__": _NAMES,
    "accounts.privacy.sweeps.closed_plans": _ERASED,
    "accounts.therapists.queries.own_answers": _OWN,
    "accounts.therapists.queries.standing_grants": _FEEDS,
    "accounts.therapists.registers.erase": _ERASED,
    "accounts.therapists.registers.export_of": _OWN,
    "accounts.therapists.services.end_grant": _VERB,
    "accounts.therapists.services.save_profile": _VERB,
    "accounts.therapists.services.say_no": _VERB,
    "accounts.therapists.services.say_yes": _VERB,
    "checkins.hard.registers.erase": _ERASED,
    "checkins.progress.marks._opened": "each mark is shown or not by its own author’s choice alone",
    "checkins.prompts.holdings._read_by": _OWN,
    "checkins.prompts.holdings.erase": _ERASED,
    "checkins.prompts.holdings.export_of": _OWN,
    "checkins.prompts.holdings.last_asked": _BOTH_KNOW,
    "checkins.prompts.queries.choice_of": _OWN,
    "checkins.prompts.queries.last_choice": _OWN,
    "checkins.prompts.reading._Reader.__init__": _FEEDS,
    "checkins.prompts.reading._opened_for": _FEEDS,
    "checkins.prompts.reading.opened": _FEEDS,
    "checkins.prompts.replies.choose": _VERB,
    "checkins.prompts.services.send": _VERB,
    "checkins.prompts.services.show_less": _VERB,
    "checkins.prompts.services.take_back": _VERB,
    "checkins.reminders.batch._quiet_hours": _OWN,
    "checkins.reminders.notes.gather": _OWN,
    "checkins.reminders.rows._check_ins": _BOTH_KNOW,
    "checkins.today.moment.Moment.choices": _OWN,
    "checkins.seasons.holdings.erase": _ERASED,
    "checkins.seasons.holdings.erase_given": _ERASED,
    "checkins.seasons.sweeping.sweep_words": _ERASED,
    "repair.plan.holdings.erase": _ERASED,
    "repair.plan.stepping_out.withdraw": _VERB,
    "repair.programmes.climbing._place_now": _FEEDS,
    "repair.programmes.climbing._stood": _FEEDS,
    "repair.programmes.climbing._entered": _FEEDS,
    "repair.programmes.climbing._rows": "makes what is not there yet; it answers nothing of what is in it",
    "repair.programmes.climbing.standing_changed": "keeps where it stands in a rest; it answers nothing",
    "repair.programmes.holdings.erase": _ERASED,
    "repair.programmes.holdings.export_of": _OWN,
    "repair.programmes.holdings.said_back": _OWN,
    "repair.programmes.opening._shared": _FEEDS,
    "repair.programmes.opening._stood_still": _BOTH_KNOW,
    "repair.programmes.opening.replies": "what was said back is read by its two people alone",
    "repair.programmes.opening.say_back": _VERB,
    "repair.programmes.opening.words": "the words of what opened",
    "repair.programmes.pieces._begun": "whether a random id is free; what it answers does not follow from it",
    "repair.programmes.weeks._rested": _BOTH_KNOW,
}
