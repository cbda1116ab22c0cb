"""Couples of one trial: two people, one of them “ana” and one “ben”, as a cast of their own."""

from accounts.couples.models import Membership
from tests.cast import Cast, make_couple
from tests.security.races.harness import Stage


def couple(stage: Stage) -> Cast:
    """Two people linked half a year ago, in a cast in which only they stand."""
    ana, ben = stage.person("Ana"), stage.person("Ben")
    return Cast(people={"ana": ana, "ben": ben}, couples={"ana": make_couple(ana, ben, now=stage.now)})


def has_left(pair: Cast, name: str) -> bool:
    """Whether one of the two has closed their side."""
    place = Membership.objects.get(couple=pair.couples["ana"], person=pair.people[name])
    return place.left_at is not None
