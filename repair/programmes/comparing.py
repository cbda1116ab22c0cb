"""Cards that both sorted, side by side, and sentences that go on to the plan's desk or to a talk."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.access import PageRequest, Viewer
from accounts.refusal import Refusal
from accounts.vault import services as vault
from repair.plan.desk import line_id
from repair.plan.drafts import keep_draft
from repair.plan.kinds import kind_named
from repair.plan.models import Draft
from repair.programmes import ports
from repair.programmes.pieces import Answers
from repair.programmes.practice_shapes import Card, Item

# The field of a line's form that a sentence is laid into, by kind of agreement.
FIRST_FIELD = {
    "boundary": "what",
    "commitment": "what",
    "ritual": "what",
    "trigger": "when",
    "timeout": "say",
    "words": "word1",
}


@dataclass(frozen=True)
class Compared:
    """One card of a sort: the pile of each, empty where it was left out or lies on a private one. `goes_to` is
    “boundary”, “talk” or empty."""

    item: Item
    card: Card
    mine: str
    theirs: str
    goes_to: str
    line: UUID = field(default_factory=uuid4, compare=False)  # the id of the topic that its button makes

    @property
    def name(self) -> str:
        """What the button of this card is called."""
        return f"card-{self.item.name}-{self.card.slug}"


def compared(items: Iterable[Item], mine: Answers, theirs: Answers) -> list[Compared]:
    """Every card that at least one of the two laid on an open pile. A sort that names no `boundary_pile` is only
    read: nothing goes on from it."""
    found = []
    for item in items:
        if item.type != "sort":
            continue
        piles = {pile.slug: pile.label for pile in item.piles if pile.slug not in item.private_piles}
        own, other = mine.get(item.name) or {}, theirs.get(item.name) or {}
        for card in item.cards:
            one, two = (pile if (pile := said.get(card.slug, "")) in piles else "" for said in (own, other))
            if one or two:
                goes_to = _goes_to(item, one, two)
                found.append(Compared(item, card, piles.get(one, ""), piles.get(two, ""), goes_to))
    return found


def _goes_to(item: Item, one: str, two: str) -> str:
    """The same answer, line crossed: a boundary. Two answers that differ: a talk, where a room keeps topics."""
    if not item.boundary_pile or not one or not two:
        return ""
    if one == two:
        return "boundary" if one == item.boundary_pile else ""
    return "talk" if ports.takes_topics() else ""


def card_sent_on(request: PageRequest, rows: list[Compared], *, back: HttpResponse) -> HttpResponse:
    """Send the card on that was pressed. Raises Refusal where there is no such button."""
    row = next((row for row in rows if row.goes_to and request.POST.get("do") == row.name), None)
    if row is None:
        raise Refusal(_("Open this page again and choose there."))
    text = row.card.text
    if row.goes_to == "boundary":  # the card names what is not to be; as it stands it would read as agreed
        text = _("Not between us: %(card)s") % {"card": lower_first(text)}
    return sent_on(request, text, row.goes_to, back=back)


def lower_first(text: str) -> str:
    """A sentence as it goes on after a colon."""
    return text[:1].lower() + text[1:]


def sent_on(
    request: PageRequest, text: str, to: str, *, back: HttpResponse, typed: Mapping[str, str] | None = None
) -> HttpResponse:
    """Keep a sentence for a talk and go `back`, or lay it on the plan's desk as a draft and go there; `typed` is
    what stands in the line's form, where that is more than the sentence. Nothing is proposed by itself. Raises
    Refusal where there is no room."""
    if to == "talk":
        line = line_id(request.POST.get(f"line-{request.POST.get('do')}"))
        ports.keep_topic(viewer=request.viewer, text=text, now=request.viewer.now, topic=line)
        messages.success(request, _("Kept for a talk. Only you see it until you bring it up."))
        return back
    return redirect("repair:draft", _draft(request.viewer, to, dict(typed or {FIRST_FIELD[to]: text})).pk)


def goes_whole(item: Item) -> bool:
    """Whether the lines of a list go on together, into fields that are numbered from 1."""
    return item.type == "list" and bool(item.send and item.into)


def laid_out(items: Iterable[Item], answers: Answers, sent: Item, text: str) -> dict[str, str]:
    """What stands in the line's form when a sentence of `sent` goes on: the sentence, or the whole list; the other
    answers that name a field of it; and the box that is ticked with it."""
    if sent.send == "talk":
        return {}
    fields = kind_named(sent.send).form.base_fields
    along = {i.into: answers.get(i.name) for i in items if i.into in fields and not i.send}
    found = {field: said for field, said in along.items() if said and isinstance(said, str)}
    if goes_whole(sent):
        found |= {f"{sent.into}{n}": line for n, line in enumerate(answers.get(sent.name) or (), 1)}
    else:
        found[FIRST_FIELD[sent.send]] = text
    return {**found, sent.tick: "on"} if sent.tick else found


def _draft(viewer: Viewer, kind: str, typed: dict[str, str]) -> Draft:
    """The draft of this sentence: the same button pressed twice leads to the same one."""
    drafts = Draft.objects.visible_to(viewer).filter(kind=kind)
    there = next((row for row in drafts if vault.open(viewer, row, "body") == typed), None)
    return there or keep_draft(viewer=viewer, kind=kind, typed=typed, draft=uuid4(), now=viewer.now)
