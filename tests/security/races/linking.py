"""R1–R4: accepting twice, asking each other, accepting against taking back, accepting against “never”."""

from collections.abc import Iterator
from functools import partial

from django.urls import reverse

from accounts.couples import linking
from accounts.couples.hashes import hash_of_person
from accounts.couples.models import Couple, Invitation, Membership, Never
from accounts.users.models import User
from accounts.vault.models import DataKey
from repair.plan.models import RepairPlan
from tests.accounts.couples.conftest import secret_of
from tests.security.races.harness import Browser, Race, Stage

CONFIRM, TAKE_BACK, WITHDRAW = (
    reverse(f"accounts:{name}") for name in ("confirm", "invite_take_back", "withdraw")
)


def asked(inviter: User, to: User, stage: Stage) -> tuple[Invitation, str]:
    """An invitation, and the link in its mail."""
    row = linking.invite(inviter=inviter, address=to.email, shown_name="A", now=stage.now)
    return row, reverse("accounts:invitation", args=[secret_of(row)])


def accepting(tab: Browser, link: str) -> partial[object]:
    return partial(tab.post, link, {"answer": "accept"})


def confirming(tab: Browser, row: Invitation) -> partial[object]:
    return partial(tab.post, CONFIRM, {"about": str(row.pk), "answer": "yes"})


def pressing(tab: Browser, path: str, row: Invitation) -> partial[object]:
    return partial(tab.post, path, {"about": str(row.pk)})


def linked(one: User, two: User) -> bool:
    """Whether the two have an open couple with one another."""
    mine = Membership.objects.filter(person=one, left_at=None).values("couple")
    return Membership.objects.filter(person=two, left_at=None, couple__in=mine).exists()


def wrong_links(*people: User) -> Iterator[str]:
    """What is wrong with the couples of these people: more than one each, one without two, without key or plan."""
    couples = Couple.objects.filter(memberships__person__in=people).distinct()
    for person in people:
        if Membership.objects.filter(person=person, left_at=None).count() > 1:
            yield "somebody is in two couples"
    for couple in couples:
        whole = couple.memberships.count() == 2 and RepairPlan.objects.filter(couple=couple).count() == 1
        if not whole or DataKey.objects.filter(owner_id=couple.pk).count() != 1:
            yield "a couple is half made"
    if Couple.objects.filter(memberships=None).exists():
        yield "a couple of nobody is left behind"


def double_accept(stage: Stage) -> Iterator[str]:
    """Four devices accept while somebody else holds the link too; then four tabs confirm."""
    ann, bob, eve = (stage.person(name) for name in ("Ann", "Bob", "Eve"))
    row, link = asked(ann, bob, stage)
    stage.at_once(*(accepting(tab, link) for tab in [*stage.tabs(bob, 4), *stage.tabs(eve, 1)]))
    if Invitation.objects.get(pk=row.pk).accepted_by_id != bob.pk:
        yield "the yes is not Bob’s"
    stage.at_once(*(confirming(tab, row) for tab in stage.tabs(ann, 4)))
    if Couple.objects.filter(memberships__person=bob).count() != 1 or not linked(ann, bob):
        yield "not exactly one couple"
    yield from wrong_links(ann, bob, eve)


def cross_invite(stage: Stage) -> Iterator[str]:
    """Each asked the other: both accept at once, both confirm at once, each in two tabs."""
    ann, bob = stage.person("Ann"), stage.person("Bob")
    there, link_there = asked(ann, bob, stage)
    back, link_back = asked(bob, ann, stage)
    hers, his = stage.tabs(ann, 2), stage.tabs(bob, 2)
    stage.at_once(*(accepting(tab, link_there) for tab in his), *(accepting(tab, link_back) for tab in hers))
    stage.at_once(*(confirming(tab, there) for tab in hers), *(confirming(tab, back) for tab in his))
    if Couple.objects.filter(memberships__person__in=[ann, bob]).distinct().count() != 1:
        yield "not exactly one couple"
    yield from wrong_links(ann, bob)


def accept_or_cancel(stage: Stage) -> Iterator[str]:
    """In turn: accepting against taking back; confirming against taking back and the yes being withdrawn."""
    ann, bob = stage.person("Ann"), stage.person("Bob")
    row, link = asked(ann, bob, stage)
    hers, his = stage.tabs(ann, 3), stage.tabs(bob, 2)
    back = [stage.lagging(pressing(tab, TAKE_BACK, row), 0.03) for tab in hers[:2]]
    if stage.trial % 2:
        stage.at_once(*(accepting(tab, link) for tab in his), *back)
        confirming(hers[2], row)()
        if linked(ann, bob):
            yield "linked by an invitation that was taken back"
        stage.sides["accepted first" if Invitation.objects.get(pk=row.pk).accepted_at else "taken back first"] += 1
    else:
        accepting(his[0], link)()
        withdrawn = [pressing(tab, WITHDRAW, row) for tab in his]
        stage.at_once(confirming(hers[2], row), *back, *withdrawn)
        after = Invitation.objects.get(pk=row.pk)
        if (after.confirmed_at is None) == (after.taken_back_at is None):
            yield "neither confirmed nor taken back, or both"
        if linked(ann, bob) and after.confirmed_at is None:
            yield "linked without a confirmation"
        stage.sides["linked" if linked(ann, bob) else "stopped"] += 1
    yield from wrong_links(ann, bob)


def accept_or_never(stage: Stage) -> Iterator[str]:
    """Accept in one tab, “never from this person” in others, signed in or not: the later word holds, whole."""
    ann, bob = stage.person("Ann"), stage.person("Bob")
    row, link = asked(ann, bob, stage)
    tabs = [*stage.tabs(bob, 1), *stage.tabs(None, 1)]
    no = [partial(tab.post, link, {"answer": "never"}) for tab in tabs]
    stage.at_once(*(accepting(tab, link) for tab in stage.tabs(bob, 2)), *no)
    never = Never.objects.filter(inviter_hash=hash_of_person(ann.pk)).exists()
    after = Invitation.objects.get(pk=row.pk)
    yes = after.accepted_by_id is not None and after.settled_at is None
    stage.sides["never" if never else "yes"] += 1
    if yes == never:
        yield "both a yes and a never stand" if yes else "neither of the two words was kept"
    confirming(stage.tabs(ann, 1)[0], row)()
    if linked(ann, bob) == never:
        yield "linked in spite of a never" if never else "not linked in spite of a yes"
    yield from wrong_links(ann, bob)


RACES = [
    Race("R1", "double accept", double_accept),
    Race("R2", "cross invite", cross_invite),
    Race("R3", "accept against cancel", accept_or_cancel, says_who=True),
    Race("R4", "accept against block", accept_or_never, says_who=True),
]
