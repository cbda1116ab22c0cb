"""Taking one's words along, deleting the account, and undoing that."""

from allauth.core.ratelimit import consume_or_429
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import PageRequest, Viewer, Who, page, viewer_of
from accounts.couples.queries import pair_of
from accounts.privacy import export as files
from accounts.privacy import services
from accounts.refusal import Refusal
from accounts.users.queries import me


@page(Who.PERSON, methods=("GET", "POST"), fresh=True)
def export(request: PageRequest) -> HttpResponse:
    """What is in the file; on a POST, the file. It is made on the spot and kept nowhere."""
    if request.method != "POST":
        return render(request, "accounts/privacy/export.html")
    too_often = consume_or_429(request, action="export", user=request.user)
    if too_often is not None:
        answer: HttpResponse = too_often
        return answer
    response = HttpResponse(_file(request.viewer), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{files.file_name(request.viewer.now)}"'
    return response


def _file(viewer: Viewer) -> bytes:
    """The export. Where the couple came to rest while it was made, it is made anew: nothing of the other's goes
    out that is shared no longer."""
    made = files.as_zip(viewer)
    since = viewer_of(viewer.person, now=viewer.now)
    return made if since.state is viewer.state else files.as_zip(since)


@page(Who.ARRIVING, methods=("GET", "POST"), fresh=True)
def delete(request: PageRequest) -> HttpResponse:
    """What happens to what; on a POST, hidden from all at once."""
    viewer = request.viewer
    if request.method != "POST":
        other = pair_of(viewer).other_name if viewer.standing else ""
        return render(request, "accounts/privacy/delete.html", {"other": other})
    services.ask_delete(person=me(viewer), now=viewer.now)
    logout(request)
    messages.success(request, _("Your account is closed. For seven days, signing in can undo it."))
    return redirect("account_login")


@page(Who.ARRIVING, methods=("GET", "POST"), fresh=True)
def undo_delete(request: PageRequest) -> HttpResponse:
    """The one page that is left while an account waits to be destroyed."""
    viewer = request.viewer
    person = me(viewer)
    if person.delete_asked_at is None:
        return redirect("accounts:you")
    refusal = ""
    if request.method == "POST":
        try:
            services.undo_delete(person=person, now=viewer.now)
        except Refusal as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("Your account is open again. Nothing was lost."))
            return redirect("accounts:you")
    context = {"gone_at": person.delete_asked_at + services.UNDO_FOR, "refusal": refusal}
    return render(request, "accounts/privacy/undo_delete.html", context, status=422 if refusal else 200)
