"""What a room calls when a person has just saved words of their own.

`after_saving(request, words, then=redirect(...))` gives back what to answer: nearly always `then` itself. Where
the words sound like not wanting to live, or like danger, it is one page with numbers to call that goes on to where
`then` leads. That page is the answer to the save and nothing else: no address of its own, no row, no line in a
log, no count, no cookie. It is decided after the save, so it can stop nothing, and whoever wants none switches it
off.
"""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from accounts.access import PageRequest, Viewer
from accounts.safety import crisis, wishes
from accounts.safety.support import LINES_BY_COUNTRY

TOLD = "told"  # the hidden field of a form that says beforehand what may become of shared words


def after_saving(request: PageRequest, words: Any, *, then: HttpResponse) -> HttpResponse:
    """The answer to a save of `words`: text, or anything built of lists and mappings that hold it."""
    if request.POST.get(TOLD) and not wishes.wishes_of(request.viewer).told_sharing:
        wishes.heard_about_sharing(viewer=request.viewer)
    if not isinstance(then, HttpResponseRedirect) or not offers_numbers(request.viewer, words):
        return then
    chosen = LINES_BY_COUNTRY.get(wishes.wishes_of(request.viewer).country)
    return render(request, "accounts/safety/said.html", {"onward": then.url, "chosen": chosen})


def offers_numbers(viewer: Viewer, words: Any) -> bool:
    """Whether `words` sound like it and the viewer has not switched the card off: for a page that shows what was
    looked for and saves nothing."""
    return crisis.sounds_like_crisis(_texts(words)) and wishes.wishes_of(viewer).crisis_card


def _texts(words: Any) -> Iterator[str]:
    """Every text in `words`, at any depth."""
    if isinstance(words, str):
        yield words
    elif isinstance(words, dict):
        for value in words.values():
            yield from _texts(value)
    elif isinstance(words, list | tuple | set | frozenset):
        for value in words:
            yield from _texts(value)
