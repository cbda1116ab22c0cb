"""R5–R8: agreeing against editing, answering twice, an opening against taking back and against leaving."""

import re
from collections.abc import Iterator
from functools import partial

from django.urls import reverse

from accounts.access import viewer_of
from accounts.couples.models import Membership
from checkins.prompts.models import AnswerSheet, Prompt
from checkins.prompts.reading import State, opened
from checkins.prompts.sheets import Share, Words
from repair.plan.models import Signature, Version
from repair.plan.queries import line_read
from repair.plan.standing import LineState
from tests.cast import Cast
from tests.checkins.make import DAY, MINUTE, Evening, make_evening, send, sheet_of, step
from tests.repair.plan.lines import posted, proposed
from tests.security.races.harness import Answer, Browser, Race, Stage
from tests.security.races.pairs import couple

HERS = "quokka-evening"  # a word of Ana's that stands nowhere else
TYPED = {"who": "both", "know": "The cups are on the table.", "do": "anyway", "seen": 1}


def agree_or_edit(stage: Stage) -> Iterator[str]:
    """Ben signs the words on his page in two tabs while Ana proposes others in two."""
    pair = couple(stage)
    line = proposed(pair.ana, now=stage.now)
    sign, suggest = (reverse(f"repair:{verb}", args=[line.pk]) for verb in ("sign", "suggest"))
    his, hers = stage.tabs(pair.ben, 2), stage.tabs(pair.ana, 2)
    read = dict(re.findall(r'name="(version|mac)" value="([^"]+)"', his[0].get(sign).text))
    edits = [posted({**TYPED, "what": f"Tea, {n}"}, now=stage.now) for n in range(2)]
    stage.at_once(
        *(partial(tab.post, sign, read) for tab in his),
        *(partial(tab.post, suggest, data) for tab, data in zip(hers, edits, strict=True)),
    )
    if Signature.objects.filter(membership__person=pair.ben, version__agreement=line).exclude(
        version=read["version"]
    ):
        yield "Ben signed words he was never shown"
    if Version.objects.filter(agreement=line).count() != 2:
        yield "not one of two edits took its place"
    found, _ = line_read(viewer_of(pair.ana, now=stage.now), line.pk)
    signed = Signature.objects.filter(membership__person=pair.ben, version=read["version"]).count()
    stage.sides["agreed" if signed else "edited"] += 1
    if (found.state, signed) not in {(LineState.REVIEW, 1), (LineState.PROPOSED, 0)}:
        yield f"{found.state} with {signed} signatures of Ben’s"


def double_answer(stage: Stage) -> Iterator[str]:
    """One evening sent from four tabs, two sharing all and two nothing: one sheet, whole, as one of them said."""
    pair = couple(stage)
    tonight = make_evening(pair, now=stage.now)
    tabs = stage.tabs(pair.ana, 4)
    tabs[0].post(step(tonight.ana, 1), MINUTE)
    who = ["all", "none", "all", "none"]
    stage.at_once(
        *(partial(tab.post, step(tonight.ana, 2), {"who": one}) for tab, one in zip(tabs, who, strict=True))
    )
    if AnswerSheet.objects.filter(prompt=tonight.ana).count() != 1:
        yield "not exactly one sheet"
        return
    sheet, prompt = sheet_of(tonight.ana), Prompt.objects.get(pk=tonight.ana.pk)
    if dict(sheet.marks) != DAY or sheet.share not in {Share.ALL, Share.NONE}:
        yield "the sheet is not what was sent"
    if prompt.sent_at is None or prompt.draft:
        yield "the prompt does not say that it was sent"
    stage.sides[sheet.share] += 1


def half_read(stage: Stage) -> tuple[Cast, Evening]:
    """An evening read as soon as both are in: Ana's sheet is in, Ben's is written and not sent."""
    pair = couple(stage)
    tonight = make_evening(pair, now=stage.now, reads_in=None)
    send(tonight.ana, at=stage.now, words=Words(feelings=("calm",), own=HERS))
    return pair, tonight


def reveal_or_take_back(stage: Stage) -> Iterator[str]:
    """Ben's sending, which opens the evening, against Ana's taking back: it opened and stays, or did neither."""
    pair, tonight = half_read(stage)
    his, hers = stage.tabs(pair.ben, 2), stage.tabs(pair.ana, 2)
    his[0].post(step(tonight.ben, 1), MINUTE)
    take_back = reverse("checkins:take_back", args=[tonight.ana.pk])
    stage.at_once(
        *(partial(tab.post, step(tonight.ben, 2), {"who": "all"}) for tab in his),
        *(stage.lagging(partial(tab.post, take_back), 0.06) for tab in hers),
    )
    is_open = opened(viewer_of(pair.ben, now=stage.now), tonight.check_in).is_open
    taken_back = Prompt.objects.get(pk=tonight.ana.pk).sent_at is None
    stage.sides["opened" if is_open else "taken back"] += 1
    if is_open == taken_back:
        yield "taken back and open" if is_open else "neither open nor taken back"
    if sheet_of(tonight.ben).opened_at is not None and taken_back:
        yield "it says it was opened, and was not"


def leave_or_reveal(stage: Stage) -> Iterator[str]:
    """Ana leaves while Ben's sending opens the evening and his tabs read it: nothing of hers on a page that was
    asked for after she had left."""
    pair, tonight = half_read(stage)
    his, hers = stage.tabs(pair.ben, 3), stage.tabs(pair.ana, 1)
    his[0].post(step(tonight.ben, 1), MINUTE)
    leave = {"about": str(pair.couples["ana"].pk)}
    results = stage.at_once(
        stage.lagging(partial(hers[0].post, reverse("accounts:leave"), leave), 0.3),
        partial(his[0].post, step(tonight.ben, 2), {"who": "all"}),
        *(partial(_read, tab, tonight) for tab in his[1:]),
    )
    left, pages = results[0], [page for each in results[2:] for page in each]
    pages += _read(his[1], tonight)
    shown = [page for page in pages if HERS in page.text]
    stage.sides["read before" if shown else "left before"] += 1
    if any(page.asked > left.came for page in shown):
        yield "her words on a page that was asked for after she had left"
    if opened(viewer_of(pair.ben, now=stage.now), tonight.check_in).state is not State.NOTHING:
        yield "something is open in a couple that rests"
    open_sides = Membership.objects.filter(couple=pair.couples["ana"], left_at=None)
    if [place.person_id for place in open_sides] != [pair.ben.pk]:
        yield "not exactly Ana’s side is closed"


def _read(tab: Browser, tonight: Evening) -> list[Answer]:
    """“Read now”, and the page, three times over."""
    reading = reverse("checkins:reading", args=[tonight.check_in.pk])
    choose = reverse("checkins:choose", args=[tonight.check_in.pk])
    pages = []
    for _ in range(3):
        tab.post(choose, {"choice": "now"})
        pages.append(tab.get(reading))
    return pages


RACES = [
    Race("R5", "agree against edit", agree_or_edit, says_who=True),
    Race("R6", "double answer", double_answer, says_who=True),
    Race("R7", "reveal against take back", reveal_or_take_back, says_who=True),
    Race("R8", "leave against reveal", leave_or_reveal, says_who=True),
]
