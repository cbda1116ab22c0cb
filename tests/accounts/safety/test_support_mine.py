"""A country kept ready, and whether the card comes: one's own, sealed, seen by nobody else."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.access import viewer_of
from accounts.safety import wishes
from accounts.users import services
from accounts.users.models import User
from tests.cast import Cast
from tests.conftest import Moved

Browsers = Callable[..., Client]


def test_the_country_kept_is_shown_first(cast: Cast, client_of: Browsers) -> None:
    browser = client_of(cast.ana)
    assert browser.post("/you/support/", {"country": "DE", "card": "on"})["Location"] == "/you/support/"
    for path in ("/support/", "/support/own/", "/support/here/"):
        assert '<option value="DE" selected>' in browser.get(path).content.decode()
        assert '<option value="GB" selected>' in browser.get(f"{path}?country=GB").content.decode()
        assert "selected" not in browser.get(f"{path}?country=").content.decode()
        for other in (None, cast.ben, cast.theo):
            assert "selected" not in client_of(other).get(path).content.decode()
    assert '<option value="DE" selected>' in browser.get("/you/support/").content.decode()


def test_the_card_can_be_switched_off_and_on(cast: Cast, client_of: Browsers, clock: Moved) -> None:
    browser = client_of(cast.ana)

    def comes() -> bool:
        return wishes.wishes_of(viewer_of(User.objects.get(pk=cast.ana.pk), now=clock.at)).crisis_card

    assert comes()
    browser.post("/you/support/", {"country": ""})
    assert not comes()
    assert "checked" not in browser.get("/you/support/").content.decode()
    browser.post("/you/support/", {"country": "", "card": "on"})
    assert comes()


def test_other_settings_stay(cast: Cast, client_of: Browsers, clock: Moved) -> None:
    browser = client_of(cast.ana)
    browser.post("/you/", {"theme": "dark"})
    browser.post("/you/support/", {"country": "NZ"})
    browser.post("/you/", {"theme": "light", "keys": "on"})
    kept = wishes.wishes_of(viewer_of(User.objects.get(pk=cast.ana.pk), now=clock.at))
    assert (kept.theme, kept.country, kept.crisis_card, kept.exit_keys) == ("light", "NZ", False, True)


def test_a_therapist_keeps_a_country_only(cast: Cast, client_of: Browsers) -> None:
    browser = client_of(cast.theo)
    assert 'name="card"' not in browser.get("/you/support/").content.decode()
    assert browser.post("/you/support/", {"country": "GB"}).status_code == 302
    assert '<option value="GB" selected>' in browser.get("/support/").content.decode()


@pytest.mark.parametrize("country", ["XX", "gb", "x" * 5000])
def test_a_country_that_is_none_is_refused(cast: Cast, client_of: Browsers, country: str) -> None:
    browser = client_of(cast.ana)
    assert browser.post("/you/support/", {"country": country}).status_code == 422
    assert "selected" not in browser.get("/support/").content.decode()


def test_the_row_is_as_long_whatever_is_kept(cast: Cast, clock: Moved) -> None:
    viewer = viewer_of(cast.ana, now=clock.at)
    services.change_looks(viewer=viewer, theme="", exit_keys=True)
    plain = len(User.objects.get(pk=cast.ana.pk).settings)
    services.change_looks(viewer=viewer, theme="light", exit_keys=False)
    wishes.change(viewer=viewer, country="GB", crisis_card=False)
    wishes.heard_about_sharing(viewer=viewer)
    wishes.looked_in_mirror(viewer=viewer, month="2026-11")
    assert len(User.objects.get(pk=cast.ana.pk).settings) == plain


def test_nobody_keeps_nothing(clock: Moved) -> None:
    assert wishes.wishes_of(viewer_of(None, now=clock.at)) == wishes.NOBODYS
