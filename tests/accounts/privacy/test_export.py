"""Taking one's words along."""

import io
import json
import zipfile
from dataclasses import fields, replace
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from accounts.access import viewer_of
from accounts.privacy import export, ports
from accounts.users.models import User
from accounts.users.preferences import Preferences, seal_preferences
from tests.accounts.users.helpers import PASSWORD, proved, sign_in
from tests.cast import Cast
from tests.conftest import Moved


def _opened(response: Any) -> tuple[dict[str, Any], str]:
    archive = zipfile.ZipFile(io.BytesIO(response.content))
    assert archive.namelist() == ["index.html", "data.json"]
    return json.loads(archive.read("data.json")), archive.read("index.html").decode()


def _file(person: Any) -> Any:
    return proved(person).post("/you/export/")


def test_the_page_comes_first_and_makes_nothing(cast: Cast) -> None:
    answer = proved(cast.ana).get("/you/export/")
    assert answer.status_code == 200
    assert "Make the file" in answer.content.decode()


def test_the_file_has_a_neutral_name_and_is_not_kept(cast: Cast, clock: Moved) -> None:
    answer = _file(cast.ana)
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"] == f'attachment; filename="export-{clock.at:%Y-%m-%d}.zip"'
    assert answer["Cache-Control"] == "no-store"


def test_it_holds_ones_own_account(cast: Cast) -> None:
    data, page = _opened(_file(cast.ana))
    account = data["Your account"]
    assert account["e-mail"] == "ana@mail.example"
    assert account["name"] == "Ana"
    assert account["time zone"] == "Europe/Lisbon"
    assert account["consents"][0]["version"] == 1
    assert "ana@mail.example" in page
    assert "Time zone" in page


CHOSEN = {
    "theme": "dark", "quiet": ("22:30", "07:00"), "exit_keys": False, "country": "GB", "crisis_card": False,
    "told_sharing": True, "mirror_seen": "2026-11", "chart_hidden_until": "2026-12-20", "path_beside": "always",
}  # fmt: skip


@pytest.mark.parametrize("wish", [field.name for field in fields(Preferences)])
def test_everything_one_chose_for_oneself_is_in_it_and_in_nobody_elses(
    cast: Cast, clock: Moved, wish: str
) -> None:
    """Two worlds, chosen or not: one's own file tells them apart, the other's does not."""

    def files() -> tuple[str, str]:
        people = (User.objects.get(pk=cast.people[who].pk) for who in ("ana", "ben"))
        mine, other = (export.as_json(export.collect(viewer_of(one, now=clock.at))) for one in people)
        return mine, other

    before = files()
    row = User.objects.get(pk=cast.ana.pk)
    seal_preferences(row, replace(Preferences(), **{wish: CHOSEN[wish]}))  # type: ignore[arg-type]
    row.save()
    after = files()
    assert (after[0] != before[0], after[1] == before[1]) == (True, True)


def test_it_holds_no_password_key_or_session(cast: Cast) -> None:
    text = json.dumps(_opened(_file(cast.ana))[0])
    assert cast.ana.password not in text
    assert PASSWORD not in text
    assert "session_key" not in text


def test_the_page_stands_alone_without_script(cast: Cast) -> None:
    page = _opened(_file(cast.ana))[1]
    assert "<script" not in page
    assert "http://" not in page
    assert "https://" not in page
    assert "src=" not in page
    assert "url(" not in page


def test_it_holds_nothing_of_the_other(cast: Cast) -> None:
    archive = zipfile.ZipFile(io.BytesIO(_file(cast.ana).content))
    everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"ben@mail.example" not in everything
    assert b"America/New_York" not in everything


def test_what_a_room_holds_is_in_it_as_text(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    words = "<script>alert(1)</script> & canary 7731\nsecond line"
    room = ports.Holding(
        name="room",
        title="A room",
        models=(),
        export_of=lambda viewer: [{"said": words, "of": str(viewer.person_id)}],
    )
    monkeypatch.setitem(ports._HOLDINGS, "room", room)
    data, page = _opened(_file(cast.ana))
    assert data["A room"] == [{"said": words, "of": str(cast.ana.pk)}]
    assert "<script>" not in page
    assert "canary 7731" in page


@pytest.mark.parametrize("who", ["rita", "rob", "drew", "eve", "sol", "theo"])
def test_it_never_needs_the_other(cast: Cast, client_of: Any, who: str, clock: Moved) -> None:
    person = cast.people[who]
    viewer = viewer_of(person, now=clock.at)
    assert zipfile.ZipFile(io.BytesIO(export.as_zip(viewer))).testzip() is None


def test_the_page_shows_hours_on_ones_own_clock_and_leaves_out_what_is_empty(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, clock: Moved
) -> None:
    said = [
        {"at": clock.at, "on": date(2026, 9, 14), "none": None, "empty": [], "words": "2026-09-14 is a Monday"},
        {"odd": "2026-99-99", "naive": "2026-09-14T18:00"},
    ]
    room = ports.Holding(name="room", title="A room", models=(), export_of=lambda viewer: said)
    monkeypatch.setitem(ports._HOLDINGS, "room", room)
    data, page = _opened(_file(cast.ana))
    assert data["A room"][0]["none"] is None
    assert "14 September 2026, 19:00" in page, "18:00 in universal time is 19:00 in Lisbon"
    assert ">14 September 2026<" in page
    assert "2026-09-14 is a Monday" in page
    assert "2026-99-99" in page
    assert "2026-09-14T18:00<" in page
    assert ">None<" not in page
    assert "Empty" not in page


def test_ten_an_hour_are_enough(cast: Cast, settings: Any) -> None:
    from django.core.cache import cache

    from repair.settings import RATE_LIMITS

    browser = proved(cast.ana)
    settings.ACCOUNT_RATE_LIMITS = {"export": RATE_LIMITS["export"]}
    cache.clear()
    assert [browser.post("/you/export/").status_code for _ in range(11)] == [200] * 10 + [429]
    assert proved(cast.ben).post("/you/export/").status_code == 200, "each has their own"


def test_it_asks_who_you_are_first(cast: Cast) -> None:
    browser = sign_in(cast.ana)
    assert browser.get("/you/export/").status_code == 302
    assert browser.post("/you/export/").status_code == 302
    assert Client().post("/you/export/").status_code == 302


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (datetime(2026, 9, 14, 18, 0, 30, tzinfo=UTC), "2026-09-14T18:00+00:00"),
        (date(2026, 9, 14), "2026-09-14"),
        (time(20, 30), "20:30:00"),
        (UUID(int=7), "00000000-0000-0000-0000-000000000007"),
        ((1, {"a": None}), [1, {"a": None}]),
        ({"b", "a"}, ["a", "b"]),
    ],
)
def test_values_have_one_plain_form(value: Any, shown: Any) -> None:
    assert export.plain(value) == shown


def test_bytes_are_refused_rather_than_guessed() -> None:
    with pytest.raises(TypeError):
        export.plain({"sealed": b"x"})
