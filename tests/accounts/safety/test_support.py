"""The numbers to call: read strictly, shown for the country somebody picks, never for where they are."""

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
emergency = "999"
emergency_source = "https://gov.example"
emergency_verified = 2026-11-20
[[country.line]]
for = "home"
name = "A line"
number = "0808 2000 247"
source = "https://line.example"
verified = 2026-11-20
"""


def file_of(folder: Path, text: str) -> Path:
    path = folder / "support.toml"
    path.write_text(text)
    return path


def test_reads_a_good_file(tmp_path: Path) -> None:
    (country,) = support.load(file_of(tmp_path, GOOD))
    assert country.emergency is not None
    assert country.home[0].dial == "08082000247"
    assert country.home[0].site == "line.example"


WRONG: list[tuple[str, Callable[[str], str]]] = [
    ("no source", lambda text: text.replace('source = "https://line.example"\n', "")),
    ("a source that is no address", lambda text: text.replace("https://line.example", "somebody said so")),
    ("a source without https", lambda text: text.replace("https://line", "http://line")),
    ("no day of checking", lambda text: text.replace("verified = 2026-11-20", "", 2).replace("emergency_", "", 9)),
    ("a day in words", lambda text: text.replace("verified = 2026-11-20", 'verified = "today"')),
    ("an hour for a day", lambda text: text.replace("verified = 2026-11-20", "verified = 2026-11-20T10:00:00")),
    ("a number with letters", lambda text: text.replace("0808 2000 247", "0808 CALL ME")),
    ("an empty number", lambda text: text.replace("0808 2000 247", "")),
    ("an emergency number without a source", lambda text: text.replace("emergency_source", "elsewhere")),
    ("a purpose that is none", lambda text: text.replace('for = "home"', 'for = "house"')),
    ("an unknown key", lambda text: text.replace('name = "A line"', 'name = "A line"\nowner = "x"')),
    ("a code in words", lambda text: text.replace('code = "GB"', 'code = "UK1"')),
    ("a country without a line", lambda text: text.split("[[country.line]]")[0]),
    ("a country twice", lambda text: text + text),
    ("broken TOML", lambda text: text + "["),
]


@pytest.mark.parametrize(("what", "spoil"), WRONG, ids=[what for what, _ in WRONG])
def test_refuses(tmp_path: Path, what: str, spoil: Callable[[str], str]) -> None:
    with pytest.raises(support.WrongEntry):
        support.load(file_of(tmp_path, spoil(GOOD)))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(support.WrongEntry):
        support.load(tmp_path / "none.toml")


def test_every_shipped_number_has_a_source_and_a_day() -> None:
    for country in support.COUNTRIES:
        for line in country.all:
            assert line.source.startswith("https://"), (country, line)
            assert line.verified <= datetime.now(UTC).date() + timedelta(days=1)


def test_eu_has_its_number() -> None:
    assert support.LINES_BY_COUNTRY["EU"].home[0].number == "116 016"


def test_check_passes_now_and_names_what_is_old(clock: Any) -> None:
    clock.set(datetime(2026, 11, 21, tzinfo=UTC))
    out = StringIO()
    call_command("check_support", stdout=out)
    assert "all checked within 180 days" in out.getvalue()
    clock.set(datetime(2027, 6, 1, tzinfo=UTC))
    with pytest.raises(CommandError, match="to check again"):
        call_command("check_support", stdout=out)
    assert "116 016" in out.getvalue()


@pytest.mark.django_db
class TestPage:
    def test_shows_the_country_picked(self, client: Client) -> None:
        html = client.get("/support/?country=GB").content.decode()
        assert 'href="tel:08082000247"' in html
        assert 'href="tel:999"' in html
        assert "press 55" in html
        assert '<option value="GB" selected>' in html

    def test_says_so_where_there_is_no_checked_number(self, client: Client) -> None:
        assert "We have no checked number" in client.get("/support/?country=NL").content.decode()

    @pytest.mark.parametrize("country", ["", "XX", "gb", "GB'--", "A" * 5000])
    def test_an_unknown_country_is_no_country(self, client: Client, country: str) -> None:
        response = client.get("/support/", {"country": country})
        assert response.status_code == 200
        assert b"tel:" not in response.content

    def test_two_countries_at_once_take_the_last(self, client: Client) -> None:
        assert b"tel:112" not in client.get("/support/?country=DE&country=FR").content

    def test_stores_nothing(self, client: Client, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(0):
            response = client.get("/support/?country=DE")
        assert not response.cookies

    def test_order_is_the_same_for_everybody(self, client: Client) -> None:
        html = client.get("/support/?country=GB").content.decode()
        places = [html.index(f'id="{part}"') for part in ("now", "home", "crisis", "mine", "here")]
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
