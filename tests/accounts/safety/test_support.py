"""The numbers to call: read strictly, shown for the country somebody picks, never for where they are."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.safety import support
from tests.cast import Cast

GOOD = """
[[country]]
code = "GB"
name = "United Kingdom"
[[country.line]]
for = "now"
name = "Police"
number = "999"
source = "https://gov.example"
source_is = "government"
seen = "live"
verified = 2026-11-20
ships = true
[[country.line]]
for = "home"
name = "A line"
number = "0808 2000 247"
bill = "no"
source = "https://www.line.example/page"
source_is = "operator"
seen = "copy"
verified = 2026-11-20
ships = true
[[country.line]]
for = "home"
name = "Another line"
number = "0808 1"
source = "https://paper.example"
source_is = "second-hand"
seen = "copy"
verified = 2026-11-20
ships = false
reason = "seen in a newspaper only"
"""


def file_of(folder: Path, text: str) -> Path:
    path = folder / "support.toml"
    path.write_text(text)
    return path


def test_reads_a_good_file(tmp_path: Path) -> None:
    (country,) = support.load(file_of(tmp_path, GOOD))
    assert [line.number for line in country.now] == ["999"]
    assert country.home[0].dial == "08082000247"
    assert country.home[0].site == "line.example"
    assert [line.name for line in country.home] == ["A line"], "what does not ship is not among the lines shown"
    assert len(country.all) == 3


WRONG: list[tuple[str, Callable[[str], str]]] = [
    ("no source", lambda text: text.replace('source = "https://www.line.example/page"\n', "")),
    ("a source that is no address", lambda text: text.replace("https://www.line.example/page", "somebody said")),
    ("a source without https", lambda text: text.replace("https://www.line", "http://www.line")),
    ("no word on whose source", lambda text: text.replace('source_is = "operator"\n', "")),
    ("an unknown kind of source", lambda text: text.replace('"operator"', '"hearsay"')),
    ("shown without an official source", lambda text: text.replace('"operator"', '"second-hand"')),
    ("an emergency number without one", lambda text: text.replace('"government"', '"second-hand"')),
    ("kept back without a reason", lambda text: text.replace('reason = "seen in a newspaper only"', "")),
    ("shown with a reason against", lambda text: text.replace("ships = false", "ships = true")),
    ("neither shown nor kept back", lambda text: text.replace("ships = true\n", "", 1)),
    ("shown as a word", lambda text: text.replace("ships = true", 'ships = "yes"', 1)),
    ("no word on how it was seen", lambda text: text.replace('seen = "live"\n', "")),
    ("a bill in other words", lambda text: text.replace('bill = "no"', 'bill = "hidden"')),
    ("an empty bill", lambda text: text.replace('bill = "no"', 'bill = ""')),
    ("no day of checking", lambda text: text.replace("verified = 2026-11-20\n", "", 1)),
    ("a day in words", lambda text: text.replace("verified = 2026-11-20", 'verified = "today"')),
    ("an hour for a day", lambda text: text.replace("verified = 2026-11-20", "verified = 2026-11-20T10:00:00")),
    ("a number with letters", lambda text: text.replace("0808 2000 247", "0808 CALL ME")),
    ("an empty number", lambda text: text.replace("0808 2000 247", "")),
    ("a number of one digit", lambda text: text.replace('"999"', '"9"')),
    ("a purpose that is none", lambda text: text.replace('for = "home"', 'for = "house"')),
    ("an unknown key", lambda text: text.replace('name = "A line"', 'name = "A line"\nowner = "x"')),
    ("an unknown key of a country", lambda text: text.replace('code = "GB"', 'code = "GB"\nemergency = "999"')),
    ("a code in words", lambda text: text.replace('code = "GB"', 'code = "UK1"')),
    ("a country without a line", lambda text: text.split("[[country.line]]")[0]),
    ("a country twice", lambda text: text + text),
    ("broken TOML", lambda text: text + "["),
]


@pytest.mark.parametrize(("what", "spoil"), WRONG, ids=[what for what, _ in WRONG])
def test_refuses(tmp_path: Path, what: str, spoil: Callable[[str], str]) -> None:
    spoilt = spoil(GOOD)
    assert spoilt != GOOD
    with pytest.raises(support.WrongEntry):
        support.load(file_of(tmp_path, spoilt))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(support.WrongEntry):
        support.load(tmp_path / "none.toml")


def test_every_number_shown_has_an_official_source_and_a_day() -> None:
    shown = [line for country in support.COUNTRIES for line in country.shown]
    assert shown
    for line in shown:
        assert line.official, line
        assert line.source.startswith("https://"), line
        assert line.verified <= datetime.now(UTC).date() + timedelta(days=1)


def test_check_passes_now_and_names_what_is_old_and_what_is_kept_back(clock: Any) -> None:
    clock.set(datetime(2026, 11, 21, tzinfo=UTC))
    out = StringIO()
    call_command("check_support", stdout=out)
    assert "all with an official source and checked within 180 days" in out.getvalue()
    assert "113 Zelfmoordpreventie 113: not shown, seen in newspapers only" in out.getvalue()
    assert "were seen in a stored copy" in out.getvalue()
    clock.set(datetime(2027, 6, 1, tzinfo=UTC))
    with pytest.raises(CommandError, match="to check again"):
        call_command("check_support", stdout=out)
    assert "Hilfetelefon Gewalt gegen Frauen 116 016: checked 2026-11-20" in out.getvalue()


def test_check_fails_for_a_number_shown_without_an_official_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(support, "DATA", file_of(tmp_path, GOOD.replace('"operator"', '"second-hand"')))
    with pytest.raises(CommandError, match="without an official source"):
        call_command("check_support")


@pytest.mark.django_db
class TestPage:
    def test_shows_the_country_picked(self, client: Client) -> None:
        html = client.get("/support/?country=GB").content.decode()
        assert 'href="tel:08082000247"' in html
        assert 'href="tel:999"' in html
        assert "press 55" in html
        assert '<option value="GB" selected>' in html

    def test_says_so_where_there_is_no_checked_number(self, client: Client) -> None:
        html = client.get("/support/?country=NL").content.decode()
        assert "We have no checked number" in html
        assert "tel:" not in html, "what was seen in newspapers only is not shown"

    def test_drink_and_drugs_have_a_part_of_their_own(self, client: Client) -> None:
        for country, dial in (("US", "18006624357"), ("NZ", "0800787797"), ("GB", "")):
            part = client.get(f"/support/?country={country}").content.decode().partition('id="drink"')[2]
            part = part.partition("</section>")[0]
            assert re.findall(r'href="tel:(\d+)"', part) == [dial] * bool(dial)
            assert ("We have no checked number" in part) is not bool(dial)

    @pytest.mark.parametrize("country", support.COUNTRIES, ids=lambda country: country.code)
    @pytest.mark.parametrize("path", ["/support/", "/support/own/", "/support/here/"])
    def test_never_a_number_that_does_not_ship(self, client: Client, path: str, country: support.Country) -> None:
        html = client.get(path, {"country": country.code}).content.decode()
        shown = {line.dial for line in country.shown}
        assert set(re.findall(r'href="tel:(\d+)"', html)) <= shown
        for line in country.all:
            assert line.ships or line.name not in html

    @pytest.mark.parametrize("path", ["/support/own/", "/support/here/"])
    def test_the_emergency_number_comes_first(self, client: Client, path: str) -> None:
        html = client.get(path, {"country": "NZ"}).content.decode()
        assert re.findall(r'href="tel:(\d+)"', html)[0] == "111"
        assert "Call the emergency number of the country you are in." in client.get(path).content.decode()

    def test_what_is_not_seen_live_says_so(self, client: Client) -> None:
        assert "Read in a copy of hilfetelefon.de on 20 November 2026." in (
            client.get("/support/?country=DE").content.decode()
        )

    @pytest.mark.parametrize("country", ["", "XX", "gb", "GB'--", "A" * 5000])
    def test_an_unknown_country_is_no_country(self, client: Client, country: str) -> None:
        response = client.get("/support/", {"country": country})
        assert response.status_code == 200
        assert b"tel:" not in response.content

    def test_two_countries_at_once_take_the_last(self, client: Client) -> None:
        assert b"tel:112" not in client.get("/support/?country=DE&country=FR").content

    @pytest.mark.parametrize("path", ["/support/", "/support/own/", "/support/here/"])
    def test_stores_nothing(self, client: Client, django_assert_num_queries: Any, path: str) -> None:
        with django_assert_num_queries(0):
            response = client.get(path, {"country": "DE"})
        assert not response.cookies

    @pytest.mark.parametrize("path", ["/support/own/", "/support/here/"])
    def test_the_two_doors_ask_nothing_and_score_nothing(self, client: Client, path: str) -> None:
        html = client.get(path).content.decode()
        assert "<input" not in html
        assert html.count("<form") == 1, "the country, by GET"
        assert 'method="post"' not in html
        assert f'href="{path}"' in client.get("/support/").content.decode()

    def test_order_is_the_same_for_everybody(self, client: Client) -> None:
        html = client.get("/support/?country=GB").content.decode()
        places = [html.index(f'id="{part}"') for part in ("now", "home", "crisis", "mine", "drink", "here")]
        assert places == sorted(places)


def test_leads_nobody_to_a_page_that_is_not_theirs(cast: Cast, client_of: Callable[..., Client]) -> None:
    """Rest is for somebody in a couple, or not yet known; the way on from the questions is for partners."""
    rest, on = 'href="/you/rest/"', 'href="/together/"'
    for browser in (Client(), client_of(cast.ana)):
        assert rest in browser.get("/support/").content.decode()
        assert on in browser.get("/think/").content.decode()
    assert rest not in client_of(cast.sol).get("/support/").content.decode()
    assert rest not in client_of(cast.theo).get("/support/").content.decode()
    assert on not in client_of(cast.theo).get("/think/").content.decode()
