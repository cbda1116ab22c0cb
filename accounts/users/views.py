"""Pages about oneself: “About you”, You, its settings, and what to do when every second step is lost."""

from django.conf import settings as site
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from accounts.access import PageRequest, Who, page
from accounts.couples.landing import way_back
from accounts.users import queries, services
from accounts.users.forms import OFF, AboutYou, Looks, Settings
from accounts.users.models import CONSENT_VERSION, Kind
from accounts.users.preferences import preferences_of
from accounts.vault import services as vault


@page(Who.ARRIVING, methods=("GET", "POST"))
@sensitive_post_parameters()
def about_you(request: PageRequest) -> HttpResponse:
    """What is asked once: for whom, name, zone, quiet hours, 18 or over, consent."""
    person = queries.me(request.viewer)
    if person.has_arrived:
        return redirect("accounts:you")
    form = AboutYou(request.POST or None, now=request.viewer.now)
    if request.method == "POST" and form.is_valid():
        services.arrive(
            person=person,
            kind=Kind(form.cleaned_data["kind"]),
            name=form.cleaned_data["name"],
            time_zone=form.cleaned_data["zone"],
            quiet=form.quiet,
            consent_version=CONSENT_VERSION,
            now=request.viewer.now,
        )
        onward = reverse("accounts:before")
        back = way_back(request.session)
        return redirect(f"{onward}?next={back}" if back else onward)
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/users/about_you.html", {"form": form}, status=status)


@page(Who.PERSON, methods=("GET", "POST"))
def you(request: PageRequest) -> HttpResponse:
    """Everything of one's own, and every way to stop. The form on it is about looks."""
    viewer = request.viewer
    person = queries.me(viewer)
    wanted = preferences_of(viewer, person)
    form = Looks(
        request.POST if request.method == "POST" else None, initial=_looks(wanted.theme, keys=wanted.exit_keys)
    )
    if request.method == "POST" and form.is_valid():
        services.change_looks(viewer=viewer, theme=form.cleaned_data["theme"], exit_keys=form.cleaned_data["keys"])
        messages.success(request, _("Saved."))
        return redirect("accounts:you")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "you": queries.overview(viewer), "wanted": wanted}
    return render(request, "accounts/users/you.html", context, status=status)


@page(Who.PERSON, methods=("GET", "POST"))
@sensitive_post_parameters()
def settings(request: PageRequest) -> HttpResponse:
    """Name, zone, quiet hours; and whether the evening notes come."""
    viewer = request.viewer
    person = queries.me(viewer)
    quiet = preferences_of(viewer, person).quiet or (OFF, "07:00")
    initial = {
        "name": vault.open(viewer, person, "name"),
        "zone": person.time_zone,
        "quiet_from": quiet[0],
        "quiet_to": quiet[1],
    }
    form = Settings(request.POST if request.method == "POST" else None, initial=initial, now=viewer.now)
    if request.method == "POST" and form.is_valid():
        services.change_about(
            viewer=viewer,
            name=form.cleaned_data["name"],
            time_zone=form.cleaned_data["zone"],
            quiet=form.quiet,
            now=viewer.now,
        )
        messages.success(request, _("Saved."))
        return redirect("accounts:settings")
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/users/settings.html", {"form": form}, status=status)


@page(Who.PERSON, methods=("GET", "POST"))
def notes(request: PageRequest) -> HttpResponse:
    """Stop the evening notes, or let them come again. Opened as a page it leads to the settings."""
    person = queries.me(request.viewer)
    if request.method != "POST":
        return redirect("accounts:settings")
    if request.POST.get("notes") == "resume":
        services.resume_notes(person=person)
        messages.success(request, _("Notes come again."))
    else:
        services.stop_notes(person=person, now=request.viewer.now)
        messages.success(request, _("No more notes. Everything else stays as it is."))
    return redirect("accounts:settings")


@page(Who.PUBLIC)
def lost_codes(request: PageRequest) -> HttpResponse:
    """What to do when app, passkeys and recovery codes are all gone."""
    return render(request, "accounts/users/lost_codes.html", {"mail_from": site.MAIL_FROM})


def _looks(theme: str, *, keys: bool) -> dict[str, object]:
    return {"theme": theme or "device", "keys": keys}
