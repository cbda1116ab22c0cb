"""The page on which one says one of the couple's own words for near and far."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import Needs, PageRequest, Who, page
from accounts.couples.queries import pair_of
from accounts.refusal import Refusal
from accounts.users.queries import me
from checkins.seasons import nearness
from checkins.seasons.gifts import Kind, gifts_of
from checkins.seasons.year import next_hour
from repair.plan.locks import NotActive

NOW, LATER = "now", "hour"


class Near(forms.Form):
    """Which word. When it can be read, the button says."""

    word = forms.ChoiceField(
        label=gettext_lazy("Where I am just now"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose one of the words, or leave this page. Nobody is told."),
            "invalid_choice": gettext_lazy("Choose one of the words that stand in your plan."),
        },
    )

    def __init__(self, *args: Any, words: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["word"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(word, word) for word in words]


@page(Who.PARTNER, methods=("GET", "POST"), needs=Needs.ACTIVE)
def near(request: PageRequest) -> HttpResponse:
    """Say a word for today, read at once or from the reading hour on; and the one that was said."""
    viewer = request.viewer
    line = nearness.line_of(viewer)
    form = Near(request.POST if request.method == "POST" else None, words=nearness.words_in(line))
    refusal = ""
    if request.method == "POST" and form.is_valid():
        do = request.POST.get("do")
        try:
            if do not in {NOW, LATER}:
                raise Refusal(_("Open this page again and choose there."))
            nearness.say(viewer=viewer, word=form.cleaned_data["word"], at_once=do == NOW, now=viewer.now)
        except NotActive:
            return redirect("checkins:today")
        except Refusal as found:
            refusal = str(found)
        else:
            messages.success(request, _("Said. You can take it back at any time."))
            return redirect("checkins:near")
    given = gifts_of(viewer, Kind.WORD)
    context = {
        "form": form,
        "refusal": refusal,
        "line": line,
        "own": nearness.mine(viewer, given),
        "theirs": nearness.theirs(viewer, given),
        "pair": pair_of(viewer),
        "opens": next_hour(viewer),
        "now": viewer.now,
        "zone": me(viewer).zone,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "checkins/seasons/near.html", context, status=status)
