"""Where the page for one person alone leads: the same questions before different steps.

A room that wants that page before a step of its own registers an `Onward` when the site starts and links to it by
`{% url "accounts:safety" %}?on=<name>`. The questions, and that nothing is stored, are the same for all of them.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Door:
    """One way on: the name of a route without arguments, what it is called, and a few words under it."""

    route: str
    title: str | Promise
    help: str | Promise = ""


@dataclass(frozen=True)
class Onward:
    """The three doors of somebody who came from one step; the fourth, support, is always there. `name` stands in
    an address, so it must give nothing away. `words` stand under the questions, for this step only."""

    name: str
    go_on: Door
    instead: Door
    not_now: Door
    words: str | Promise = ""

    @property
    def doors(self) -> tuple[Door, Door, Door]:
        return self.go_on, self.instead, self.not_now


BEGINNING = Onward(
    name="",
    go_on=Door("accounts:invite", _("Go on"), _("To the invitation, or back to the one you came from")),
    instead=Door("checkins:today", _("Go on alone for now"), _("Everything you write stays yours")),
    not_now=Door("accounts:start", _("Not now"), _("The other person sees nothing of this")),
)

_ONWARD: dict[str, Onward] = {}


def register(onward: Onward) -> None:
    """Add one. Raises ValueError for a name taken by another."""
    if _ONWARD.get(onward.name, onward) != onward:
        message = f"two ways on are called {onward.name}"
        raise ValueError(message)
    _ONWARD[onward.name] = onward


def registered() -> dict[str, Onward]:
    """All of them by name."""
    return dict(_ONWARD)


def onward_from(name: str) -> Onward:
    """The ways on for a name in an address; the first ones for a name that is none."""
    return _ONWARD.get(name, BEGINNING)


register(BEGINNING)
