"""Lines to begin from, by kind of breach."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from accounts.access import PageRequest, Who, page
from repair.plan.kinds import registered
from repair.programmes import content


@page(Who.PARTNER)
def starters(request: PageRequest) -> HttpResponse:
    """All starters under their headings. Choosing one lays it out in the form of its kind; nothing is stored."""
    groups = [
        {
            "breach": breach,
            "starters": [_shown(found) for name in registered() for found in content.starters(name, breach.slug)],
        }
        for breach in content.breaches()
    ]
    return render(request, "repair/boundaries/starters.html", {"groups": groups})


def _shown(starter: content.Starter) -> dict[str, Any]:
    """A starter with the fields of the form it fills in; a line with an end date has its box ticked."""
    kind = registered()[starter.kind]
    fields = [(name, "on" if name == "about" else value) for name, value in starter.fields.items()]
    return {"kind": kind, "fields": fields, "headline": kind.headline(dict(starter.fields))}
