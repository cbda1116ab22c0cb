"""Who is in the demo: Mara and Jonas, their therapist, and somebody who is on their own so far."""

from datetime import timedelta
from uuid import uuid4

from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal import auth as totp

from accounts.audit.models import Entry
from accounts.audit.services import record
from accounts.couples import linking
from accounts.couples.models import Couple, Membership
from accounts.therapists import codes
from accounts.therapists import services as therapists
from accounts.therapists.models import Profile, SecretsPolicy
from accounts.users import services as users
from accounts.users.models import CONSENT_VERSION, Kind, User
from repair.management.demo.world import DAY, ZONE, World
from repair.plan.drafts import keep_draft

PASSWORD = "only in the demo"  # noqa: S105 - of made-up people, on a run on one's own machine
BEFORE_SESSION = timedelta(hours=24)


def plan_people(world: World) -> None:
    """The accounts, the link, the solo person."""
    world.plan_act(-90, "19:30", lambda w: join(w, "mara", "Mara", quiet=("23:00", "06:30")))
    world.plan_act(-89, "18:10", _mara_drafts)
    world.plan_act(-88, "20:00", lambda w: join(w, "jonas", "Jonas"))
    world.plan_act(-88, "20:15", _link)
    world.plan_act(-70, "09:00", lambda w: join(w, "okafor", "Dr Okafor", kind=Kind.THERAPIST))
    world.plan_act(-70, "09:30", _profile)
    world.plan_act(-21, "21:40", lambda w: join(w, "nadia", "Nadia"))
    world.plan_act(-20, "21:00", _nadia_drafts)
    world.plan_act(-3, "19:00", _nadia_invites)


def join(
    world: World, key: str, name: str, *, kind: Kind = Kind.PARTNER, quiet: tuple[str, str] | None = None
) -> None:
    """An account with a confirmed address, and “About you” done."""
    email = f"{key}@demo.example"
    person = User.objects.create_user(email, PASSWORD, date_joined=world.now)
    EmailAddress.objects.create(user=person, email=email, primary=True, verified=True)
    users.arrive(
        person=person,
        kind=kind,
        name=name,
        time_zone=ZONE.key,
        quiet=quiet,
        consent_version=CONSENT_VERSION,
        now=world.now,
    )
    world.people[key] = person
    # Twelve weeks of notes would only fill the mailbox: they come again before the story ends.
    users.stop_notes(person=person, now=world.now)
    if kind == Kind.THERAPIST:
        totp.TOTP.activate(person, totp.generate_totp_secret())


def _link(world: World) -> None:
    mara, jonas = world.people["mara"], world.people["jonas"]
    invitation = linking.invite(inviter=mara, address=jonas.email, shown_name="Mara", now=world.now)
    linking.accept(person=jonas, invitation_id=invitation.pk, now=world.now)
    world.let_the_coin_fall()
    linking.confirm(inviter=mara, invitation_id=invitation.pk, now=world.now)


def couple_of(world: World) -> Couple:
    """The made-up couple."""
    return Membership.objects.select_related("couple").get(person=world.people["mara"], left_at=None).couple


def _mara_drafts(world: World) -> None:
    typed = {"what": "Before a hard talk we each say how long we have.", "who": "both"}
    keep_draft(viewer=world.viewer("mara"), kind="commitment", typed=typed, draft=uuid4(), now=world.now)


def _nadia_drafts(world: World) -> None:
    lines = [
        ("boundary", {"what": "We sleep before we decide anything.", "own_space": "Whom I talk to about it."}),
        ("commitment", {"what": "I say when I need an hour to myself.", "who": "me"}),
    ]
    for kind, typed in lines:
        keep_draft(viewer=world.viewer("nadia"), kind=kind, typed=typed, draft=uuid4(), now=world.now)


def _nadia_invites(world: World) -> None:
    linking.invite(
        inviter=world.people["nadia"], address="somebody@demo.example", shown_name="Nadia", now=world.now
    )


# --- the therapist --------------------------------------------------------------------------------------------


def plan_therapist(world: World) -> None:
    """Codes, two yeses, three sessions behind, one tomorrow, and the visits that went with them."""
    world.plan_act(-45, "11:00", _codes)
    world.plan_act(-45, "20:10", lambda w: _lets_in(w, "mara", side=1))
    world.plan_act(-44, "07:50", lambda w: _lets_in(w, "jonas", side=2))
    for session in (-37, -22, -8):
        world.plan_act(-42, "12:00", lambda w, day=session: _book(w, day, "16:00"))  # type: ignore[misc]
        world.plan_act(session, "15:20", _reads)
    hour = f"{world.ends_at.astimezone(ZONE).hour:02d}:00"  # at most 24 hours ahead: the window is open
    world.plan_act(-7, "12:00", lambda w: _book(w, 1, hour))
    if world.at(1, hour) - BEFORE_SESSION <= world.ends_at - timedelta(minutes=5):
        world.acts.append((world.ends_at - timedelta(minutes=5), len(world.acts), _reads))


def _profile(world: World) -> None:
    fields = {
        "name": "Dr Okafor",
        "registration": "Made-up register of psychotherapists, no. 12345",
        "secrets_policy": SecretsPolicy.NO_SECRETS.value,
        "emergency_plan": "I read nothing at night. In danger call 112; otherwise my practice line until 18:00.",
    }
    therapists.save_profile(therapist=world.people["okafor"], fields=fields, now=world.now)


def _codes(world: World) -> None:
    world.kept["codes"] = therapists.make_codes(therapist=world.people["okafor"], now=world.now)


def _lets_in(world: World, who: str, *, side: int) -> None:
    viewer = world.viewer(who)
    pair = therapists.use_code(viewer=viewer, entered=codes.code_of(world.kept["codes"].pk, side), now=world.now)
    profile = therapists.stamp_of(Profile.objects.get(therapist=world.people["okafor"]))
    scope = therapists.Scope(beginning=True, words=True, always=False)
    therapists.say_yes(viewer=viewer, pair=pair, scope=scope, profile=profile, now=world.now)


def _book(world: World, day: int, hour: str) -> None:
    therapists.book_session(
        therapist=world.people["okafor"], couple_id=couple_of(world).pk, at=world.at(day, hour), now=world.now
    )


def _reads(world: World) -> None:
    """The list, the timeline and the session page: each visit is a row that both partners read."""
    for what in (Entry.What.THERAPIST_LIST, Entry.What.THERAPIST_VIEW, Entry.What.THERAPIST_BRIEF):
        record(what=what, couple=couple_of(world), actor=world.people["okafor"], now=world.now)


__all__ = ["DAY", "PASSWORD", "couple_of", "plan_people", "plan_therapist"]
