"""The pages of a path: this week, what a programme holds, what one says privately of it all, and parting well."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import Needs, PageRequest, Viewer, Who, page
from accounts.couples.states import CoupleState
from accounts.meanwhile import ChangedMeanwhile
from accounts.safety.saved import after_saving
from repair.plan.kinds import kind_named
from repair.programmes import content, opening, weeks
from repair.programmes.addresses import address_of
from repair.programmes.practice_shapes import Practice, Programme, Week
from repair.programmes.story import Direction, Story, is_due, keep_story, story_of, story_version, today_of
from repair.programmes.story_forms import StoryForm, said

OPENED_LATELY = timedelta(days=14)


@dataclass(frozen=True)
class WeekShown:
    """One week of a programme with its things as they are for the viewer."""

    week: Week
    things: list[tuple[Practice, str]]
    lines: list[tuple[str, str]]


@page(Who.PARTNER, needs=Needs.UNRESTING)
def path(request: PageRequest) -> HttpResponse:
    """This week: at most three things, each the viewer's own."""
    viewer = request.viewer
    place = weeks.place_of(viewer)
    story = story_of(viewer)
    step, after_long = weeks.next_step(viewer, place, story) if place else (None, False)
    steps, more = weeks.steps_of(viewer, place) if place else ([], [])
    beside = place.beside if place else None
    context: dict[str, Any] = {
        "place": place,
        "steps": steps,
        "more": more,
        "step": step,
        "after_long": after_long,
        "lines": _lines(place.week, *([beside.week] if beside else [])) if place else [],
        "active": viewer.state is CoupleState.ACTIVE,
        "story_due": is_due(story, today_of(viewer)),
        "parting": story.direction == Direction.PART,
        "opened": [one for one in opening.opened(viewer) if one.at > viewer.now - OPENED_LATELY],
        "programmes": content.programmes(),
        "zone": _zone(viewer),
    }
    return render(request, "repair/programmes/path.html", context)


@page(Who.PARTNER)
def programme(request: PageRequest, programme: str) -> HttpResponse:
    """What a programme holds, phase by phase. Any of it can be done at any time."""
    try:
        found: Programme = content.programme(programme)
    except KeyError as error:
        raise Http404 from error
    story = story_of(request.viewer)
    phases = [(phase, [_week(week, story) for week in phase.weeks]) for phase in found.phases]
    return render(request, "repair/programmes/programme.html", {"programme": found, "phases": phases})


@page(Who.PARTNER, methods=("GET", "POST"))
def story(request: PageRequest) -> HttpResponse:
    """What happened, and what one hopes: private for good."""
    viewer = request.viewer
    kept = story_of(viewer)
    form = StoryForm(request.POST if request.method == "POST" else None, story=kept)
    context: dict[str, Any] = {"form": form, "seen": story_version(viewer)}
    if request.method == "POST":
        if not form.is_valid():
            context["seen"] = request.POST.get("seen", "")
            return render(request, "repair/programmes/story.html", context, status=422)
        story, seen = form.story(on=today_of(viewer)), request.POST.get("seen")
        try:
            keep_story(viewer=viewer, story=story, now=viewer.now, seen=seen)
        except ChangedMeanwhile as refusal:
            context |= {"refusal": str(refusal), "stands": said(kept)}
            return render(request, "repair/programmes/story.html", context, status=409)
        messages.success(request, _("Kept. Only you see it."))
        return after_saving(request, form.cleaned_data["hope"], then=redirect("repair:story"))
    return render(request, "repair/programmes/story.html", context)


@page(Who.PARTNER)
def parting(request: PageRequest) -> HttpResponse:
    """Parting well: what there is to do, in what order, and nothing to explain."""
    return render(request, "repair/programmes/parting.html")


def _week(week: Week, story: Story) -> WeekShown:
    practices = [content.practice(thing.by_audience[story.audience]) for thing in week.things]
    return WeekShown(week, [(one, address_of(one)) for one in practices], _lines(week))


def _lines(*shown: Week) -> list[tuple[str, str]]:
    """The kinds of agreement that weeks suggest, with their names; a kind that no room knows is left out."""
    found = []
    for name in dict.fromkeys(name for week in shown for name in week.lines):
        try:
            found.append((name, str(kind_named(name).label)))
        except KeyError:
            continue
    return found


def _zone(viewer: Viewer) -> Any:
    assert viewer.person is not None
    return viewer.person.zone
