"""Mutants of who may enter a page: each `@page` without its guard, turned round, without fresh proof or with it,
with a method more or less; in this process alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest import mock

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows import reauthentication

from accounts.access import Needs, Rule, Who
from repair.management.commands.access_table import routes

METHODS = ("DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT", "TRACE")
Change = dict[str, Any]  # what `@page` keeps → what it is to be


def entered(view: Any) -> Any:
    """The function that carries the rule, below what is wrapped around it."""
    while "allowed" not in view.__code__.co_freevars:
        view = view.__wrapped__
    return view


def is_of_library(name: str) -> bool:
    """Whether a page comes with the sign-in library."""
    return name.startswith(("mfa_", "account_"))


def _cells(view: Any) -> dict[str, Any]:
    return dict(zip(view.__code__.co_freevars, view.__closure__, strict=True))


def of(name: str) -> Iterator[tuple[str, Change]]:
    """(what is changed, the change) of one route."""
    view = entered(VIEWS[name])
    kept = {each: cell.cell_contents for each, cell in _cells(view).items()}
    rule: Rule = kept["rule"]
    if rule.who is not Who.PUBLIC:
        yield "who: anybody", {"rule": replace(rule, who=Who.PUBLIC, needs=Needs.NOTHING)}
        other = Who.THERAPIST if rule.who is not Who.THERAPIST else Who.PARTNER
        yield "who: somebody else", {"rule": replace(rule, who=other)}
    else:
        yield "who: therapists alone", {"rule": replace(rule, who=Who.THERAPIST)}
    if rule.needs is not Needs.NOTHING:
        yield "needs nothing", {"rule": replace(rule, needs=Needs.NOTHING)}
    elif rule.who in {Who.PARTNER, Who.PERSON}:
        yield "needs an active couple", {"rule": replace(rule, needs=Needs.ACTIVE)}
    if rule.fresh and not is_of_library(name):
        yield "no fresh proof", {"inner": kept["inner"].__wrapped__}
    elif rule.who is not Who.PUBLIC and not is_of_library(name):
        yield "fresh proof", {"inner": reauthentication_required(kept["inner"])}
    for method in sorted({"GET", "POST"} & set(rule.methods)):
        yield f"without {method}", {"allowed": tuple(m for m in rule.methods if m != method)}
    yield "every method", {"allowed": tuple(sorted({*METHODS, *rule.methods}))}


@contextmanager
def changed(name: str, change: Change) -> Iterator[None]:
    """The site with one route's rule changed."""
    view = entered(VIEWS[name])
    cells = _cells(view)
    before = {each: cells[each].cell_contents for each in change}
    open_ = getattr(VIEWS[name], "login_required", True)
    for each, value in change.items():
        cells[each].cell_contents = value
    if "rule" in change:
        VIEWS[name].login_required = change["rule"].who is not Who.PUBLIC
    try:
        yield
    finally:
        for each, value in before.items():
            cells[each].cell_contents = value
        VIEWS[name].login_required = open_


@contextmanager
def nobody_is_asked_again() -> Iterator[None]:
    """The site whose sign-in library, on its own pages, takes every proof for fresh."""
    with mock.patch.object(reauthentication, "did_recently_reauthenticate", return_value=True):
        yield


VIEWS = {name: view for name, _, view in routes()}
