"""The local mailbox of an embedded run."""

from django.http import Http404, HttpResponse
from django.shortcuts import render

from accounts.access import PageRequest, Who, page
from accounts.mail import mailbox as local
from accounts.pages.local import has_mailbox

# A mail's own page may carry styles inline, as mails must; nothing else of it may run, load or send anything.
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'none'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; sandbox allow-top-navigation-by-user-activation"
)


@page(Who.PUBLIC)
def mailbox(request: PageRequest) -> HttpResponse:
    """Every mail this run has made, the newest open. Raises Http404 away from the machine itself."""
    _mailbox_only(request)
    mails = local.mails()
    return _shown(request, mails, mails[0] if mails else None)


@page(Who.PUBLIC)
def mailbox_mail(request: PageRequest, name: str) -> HttpResponse:
    """One mail as text or headers within the mailbox, or its HTML alone (`?show=html`). Raises Http404."""
    _mailbox_only(request)
    mail = local.read(name)
    if mail is None:
        raise Http404
    if request.GET.get("show") == "html" and mail.html:
        response = HttpResponse(mail.html)
        response["Content-Security-Policy"] = _MAIL_POLICY
        return response
    return _shown(request, local.mails(), mail)


def _mailbox_only(request: PageRequest) -> None:
    if not has_mailbox(request):
        raise Http404


def _shown(request: PageRequest, mails: list[local.LocalMail], mail: local.LocalMail | None) -> HttpResponse:
    context = {"mails": mails, "mail": mail, "as_headers": request.GET.get("show") == "headers"}
    return render(request, "accounts/mail/mailbox.html", context)
