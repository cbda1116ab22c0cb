"""Proposing and signing a rhythm in the browser, each with the next times by their own clock alone."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django.test import Client

from repair.plan.models import Agreement
from repair.schedules.models import Schedule, Seat
from tests.repair.schedules.conftest import BODY, TYPED, Rhythms
from tests.repair.schedules.test_quiet_days import put

NEW = "/lines/new/rhythm/"
Browser = Callable[..., Client]


def send(**changes: Any) -> dict[str, Any]:
    line = "0e4ff4a5-6a7b-4a0e-8f0f-6f3f4d6d2a11"
    return {**TYPED, "look_again_on": "2026-12-01", "line": line, "do": "send", **changes}


def shown(page: Any) -> str:
    return re.sub(r"\s+", " ", page.content.decode())


def test_the_form_offers_choices_and_no_recurrence_text(rhythms: Rhythms, client_of: Browser) -> None:
    page = shown(client_of(rhythms.cast.ana).get(NEW))
    for words in ("Every day", "On chosen days", "Monthly, on a weekday", "The five minutes", "Open for Ben"):
        assert words in page
    assert "<textarea" not in page


def test_before_proposing_one_sees_the_next_three_times_in_ones_own_zone(
    rhythms: Rhythms, client_of: Browser
) -> None:
    answer = client_of(rhythms.cast.ana).post(NEW, send())
    page = shown(answer)
    assert answer.status_code == 200
    assert "In your time zone, Europe/Lisbon." in page
    assert re.findall(r"<b>(\w+day, [\d:]+ to [\d:]+)</b>", page) == [
        "Tuesday, 20:30 to 23:00",
        "Wednesday, 20:30 to 23:00",
        "Thursday, 20:30 to 23:00",
    ]
    assert "Read from Wednesday 16, 18:30" in page
    assert "New_York" not in page
    assert not Agreement.objects.exists()


def test_proposed_the_other_sees_it_by_their_own_clock(rhythms: Rhythms, client_of: Browser) -> None:
    answer = client_of(rhythms.cast.ana).post(NEW, send(do="seen"))
    assert answer.status_code == 302
    line = Agreement.objects.get().pk
    page = shown(client_of(rhythms.cast.ben).get(f"/lines/{line}/sign/"))
    assert "In your time zone, America/New_York." in page
    assert "Tuesday, 20:30 to 23:00" in page
    assert "Lisbon" not in page
    fields = {name: re.search(rf'name="{name}" value="([^"]+)"', page) for name in ("version", "mac")}
    sent = {name: found[1] for name, found in fields.items() if found}
    assert client_of(rhythms.cast.ben).post(f"/lines/{line}/sign/", sent).status_code == 302
    assert Schedule.objects.get().in_force
    assert Seat.objects.exclude(next_due_at=None).count() == 2


def test_the_others_zone_changes_no_byte_of_what_one_sees(rhythms: Rhythms, client_of: Browser) -> None:
    """Two worlds that differ in Ben's zone only: Ana's preview is the same page."""
    pages = []
    for zone in ("America/New_York", "Pacific/Kiritimati", "Europe/Lisbon"):
        rhythms.cast.ben.time_zone = zone
        rhythms.cast.ben.save(update_fields=["time_zone"])
        page = client_of(rhythms.cast.ana).post(NEW, send()).content.decode()
        pages.append(re.sub(r'csrfmiddlewaretoken" value="\w+', "", page))
    assert pages[0] == pages[1] == pages[2]


def test_a_form_with_problems_keeps_everything_typed(rhythms: Rhythms, client_of: Browser) -> None:
    answer = client_of(rhythms.cast.ana).post(
        NEW, send(frequency="weekly", closes="20:40", differs="on", other_opens="07:15", other_closes="09:00")
    )
    page = shown(answer)
    assert answer.status_code == 422
    assert 'role="alert"' in page
    assert 'value="07:15"' in page
    assert 'value="20:40"' in page
    assert re.search(r'value="weekly"[^>]* checked', page)


def test_going_back_to_change_it_keeps_what_was_chosen(rhythms: Rhythms, client_of: Browser) -> None:
    changes = {"frequency": "weekly", "weekdays": ["2", "4"], "remind": "none", "reading": "both"}
    page = shown(client_of(rhythms.cast.ana).post(NEW, send(do="change", **changes)))
    for checked in ("weekly", "2", "4", "none", "both"):
        assert re.search(rf'value="{checked}"[^>]* checked', page), checked
    assert not re.search(r'value="3"[^>]*id="id_weekdays_\d" checked', page)


def test_a_draft_keeps_it_and_is_ones_own(rhythms: Rhythms, client_of: Browser) -> None:
    answer = client_of(rhythms.cast.sol).post(NEW, send(do="keep", opens="19:45"))
    assert answer.status_code == 302
    from repair.plan.models import Draft

    draft = Draft.objects.get()
    assert 'value="19:45"' in shown(client_of(rhythms.cast.sol).get(f"/lines/draft/{draft.pk}/"))
    assert client_of(rhythms.cast.ana).get(f"/lines/draft/{draft.pk}/").status_code == 404


def test_other_words_are_compared_with_those_that_stand(rhythms: Rhythms, client_of: Browser) -> None:
    schedule = rhythms.agree()
    page = shown(client_of(rhythms.cast.ben).get(f"/lines/{schedule.agreement_id}/suggest/"))
    assert re.search(r'value="daily"[^>]* checked', page)
    looked = client_of(rhythms.cast.ben).post(
        f"/lines/{schedule.agreement_id}/suggest/",
        send(do="look", seen="1", frequency="weekly", weekdays=["0"]),
    )
    assert looked.status_code == 200
    assert "What changes" in shown(looked)


def preview_of(rhythms: Rhythms, **changes: Any) -> list[str]:
    from repair.schedules.times import preview

    found = preview({**BODY, **changes}, rhythms.viewer(rhythms.cast.ana))
    assert found is not None
    return [time.on.isoformat() for time in found.times]


def test_quiet_days_are_left_out_of_the_next_times(rhythms: Rhythms) -> None:
    put(rhythms, "2026-09-16", "2026-09-20")
    assert preview_of(rhythms) == ["2026-09-15", "2026-09-21", "2026-09-22"]


def test_a_rhythm_that_began_long_ago_is_shown_from_now_on(rhythms: Rhythms) -> None:
    assert preview_of(rhythms, starts_on="2020-01-01") == ["2026-09-14", "2026-09-15", "2026-09-16"]
    rhythms.clock.move(hours=2)
    assert preview_of(rhythms, starts_on="2020-01-01")[0] == "2026-09-15"


def test_a_rhythm_with_an_end_shows_what_is_left(rhythms: Rhythms, client_of: Browser) -> None:
    assert preview_of(rhythms, ends_on="2026-09-16") == ["2026-09-15", "2026-09-16"]
    rhythms.clock.move(days=10)
    assert preview_of(rhythms, ends_on="2026-09-16") == []


def test_as_soon_as_both_are_in_has_no_hour(rhythms: Rhythms, client_of: Browser) -> None:
    page = shown(client_of(rhythms.cast.ana).post(NEW, send(reading="both")))
    assert "Read as soon as both are in" in page


def test_a_window_past_midnight_names_both_days(rhythms: Rhythms, client_of: Browser) -> None:
    page = shown(client_of(rhythms.cast.ana).post(NEW, send(opens="22:30", closes="01:00")))
    assert "Tuesday, 22:30 to Wednesday, 01:00" in page


def test_somebody_alone_has_no_preview(rhythms: Rhythms) -> None:
    from repair.schedules.times import preview

    assert preview(BODY, rhythms.viewer(rhythms.cast.sol)) is None


def test_the_first_day_of_the_tests_is_a_monday(rhythms: Rhythms) -> None:
    assert rhythms.now.date() == date(2026, 9, 14)
    assert rhythms.now.weekday() == 0
