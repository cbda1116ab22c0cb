"""The pages that exist only on a run on one's own machine: the demo people and the local mailbox."""

from ipaddress import ip_address

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.request import split_domain_port

_OWN_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


def is_local(request: HttpRequest) -> bool:
    """Whether this is an embedded run and the request came from the machine itself.

    The host's name is asked too: a page elsewhere that points its own name at 127.0.0.1 must not get in.
    """
    if not settings.EMBEDDED:
        return False
    try:
        from_here = ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
    name, _ = split_domain_port(request.get_host())
    return from_here and name in _OWN_NAMES


def local_only(request: HttpRequest) -> None:
    """Let only a local request on an embedded run go on. Raises Http404 for every other."""
    if not is_local(request):
        raise Http404


def has_mailbox(request: HttpRequest) -> bool:
    """Whether mails of this run stay on the machine and the request came from there."""
    return is_local(request) and not settings.EMAIL_URL
