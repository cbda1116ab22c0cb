"""Who is asking, and what they may enter. Read this file first.

Every view carries exactly one `@page(...)`. It resolves the viewer once per request, turns away everybody the
rule does not name (outsiders get 404, never 403), and stands in the constant resting page where a couple rests.
What a viewer may see *inside* a page is decided by the querysets' `visible_to(viewer)` and the rows' `may_open`.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum
from functools import cached_property, wraps
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.utils import has_verified_email
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.decorators import login_not_required
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render

from accounts.couples.models import Couple, Membership
from accounts.couples.queries import Standing, standing_of
from accounts.couples.states import CoupleState
from accounts.therapists.queries import CaseAccess, access_to_case
from accounts.users.models import User
from accounts.vault.services import KeyCache
from repair import clock


class Who(StrEnum):
    """Who may enter a page."""

    PUBLIC = "public"  # anybody, signed in or not
    PERSON = "person"  # any signed-in person with a confirmed address who finished “About you”
    ARRIVING = "arriving"  # the same, but “About you” may be unfinished
    PARTNER = "partner"  # a person who is not a therapist
    THERAPIST = "therapist"  # a therapist with a second factor
    CASE = "case"  # a therapist to whom both partners' standing grants give this couple now


class Needs(StrEnum):
    """What a partner's page asks of the couple."""

    NOTHING = "nothing"  # works alone, linked or resting
    UNRESTING = "unresting"  # works alone or linked; while resting, the resting page stands in
    LINKED = "linked"  # a couple, cooling off or active; alone: 404; resting: the resting page
    ACTIVE = "active"  # a couple past its cooling-off; alone: 404; cooling: says so; resting: the resting page


class Purpose(Enum):
    """Why the system itself reads a sealed value. Each is built in one named module; a test holds the list."""

    MAIL = "mail"  # accounts.mail and checkins.reminders: names and hours that a mail needs
    READING = "reading"  # checkins.prompts.reading: rule 3 looks at both sheets, hands out what is open
    GRANTS = "grants"  # accounts.therapists.queries: the intersection of two scopes
    MARKS = "marks"  # checkins.progress.marks: which marked evenings their author shared
    PRACTICES = "practices"  # repair.programmes.opening: which practices of both opened, and nothing else of them
    LADDER = "ladder"  # repair.programmes.climbing: both answers at a look, and which step is open
    TALKS = "talks"  # checkins.conversations.closing: what both shared of a talk, from its reading hour on
    SWEEP = "sweep"  # checkins.seasons.sweeping: which gifts are words for near and far whose day is over
    COUPLE_NAMES = "couple names"  # accounts.couples: copies a name into the couple's own record


@dataclass(frozen=True)
class Viewer:
    """Who is asking, resolved once per request. `purpose` is set only for the system itself."""

    person: User | None = None
    standing: Standing | None = None
    case: CaseAccess | None = None
    purpose: Purpose | None = None
    now: datetime = field(default_factory=clock.now)
    keys: KeyCache = field(default_factory=KeyCache, repr=False, compare=False)

    @property
    def person_id(self) -> uuid.UUID | None:
        """The person's id, None for somebody not signed in and for the system."""
        return self.person.pk if self.person else None

    @property
    def is_partner(self) -> bool:
        return self.person is not None and not self.person.is_therapist

    @property
    def is_therapist(self) -> bool:
        return self.person is not None and self.person.is_therapist

    @property
    def state(self) -> CoupleState:
        """Where the person's couple stands, from open memberships only."""
        return self.standing.state if self.standing else CoupleState.NONE

    @property
    def couple(self) -> Couple | None:
        """The couple of the person's open membership."""
        return self.standing.mine.couple if self.standing else None

    @property
    def couple_id(self) -> uuid.UUID | None:
        return self.standing.mine.couple_id if self.standing else None

    @cached_property
    def past_couples(self) -> frozenset[uuid.UUID]:
        """Couples this person has left: their own words and what both signed stay readable to them."""
        if self.person is None or self.case is not None:
            return frozenset()
        left = Membership.objects.filter(person=self.person).exclude(left_at=None)
        return frozenset(left.values_list("couple_id", flat=True))

    @property
    def partners(self) -> tuple[uuid.UUID, ...]:
        """The two people of the couple the viewer looks at; nobody for somebody without one."""
        if self.case is not None:
            return tuple(member.person_id for member in self.case.members)
        return (self.mine.person_id, self.other.person_id) if self.standing else ()

    @property
    def mine(self) -> Membership:
        """The viewer's own open membership. Raises Http404 where there is none."""
        if self.standing is None:
            raise Http404
        return self.standing.mine

    @property
    def other(self) -> Membership:
        """The other partner's membership in the same couple. Raises Http404 where there is none."""
        if self.standing is None:
            raise Http404
        return self.standing.other

    def is_me(self, person_id: uuid.UUID | None) -> bool:
        """Whether `person_id` is the viewer."""
        return person_id is not None and person_id == self.person_id

    def shares_with(self, couple_id: uuid.UUID | None) -> bool:
        """Whether what a couple shares is open to the viewer now: a partner while active, a therapist with
        access now. False for a couple that cools off or rests."""
        if couple_id is None:
            return False
        if self.case is not None:
            return self.case.couple_id == couple_id and self.case.open
        return self.couple_id == couple_id and self.state is CoupleState.ACTIVE

    def is_in(self, couple_id: uuid.UUID | None) -> bool:
        """Whether the viewer is a partner in a couple that is linked and not resting (cooling off counts)."""
        return (
            couple_id is not None
            and self.couple_id == couple_id
            and self.state in {CoupleState.ACTIVE, CoupleState.COOLING}
        )


