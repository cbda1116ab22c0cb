"""The kind of line that a rhythm is."""

from datetime import timedelta

from django.utils.translation import gettext_lazy

from repair.plan.kinds import AgreementKind, register
from repair.schedules import rhythm, services
from repair.schedules.forms import RhythmForm
from repair.schedules.stepping import laid_out
from repair.schedules.times import preview

# A rhythm is looked at again with the season: ended after four weeks, it would stop in the middle.
SEASON = timedelta(days=84)

RHYTHM = AgreementKind(
    look_again_after=SEASON,
    name="rhythm",
    label=gettext_lazy("Rhythm"),
    form=RhythmForm,
    headline=rhythm.headline,
    lines=rhythm.lines,
    template="repair/schedules/_rhythm_form.html",
    lede=gettext_lazy("When do you check in? Until you have both signed, whatever you have goes on."),
    reported=False,
    act=lambda body: "turn_up",
    preview=preview,
    laid_out=laid_out,
    preview_template="repair/schedules/_times.html",
    into_force=services.into_force,
    out_of_force=services.out_of_force,
)


def register_kinds() -> None:
    """Register the kind."""
    register(RHYTHM)
