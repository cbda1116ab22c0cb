"""Leaks, each seeded in one place: what somebody might well write on a bad day."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts import access
from accounts.access import viewer_of
from accounts.audit import services as audit
from accounts.couples.models import Couple
from accounts.mail import services as outbox
from accounts.pages.middleware import EveryAnswer
from accounts.privacy import export
from accounts.safety import wishes
from accounts.users.models import User
from checkins.conversations import closing
from checkins.journal import queries as journal_queries
from checkins.journal.models import JournalEntry
from checkins.prompts import drafts, queries
from checkins.prompts import services as prompts
from checkins.prompts import views as evening_views
from checkins.prompts.models import AnswerSheet, Prompt
from checkins.seasons import models as season_models
from repair.plan import views as plan_views
from repair.programmes import opening
from repair.schedules import calendar_views

Seed = Callable[[pytest.MonkeyPatch], None]
ANA, BEN = "ana@mail.example", "ben@mail.example"


@dataclass(frozen=True)
class Leak:
    """A seeded leak: which secret it tells (the number of the world that shows it), on which route, and in which
    channel the harness must see it."""

    name: str
    seed: Seed
    channel: str
    route: str
    secret: str = "whether she answered, skipped, drafted"
    world: int = 1


def _hers() -> int:
    """How many sheets of hers are in."""
    return AnswerSheet.objects.filter(author__email=ANA).count()


def _answered(patch: pytest.MonkeyPatch, change: Callable[[Any, int], None]) -> None:
    """Every answer of the site is changed by how many sheets of hers are in (two stand there in any world)."""
    right = EveryAnswer.__call__

    def leaky(self: EveryAnswer, request: Any) -> Any:
        response = right(self, request)
        change(response, _hers() - 2)
        return response

    patch.setattr(EveryAnswer, "__call__", leaky)


def a_badge(patch: pytest.MonkeyPatch) -> None:
    """The count beside a filter of the plan counts her evenings too."""
    right = plan_views.FILTERS["waiting"]
    patch.setitem(plan_views.FILTERS, "waiting", lambda read: right(read) + read.lines[: _hers() - 2])


def an_etag(patch: pytest.MonkeyPatch) -> None:
    def change(response: Any, more: int) -> None:
        response["ETag"] = f'"{more}"'

    _answered(patch, change)


def the_date_of_a_change(patch: pytest.MonkeyPatch) -> None:
    def change(response: Any, more: int) -> None:
        response["Last-Modified"] = f"Mon, 14 Sep 2026 18:0{more}:00 GMT"

    _answered(patch, change)


def sorted_by_change(patch: pytest.MonkeyPatch) -> None:
    """The lines stand in the order in which she last touched anything."""
    right = plan_views.plan_read

    def leaky(viewer: Any) -> Any:
        read = right(viewer)
        if Prompt.objects.filter(membership__person__email=ANA).exclude(draft=b"").exists():
            read.lines.reverse()
        return read

    patch.setattr(plan_views, "plan_read", leaky)


def a_mail_that_she_is_done(patch: pytest.MonkeyPatch) -> None:
    """The other gets a mail when she is done for tonight."""
    right = prompts.leave_for_tonight

    def leaky(*, viewer: Any, prompt_id: Any, now: Any) -> Any:
        outbox.owe(
            kind="account_notice", person=User.objects.get(email=BEN), payload={"what": "password"}, now=now
        )
        return right(viewer=viewer, prompt_id=prompt_id, now=now)

    patch.setattr(prompts, "leave_for_tonight", leaky)


def forbidden_rather_than_absent(patch: pytest.MonkeyPatch) -> None:
    """Her evening is “forbidden” once she sent it, and absent before."""
    right = queries.own_prompt

    def leaky(viewer: Any, prompt_id: Any) -> Any:
        try:
            return right(viewer, prompt_id)
        except Http404:
            if Prompt.objects.filter(pk=prompt_id).exclude(sent_at=None).exists():
                raise PermissionDenied from None
            raise

    patch.setattr(queries, "own_prompt", leaky)


def the_padded_length(patch: pytest.MonkeyPatch) -> None:
    """Pages are as much longer as what she wrote, in steps of what is sealed."""

    def change(response: Any, more: int) -> None:
        row = AnswerSheet.objects.filter(author__email=ANA).latest("on", "sent_at")
        if response.get("Content-Type", "").startswith("text/html"):
            response.content += b" " * (len(row.words) // 64)
            response["Content-Length"] = str(len(response.content))

    _answered(patch, change)


def a_message(patch: pytest.MonkeyPatch) -> None:
    right = messages.success

    def leaky(request: Any, message: str, *args: Any, **more: Any) -> None:
        right(request, message + (" You both did." if _hers() > 2 else ""), *args, **more)

    patch.setattr(messages, "success", leaky)


def in_the_export(patch: pytest.MonkeyPatch) -> None:
    right = export.collect
    patch.setattr(export, "collect", lambda viewer: {**right(viewer), "Evenings of both": _hers()})


def in_the_calendar(patch: pytest.MonkeyPatch) -> None:
    right = calendar_views.calendar_file

    def leaky(address: Any, *, now: Any) -> str:
        return right(address, now=now).replace("VERSION:2.0", f"VERSION:2.0\r\nX-IN:{_hers()}")

    patch.setattr(calendar_views, "calendar_file", leaky)


def an_audit_row(patch: pytest.MonkeyPatch) -> None:
    """That she chose a country is written where both read."""
    right = wishes.change

    def leaky(*, viewer: Any, **more: Any) -> None:
        right(viewer=viewer, **more)
        couple = Couple.objects.get(memberships__person=viewer.person)
        audit.record(what="list", couple=couple, actor=viewer.person, now=viewer.now)

    patch.setattr(wishes, "change", leaky)


def one_more_query(patch: pytest.MonkeyPatch) -> None:
    """Each sheet of hers is fetched by itself, and nothing is done with it."""
    right = access._couple_turned_away

    def leaky(needs: Any, request: Any) -> Any:
        for pk in AnswerSheet.objects.filter(author__email=ANA).values_list("pk", flat=True):
            AnswerSheet.objects.filter(pk=pk).exists()
        return right(needs, request)

    patch.setattr(access, "_couple_turned_away", leaky)


def in_the_title(patch: pytest.MonkeyPatch) -> None:
    def change(response: Any, more: int) -> None:
        if more and response.get("Content-Type", "").startswith("text/html"):
            response.content = response.content.replace(b"<title>", b"<title>(1) ", 1)

    _answered(patch, change)


def the_draft_of_the_other(patch: pytest.MonkeyPatch) -> None:
    """Where one has written nothing yet, the form is filled in with what was kept last for that evening."""
    right = drafts.load

    def leaky(viewer: Any, prompt: Any) -> Any:
        own = right(viewer, prompt)
        others = Prompt.objects.filter(check_in=prompt.check_in).exclude(pk=prompt.pk)
        other = others.select_related("membership__person").get()
        return own or right(viewer_of(other.membership.person, now=viewer.now), other)

    patch.setattr(drafts, "load", leaky)


def a_log_line(patch: pytest.MonkeyPatch) -> None:
    def change(response: Any, more: int) -> None:
        logging.getLogger("checkins.prompts").info("%d sheets are in", more)

    _answered(patch, change)


def where_it_leads(patch: pytest.MonkeyPatch) -> None:
    right = evening_views.first_open
    patch.setattr(evening_views, "first_open", lambda *args: 2 if _hers() > 2 else right(*args))


def a_cookie(patch: pytest.MonkeyPatch) -> None:
    def change(response: Any, more: int) -> None:
        if more:
            response.set_cookie("seen", "1")

    _answered(patch, change)


def where_the_next_page_begins(patch: pytest.MonkeyPatch) -> None:
    """The link to earlier entries counts everybody’s."""
    right = journal_queries.page_of

    def leaky(viewer: Any, *, start: int) -> Any:
        return replace(right(viewer, start=start), older=JournalEntry.objects.count())

    patch.setattr(journal_queries, "page_of", leaky)


def a_jar_that_opens_early(patch: pytest.MonkeyPatch) -> None:
    """Seasons end before their hour."""
    patch.setattr(season_models, "both_opened_until", lambda viewer: date.max)


def thanks_before_their_hour(patch: pytest.MonkeyPatch) -> None:
    """What is given is found before it is open; the row itself still refuses to be read."""
    patch.setattr(
        season_models.GivenQuerySet, "visible_to", lambda rows, viewer: rows.filter(couple_id=viewer.couple_id)
    )


HER_JAR = "what is in her jar, and how much"
HER_THANKS = "thanks on their way, letters, moments for herself"


def read_before_the_hour(patch: pytest.MonkeyPatch) -> None:
    """That both said a talk took place stands on the timeline as soon as the second has."""
    right = closing.side_by_side

    def leaky(own: Any, theirs: Any, *, now: Any, reads_at: Any) -> Any:
        return right(own, theirs, now=max(now, reads_at), reads_at=reads_at)

    patch.setattr(closing, "side_by_side", leaky)


HER_TALK = "what she says of a talk before its hour"
HER_ROUNDS = "what she shared and took back before his was there"
HER_JOURNAL = "what stands in her journal, and that anything does"
HER_SUPPORT = "her support: country, card, what she was told, the month’s mirror"


def a_gap_before_the_first(patch: pytest.MonkeyPatch) -> None:
    """What was shared and taken back once stands beside the next of the other, as if it were counted."""
    right = opening.beside

    def counted(mine: Any, theirs: Any, **asked: Any) -> Any:
        more = {one.piece for one in theirs if one.ended is not None}
        return {other: own for other, own in right(mine, theirs, **asked).items() if other not in more}

    patch.setattr(opening, "beside", counted)


LEAKS = (
    Leak("a badge", a_badge, "body", "GET repair:plan"),
    Leak("an ETag", an_etag, "headers", "GET checkins:today"),
    Leak("a Last-Modified", the_date_of_a_change, "headers", "GET checkins:today"),
    Leak("sorted by the last change", sorted_by_change, "body", "GET repair:plan", world=3),
    Leak("a mail that she is done", a_mail_that_she_is_done, "mail", "the post", world=2),
    Leak("403 rather than 404", forbidden_rather_than_absent, "status", "GET checkins:evening"),
    Leak("the padded length", the_padded_length, "length", "GET checkins:today", "what she answered tonight"),
    Leak("the words of a message", a_message, "messages", "POST accounts:notes"),
    Leak("the content of an export", in_the_export, "export", "POST accounts:export"),
    Leak("the content of a calendar", in_the_calendar, "calendar", "GET repair:calendar_file"),
    Leak("an audit row", an_audit_row, "audit", "the audit", HER_SUPPORT),
    Leak("one more query", one_more_query, "queries", "GET checkins:today"),
    Leak("the title", in_the_title, "title", "GET checkins:today"),
    Leak("an echoed draft", the_draft_of_the_other, "body", "GET checkins:step", world=3),
    Leak("a log line", a_log_line, "logs", "GET checkins:today"),
    Leak("where a page leads", where_it_leads, "redirect", "GET checkins:evening"),
    Leak("entries counted for a link", where_the_next_page_begins, "body", "GET checkins:journal", HER_JOURNAL),
    Leak("a jar that opens early", a_jar_that_opens_early, "export", "POST accounts:export", HER_JAR),
    Leak("thanks before their hour", thanks_before_their_hour, "status", "GET checkins:today", HER_THANKS),
    Leak("a talk read before its hour", read_before_the_hour, "body", "GET checkins:timeline", HER_TALK),
    Leak("rounds that are counted", a_gap_before_the_first, "body", "GET repair:practice", HER_ROUNDS),
    Leak("a cookie", a_cookie, "cookies", "GET checkins:today"),
)  # fmt: skip
