"""The kind of agreement `path`: which programme, and which phase of it. Choosing a path, moving a phase on or back
and staying are versions of one line, signed by both like any other; the enrolment follows the wording in force."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.couples.models import Couple
from accounts.vault import services as vault
from repair.plan.events import register_sentence
from repair.plan.kinds import AgreementKind, Body, WordingForm, register
from repair.plan.models import Agreement, Version
from repair.programmes import content
from repair.programmes.models import Enrolment

if TYPE_CHECKING:
    from accounts.access import Viewer

KIND = "path"
BEGAN, MOVED = "path.began", "path.moved"
LOOK_AGAIN_AFTER = timedelta(days=84)


def _programmes() -> list[tuple[str, str]]:
    return [(programme.slug, programme.title) for programme in content.programmes()]


def _phases() -> list[Any]:
    """Every phase of every programme, in groups, the same for everybody."""
    return [
        (programme.title, [(f"{programme.slug}/{phase.slug}", phase.title) for phase in programme.phases])
        for programme in content.programmes()
    ]


class PathForm(WordingForm):
    """Which programme, which phase, and optionally a phase that goes on beside it."""

    programme = forms.ChoiceField(
        label=gettext_lazy("Which path?"), widget=forms.RadioSelect, choices=_programmes,
        error_messages={"required": gettext_lazy("Choose one of the paths, or leave it for now.")},
    )  # fmt: skip
    phase = forms.ChoiceField(
        label=gettext_lazy("From where?"), required=False,
        help_text=gettext_lazy("Phases can be gone back to. Going back needs no comment."),
        choices=lambda: [("", gettext_lazy("From its beginning")), *_phases()],
    )  # fmt: skip
    beside = forms.ChoiceField(
        label=gettext_lazy("Does another phase go on alongside it?"), required=False,
        choices=lambda: [("", gettext_lazy("No")), *_phases()],
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown: Any = self.fields["programme"]
        shown.option_help = {
            one.slug: _("%(lede)s For: %(whom)s. %(range)s.")
            % {"lede": one.lede, "whom": one.for_text, "range": capfirst(one.range)}
            for one in content.programmes()
        }

    def clean(self) -> None:
        programme = self.cleaned_data.get("programme")
        before = self.initial_from(self.base, self.viewer) if self.base else {}
        for name in ("phase", "beside"):
            chosen = self.cleaned_data.get(name) or ""
            if programme and programme != before.get("programme") and chosen == before.get(name):
                chosen = self.cleaned_data[name] = ""  # left as it lay there: another path is from its beginning
            if programme and chosen and chosen.partition("/")[0] != programme:
                self.add_error(name, _("That phase belongs to another path. Choose one of the same path."))
        if self.base is None and self._other_line():
            raise ValidationError(_("There is a path in your plan already. Suggest other words for that line."))

    def _other_line(self) -> bool:
        """Whether the plan has a path that has not ended, other than the line this form was sent for before."""
        there = Agreement.objects.visible_to(self.viewer).filter(kind=KIND, ended_at=None)
        return there.exclude(pk=_uuid_or_none(self.data.get("line"))).exists()

    def body(self) -> Body:
        typed = self.cleaned_data
        version = content.programme(typed["programme"]).version
        if self.base is not None and self.base.get("programme") == typed["programme"]:
            version = self.base["version"]  # what was begun is gone on with as it was begun
        programme = content.programme(typed["programme"], version)
        known = {phase.slug for phase in programme.phases}
        phase = typed["phase"].partition("/")[2]
        beside = typed["beside"].partition("/")[2]
        return {
            "programme": programme.slug,
            "version": version,
            "phase": phase if phase in known else programme.phases[0].slug,
            "beside": beside if beside in known and beside != phase else "",
        }

    @classmethod
    def initial_from(cls, body: Body, viewer: "Viewer") -> dict[str, Any]:
        slug = body.get("programme", "")
        beside = body.get("beside", "")
        return {
            "programme": slug,
            "phase": f"{slug}/{body.get('phase', '')}",
            "beside": f"{slug}/{beside}" if beside else "",
        }


def told(body: Body, before: Body | None) -> str:
    """Which event a wording that comes into force is on the timeline."""
    if before is None or _differs(before, body, "programme"):
        return BEGAN
    return MOVED if _differs(before, body, "phase") else "plan.changed"


def _told_began(body: Body) -> str:
    return _("A path began: %(path)s, %(phase)s") % _titles(body)


def _told_moved(body: Body) -> str:
    return _("The phase of your path moved: %(path)s, now “%(phase)s”") % _titles(body)


def _titles(body: Body) -> dict[str, str]:
    programme = content.programme(body["programme"], body["version"])
    return {"path": programme.title, "phase": programme.phase(body["phase"]).title}


def _uuid_or_none(raw: Any) -> Any:
    try:
        return forms.UUIDField().clean(raw)
    except ValidationError:
        return None


def headline(body: Body) -> str:
    """The path and its phase, in one line."""
    return _("Our path: %(path)s, %(phase)s") % _titles(body)


def lines(body: Body) -> list[tuple[str, str]]:
    """The whole wording."""
    programme = content.programme(body["programme"], body["version"])
    phase = programme.phase(body["phase"])
    beside = programme.phase(body["beside"]).title if body["beside"] else ""
    return [
        (_("Path"), programme.title),
        (_("Phase"), phase.title),
        (_("About how long"), phase.range),
        (_("Goes on beside it"), beside),
    ]


def into_force(*, viewer: "Viewer", version: Version, body: Body, now: datetime) -> None:
    """The couple is on this path from now on: a new programme begins, or the phase moves, on or back. Words that
    move nothing (a later date, another phase beside it) leave the week where it is."""
    agreement = version.agreement
    rows = Enrolment.objects.filter(couple_id=agreement.plan.couple_id)
    own = rows.filter(agreement=agreement).first()
    # The first line of a path may say what everybody begins with: that began when the two were linked.
    before = own or (rows.filter(agreement=None).first() if rows.count() == 1 else None)
    was = vault.open(viewer, before, "body") if before is not None else {}
    began = since = now
    if before is not None and not _differs(was, body, "programme", "version"):
        began = before.began_at
        since = now if _differs(was, body, "phase") else before.phase_since
    beside_since = was.get("beside_since", "")
    if began == now or not beside_since or _differs(was, body, "beside"):
        beside_since = now.isoformat()
    row = own or Enrolment(agreement=agreement, couple_id=agreement.plan.couple_id)
    row.began_at, row.phase_since, row.ended_at = began, since, None
    vault.seal(row, "body", {**body, "beside_since": beside_since})
    row.save()


def _differs(was: Body, body: Body, *names: str) -> bool:
    return any(was.get(name) != body.get(name) for name in names)


def out_of_force(*, agreement: Agreement, now: datetime) -> None:
    """No path is agreed from now on; what each wrote stays."""
    Enrolment.objects.filter(agreement=agreement, ended_at=None).update(ended_at=now)


def begin(*, couple: Couple, now: datetime) -> None:
    """Everybody begins with the first programme when they are linked. Again changes nothing."""
    if Enrolment.objects.filter(couple=couple, agreement=None).exists():
        return
    first = content.programmes()[0]
    since = max(now, couple.cooling_until)
    row = Enrolment(couple=couple, began_at=since, phase_since=since)
    body = {"programme": first.slug, "version": first.version, "phase": first.phases[0].slug, "beside": ""}
    vault.seal(row, "body", body)
    row.save()


def register_kind() -> None:
    """Register the kind with the plan, and how it reads on the timeline."""
    register_sentence(BEGAN, _told_began)
    register_sentence(MOVED, _told_moved)
    register(
        AgreementKind(
            name=KIND,
            label=gettext_lazy("Path"),
            form=PathForm,
            headline=headline,
            lines=lines,
            template="repair/programmes/_path_form.html",
            look_again_after=LOOK_AGAIN_AFTER,
            lede=gettext_lazy("Every couple is offered the same paths, in the same words and order."),
            told=told,
            reported=False,
            into_force=into_force,
            out_of_force=out_of_force,
        )
    )
