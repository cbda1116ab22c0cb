"""The pages of a practice: what it is, its parts as pages of one form, and the list of all there are."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import PageRequest, Viewer, Who, page
from accounts.couples.states import CoupleState
from accounts.meanwhile import ChangedMeanwhile, version_of
from accounts.refusal import Refusal
from accounts.safety.saved import after_saving
from repair.plan.desk import line_id
from repair.plan.standing import today_where
from repair.programmes import asking, content, opening, parking, pieces
from repair.programmes.addresses import address_of
from repair.programmes.forms import LINE, SEEN, PartForm
from repair.programmes.library_forms import Find
from repair.programmes.pieces import Answers, Own
from repair.programmes.practice_shapes import Part, Practice
from repair.programmes.showing import shown


@page(Who.PARTNER, methods=("GET", "POST"))
def practices(request: PageRequest) -> HttpResponse:
    """All practices, the same for everybody; words to look for come by POST, so that no address keeps them."""
    form = Find(request.POST if request.method == "POST" else None)
    every = [(practice, address_of(practice)) for practice in content.practices()]
    if form.is_bound and form.is_valid():
        wanted = form.cleaned_data["words"].casefold().split()
        every = [row for row in every if all(word in row[0].title.casefold() for word in wanted)]
    status = 422 if form.is_bound and not form.is_valid() else 200
    context = {"form": form, "practices": every, "searched": form.is_bound and status == 200}
    return render(request, "repair/programmes/practices.html", context, status=status)


@page(Who.PARTNER, methods=("GET", "POST"))
def practice(request: PageRequest, practice: str) -> HttpResponse:
    """What a practice is, what becomes of it, and one's own pieces of it; asking to read the other’s."""
    found, viewer = practice_named(practice), request.viewer
    if _is_elsewhere(found):
        return redirect(address_of(found))
    if request.method != "POST":
        return _practice_page(request, found)
    try:
        if request.POST.get("do") == "ask":
            asking.ask(viewer=viewer, practice=found, now=viewer.now)
        elif request.POST.get("do") == "unask":
            asking.ask_no_longer(viewer=viewer, practice=found, now=viewer.now)
        else:
            raise Refusal(_("Open this page again and choose there."))
    except Refusal as refusal:
        return _practice_page(request, found, refusal=str(refusal), status=422)
    messages.success(request, _("Kept. Only you see it."))
    return redirect("repair:practice", practice)


def _practice_page(request: PageRequest, found: Practice, *, refusal: str = "", status: int = 200) -> HttpResponse:
    viewer, practice = request.viewer, found.slug
    mine = pieces.own_pieces(viewer, practice)
    open_one = next((own for own in mine if not own.head.done), None)
    context = {
        "practice": open_one.practice if open_one else found,
        "unfinished": open_one,
        "at": _first_missing(open_one.practice, pieces.answers_of(viewer, open_one.row)) if open_one else 1,
        "done": [own for own in mine if own.head.done],
        "opened": [one for one in opening.opened(viewer) if one.practice.slug == practice],
        "zone": _zone(viewer),
        "refusal": refusal,
        "can_ask": found.asked and viewer.state is CoupleState.ACTIVE,
        "has_asked": practice in asking.asked_from(viewer),
    }
    return render(request, "repair/programmes/practice.html", context, status=status)


@dataclass(frozen=True)
class Here:
    """Where somebody is: the practice in the version they began, the page, what they have written so far."""

    practice: Practice
    number: int
    line: UUID  # the id that the form carried, or a new one
    own: Own | None
    answers: Answers

    @property
    def part(self) -> Part:
        return self.practice.parts[self.number - 1]

    @property
    def last(self) -> int:
        return len(self.practice.parts)

    @property
    def is_last(self) -> bool:
        return self.number == self.last

    @property
    def asks(self) -> bool:
        """Whether this page has anything to answer."""
        return any(item.asks for item in self.part.items)


@page(Who.PARTNER, methods=("GET", "POST"))
def part(request: PageRequest, practice: str, step: int) -> HttpResponse:
    """One page of a practice. Posting keeps it and goes on; posting the last one finishes."""
    here = _here(request.viewer, practice, step, line_id(request.POST.get(LINE)))
    if _is_elsewhere(here.practice):
        return redirect(address_of(here.practice))
    if here.own is None and here.practice.once:
        done = pieces.own_pieces(request.viewer, practice)
        if done:
            return redirect("repair:piece", done[0].row.pk)
    if request.method == "POST":
        return _posted(request, here)
    return _shown(request, here, _form(request, here))


