"""Fill an empty demo database with a made-up couple: twelve weeks, told with the rooms' own verbs."""

import random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.users.models import User
from repair import clock
from repair.management.demo.agreements import plan_agreements
from repair.management.demo.evenings import plan_evenings
from repair.management.demo.people import PASSWORD, plan_people, plan_therapist
from repair.management.demo.rooms import plan_rooms
from repair.management.demo.talks import plan_talks
from repair.management.demo.world import World


class Command(BaseCommand):
    """Made-up people for a run on one's own machine. Refused on any other."""

    help = "Fill the demo database with a made-up couple (DEMO=1 only). Does nothing where it is filled already."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=8, help="another number tells other marks and gaps")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo has a database of its own: start it with DEMO=1.")
        if User.objects.exists():
            return
        self.stdout.write("Inventing twelve weeks…")
        self.stdout.flush()
        with transaction.atomic():
            tell(World(ends_at=clock.now(), chance=random.Random(options["seed"])))  # noqa: S311 - a story
        self.stdout.write(f"Mara, Jonas, Dr Okafor and Nadia are there. Their password: {PASSWORD}")


def tell(world: World) -> None:
    """Tell the whole story up to the moment the world ends at."""
    plan_people(world)
    plan_agreements(world)
    plan_therapist(world)
    plan_evenings(world)
    plan_rooms(world)
    plan_talks(world)
    world.play()
