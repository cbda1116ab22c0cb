"""The port by which a room above says what a kind of agreement is.

`repair.boundaries` and `repair.schedules` register theirs; the plan knows nothing else of them. The hooks run in
the same transaction as the signature or withdrawal that causes them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.functional import Promise

if TYPE_CHECKING:
    from accounts.access import Viewer

Body = dict[str, Any]  # the structured fields of a wording, as JSON holds them


class WordingForm(forms.Form):
    """What every kind's form is built on.

    The plan's pages make it as `kind.form(data, viewer=viewer, initial=…, base=…)`. `viewer` may have no partner
    (a draft written alone); `base` is the body being changed when somebody suggests other words, None for a new
    line. `body()` is called only after `is_valid()` and only for somebody whose couple is active.
    """

    def __init__(self, *args: Any, viewer: "Viewer", base: Body | None = None, **kwargs: Any) -> None:
        self.viewer = viewer
        self.base = base
        super().__init__(*args, **kwargs)

    def body(self) -> Body:
        """The structured fields of the wording, as JSON holds them: what is signed."""
        raise NotImplementedError

    @classmethod
    def initial_from(cls, body: Body, viewer: "Viewer") -> dict[str, Any]:
        """The form's initial values for changing a wording."""
        return dict(body)


@dataclass(frozen=True)
class Reflection:
    """Something the proposer alone is shown before sending (the mirror). Never a block, never stored."""

    title: str | Promise
    text: str | Promise
    others: tuple[str | Promise, ...] = ()  # other ways people have put it
    lines: tuple[str, ...] = ()  # headlines of the plan that it counts
    unsent: tuple[str, ...] = ()  # headlines it counts that are not sent yet
    offers_end: bool = False  # the line may be one that ends after 30 days


def _nothing(**_: object) -> None:
    """A hook that does nothing."""


def _told(body: Body, before: Body | None) -> str:
    return "plan.agreed" if before is None else "plan.changed"


@dataclass(frozen=True)
class AgreementKind:
    """One kind of line.

    `form` validates what is typed; its `body()` gives the structured fields and `headline(body)` the one line
    that stands for the wording on lists. `lines(body)` gives (label, text) pairs: the whole wording, as it is
    read, signed and compared, without who does it and without dates (the plan adds both). `template` is a
    fragment that shows the form, given `form`. A kind with a `preview` shows its `preview_template`, given
    `preview`, to the proposer before sending and to the other before signing: what `preview(body, viewer)` gives
    for that viewer alone (their next times in their own zone).
    """

    name: str
    label: str | Promise
    form: type[WordingForm]
    headline: Callable[[Body], str]
    lines: Callable[[Body], list[tuple[str, str]]]
    template: str = "repair/plan/_form.html"
    look_again_after: timedelta = timedelta(days=28)  # the day offered first for looking again
    lede: str | Promise = ""
    does: Callable[[Body], str] = lambda body: "both"  # whose doing it is: slot "a", slot "b", or "both"
    act: Callable[[Body], str] = lambda body: ""  # which of the three kinds of doing it is (repair.plan.acts)
    ends_on: Callable[[Body, date], date | None] = lambda body, today: None
    reflect: Callable[[Body, "Viewer", UUID | None], Sequence[Reflection]] = lambda body, viewer, line: ()
    preview: Callable[[Body, "Viewer"], Any] | None = None
    laid_out: Callable[[Body, str], dict[str, Any]] = lambda body, step: {}  # values that an address asks for
    preview_template: str = ""
    told: Callable[[Body, Body | None], str] = _told  # the event on the timeline; with the wording before, if any
    reported: bool = True  # whether a check-in asks how the line went
    into_force: Callable[..., None] = _nothing  # (viewer=, version=, body=, now=); the viewer signed
    out_of_force: Callable[..., None] = _nothing  # (agreement=, now=)


_KINDS: dict[str, AgreementKind] = {}


def register(kind: AgreementKind) -> None:
    """Add a kind. Raises ValueError for a name taken by another."""
    if _KINDS.get(kind.name, kind) != kind:
        message = f"two kinds of agreement are called {kind.name}"
        raise ValueError(message)
    _KINDS[kind.name] = kind


def kind_named(name: str) -> AgreementKind:
    """The kind of that name. Raises KeyError for an unknown one."""
    return _KINDS[name]


def registered() -> dict[str, AgreementKind]:
    """All kinds by name, in the order they were registered."""
    return dict(_KINDS)


__all__ = ["AgreementKind", "Body", "Reflection", "WordingForm", "kind_named", "register", "registered"]