def _posted(request: PageRequest, here: Here) -> HttpResponse:
    stop, viewer = "_stop" in request.POST, request.viewer
    form = _form(request, here, partial=stop)
    valid, own = form.is_valid(), here.own
    try:
        if here.asks or here.is_last:
            own = _kept(request, here, form)
            if own.head.done:  # pressed twice: what the first press did is done
                return redirect("repair:piece", own.row.pk)
    except Refusal as refusal:
        return _refused(request, here, form, refusal)
    if not valid:
        return _shown(request, here, form, status=422)
    if stop:
        messages.success(request, _("Your draft is kept. You can go on from here, or from another device."))
        return after_saving(request, form.values(), then=redirect("repair:practice", here.practice.slug))
    noticed = [] if "_anyway" in request.POST else form.character_words()
    if noticed:
        return _shown(request, here, form, noticed=noticed)
    if not here.is_last or own is None:
        onward = redirect("repair:practice_part", here.practice.slug, here.number + 1)
        return after_saving(request, form.values(), then=onward)
    missing = _first_missing(here.practice, pieces.answers_of(viewer, own.row))
    if missing:
        messages.info(request, _("One page is still open. It stands here."))
        return redirect("repair:practice_part", here.practice.slug, missing)
    try:
        parking.finish(viewer=viewer, own=own, now=viewer.now)
    except Refusal as refusal:
        return _refused(request, here, form, refusal)
    return after_saving(request, form.values(), then=redirect("repair:piece", own.row.pk))


def _kept(request: PageRequest, here: Here, form: PartForm) -> Own:
    return pieces.keep(
        viewer=request.viewer,
        practice=here.practice,
        values=form.values(),
        now=request.viewer.now,
        piece=here.line,
        seen=request.POST.get(SEEN),
    )


def _refused(request: PageRequest, here: Here, form: PartForm, refusal: Refusal) -> HttpResponse:
    meanwhile = isinstance(refusal, ChangedMeanwhile)
    return _shown(request, here, form, status=409 if meanwhile else 422, refusal=str(refusal), stands=meanwhile)


def _form(request: PageRequest, here: Here, *, partial: bool = False) -> PartForm:
    data = request.POST if request.method == "POST" else None
    today = today_where(request.viewer)
    return PartForm(data, items=here.part.items, answers=here.answers, partial=partial, today=today)


def practice_named(slug: str) -> Practice:
    """The newest version of a practice. Raises Http404 for an unknown one."""
    try:
        return content.practice(slug)
    except KeyError as error:
        raise Http404 from error


def _is_elsewhere(practice: Practice) -> bool:
    """Whether a practice is nothing but the page it names: there is nothing to write on generic ones."""
    here = reverse("repair:practice", args=[practice.slug])
    return bool(practice.page) and not any(practice.items) and address_of(practice) != here


def _here(viewer: Viewer, slug: str, number: int, line: UUID) -> Here:
    found = practice_named(slug)
    own = pieces.meant(viewer, slug, line)
    found = own.practice if own else found
    if not 1 <= number <= len(found.parts):
        raise Http404
    return Here(found, number, line, own, pieces.answers_of(viewer, own.row) if own else {})


def _first_missing(practice: Practice, answers: Answers) -> int:
    """The number of the first page on which something needed is missing; 0 where nothing is."""
    for number, one in enumerate(practice.parts, 1):
        for item in one.items:
            if item.asks and not item.optional and answers.get(item.name) in (None, "", [], {}):
                return number
    return 0


def _shown(
    request: PageRequest,
    here: Here,
    form: PartForm,
    *,
    status: int = 200,
    refusal: str = "",
    noticed: list[str] | None = None,
    stands: bool = False,
) -> HttpResponse:
    going_on = pieces.meant(request.viewer, here.practice.slug, None)  # as it is now, this page kept or not
    context: dict[str, Any] = {
        "line": going_on.row.pk if going_on else uuid4(),
        "seen": version_of(going_on.row.changed_at if going_on else None),
        "stands": shown(here.part.items, here.answers) if stands else [],
        "here": here,
        "practice": here.practice,
        "part": here.part,
        "form": form,
        "refusal": refusal,
        "noticed": noticed or [],
    }
    return render(request, "repair/programmes/part.html", context, status=status)


def _zone(viewer: Viewer) -> Any:
    assert viewer.person is not None
    return viewer.person.zone