def viewer_of(person: User | None, *, now: datetime) -> Viewer:
    """The viewer for a signed-in person (or nobody), as a request would resolve it."""
    if person is None or not person.is_authenticated or not person.is_active:
        return Viewer(now=now)
    standing = None if person.is_therapist else standing_of(person, now=now)
    return Viewer(person=person, standing=standing, now=now)


def system(purpose: Purpose, *, now: datetime, keys: KeyCache | None = None) -> Viewer:
    """The system as a reader of sealed values, for one named purpose; nobody signed in ever becomes one.

    `keys` are data keys unwrapped already; each row is asked all the same who may open it.
    """
    return Viewer(purpose=purpose, now=now, keys=keys or KeyCache())


class PageRequest(HttpRequest):
    """A request after `@page`: it has a viewer."""

    viewer: Viewer


@dataclass(frozen=True)
class Rule:
    """What `@page` was told; `manage.py access_table` and the contract tests read it from the view."""

    who: Who
    methods: tuple[str, ...]
    needs: Needs
    fresh: bool


View = Callable[..., HttpResponse]


def page(
    who: Who, *, methods: tuple[str, ...] = ("GET",), needs: Needs = Needs.NOTHING, fresh: bool = False
) -> Callable[[View], View]:
    """Declare who may enter a view, with which methods, what it needs of the couple, and whether the person must
    have proved themself within the last five minutes."""
    allowed = tuple(sorted({*methods, *(("HEAD",) if "GET" in methods else ())}))
    rule = Rule(who=who, methods=allowed, needs=needs, fresh=fresh)

    def decorate(view: View) -> View:
        inner = reauthentication_required(view) if fresh else view

        @wraps(view)
        def entered(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            person = request.user if request.user.is_authenticated else None
            request.viewer = viewer_of(person, now=clock.now())
            turned_away = _turned_away(rule, request, kwargs)
            if turned_away is not None:
                return turned_away
            return _told_when_wrong(request, inner(request, *args, **kwargs))

        entered.access_rule = rule  # type: ignore[attr-defined]
        return login_not_required(entered) if who is Who.PUBLIC else entered

    return decorate


def _is_confirmed(person: User) -> bool:
    """Whether the address is confirmed: as it came with the session's person, else asked now."""
    return has_verified_email(person) if person.address_confirmed is None else person.address_confirmed


def _has_second_factor(person: User) -> bool:
    """Whether there is a second step: as it came with the session's person, else asked now."""
    return is_mfa_enabled(person) if person.second_factor is None else person.second_factor


def _turned_away(rule: Rule, request: PageRequest, kwargs: dict[str, Any]) -> HttpResponse | None:
    """The answer to somebody the rule does not let in; None for those it does. Raises Http404."""
    if rule.who is Who.PUBLIC:
        return None
    viewer = request.viewer
    if viewer.person is None or not _is_confirmed(viewer.person):
        return redirect("account_login")
    route = request.resolver_match.view_name if request.resolver_match else ""
    if viewer.person.delete_asked_at is not None and route not in _WHILE_DELETING:
        return redirect("accounts:undo_delete")
    if rule.who is Who.ARRIVING:
        return None
    if not viewer.person.has_arrived:
        return redirect("accounts:about_you")
    if rule.who in {Who.THERAPIST, Who.CASE}:
        return _therapist_turned_away(rule, request, kwargs)
    if rule.who is Who.PARTNER and not viewer.is_partner:
        raise Http404
    return _couple_turned_away(rule.needs, request)


_WHILE_DELETING = frozenset(
    {
        "accounts:undo_delete",
        "account_logout",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
    }
)


def _therapist_turned_away(rule: Rule, request: PageRequest, kwargs: dict[str, Any]) -> HttpResponse | None:
    viewer = request.viewer
    if viewer.person is None or not viewer.is_therapist:
        raise Http404
    if not _has_second_factor(viewer.person):
        return redirect("accounts:therapist_two_factor")
    if rule.who is Who.CASE:
        case = access_to_case(viewer.person, kwargs["case"], now=viewer.now, keys=viewer.keys)
        if case is None:
            raise Http404
        request.viewer = Viewer(person=viewer.person, case=case, now=viewer.now, keys=viewer.keys)
    return None


def _couple_turned_away(needs: Needs, request: PageRequest) -> HttpResponse | None:
    state = request.viewer.state
    if needs is Needs.NOTHING or (needs is Needs.UNRESTING and state is CoupleState.NONE):
        return None
    if state is CoupleState.NONE:
        raise Http404
    if state is CoupleState.RESTING:
        return resting_page(request)
    if state is CoupleState.COOLING and needs is Needs.ACTIVE:
        return render(request, "accounts/couples/cooling.html")
    return None


def resting_page(request: PageRequest) -> HttpResponse:
    """The one page for every cause of rest. Only whether the viewer rests themself alters it (they may resume)."""
    return render(
        request, "accounts/couples/resting.html", {"mine_rests": request.viewer.mine.rested_at is not None}
    )


def _told_when_wrong(request: PageRequest, response: HttpResponse) -> HttpResponse:
    """allauth answers 200 to a form with errors; here it is 422 like everywhere else."""
    context = getattr(response, "context_data", None) or {}
    wrong = any(isinstance(value, BaseForm) and value.errors for value in context.values())
    if request.method == "POST" and response.status_code == 200 and wrong:
        response.status_code = 422
    return response
