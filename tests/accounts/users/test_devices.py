"""Where one is signed in, and signing out everywhere else."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from accounts.users.sessions import device
from tests.accounts.users.helpers import sign_in
from tests.cast import Cast


def test_it_lists_this_device_and_the_others_without_addresses(cast: Cast) -> None:
    """ASVS 7.5.2."""
    here, there = sign_in(cast.ana), sign_in(cast.ana)
    page = here.get("/you/devices/").content.decode()
    assert page.count("Firefox, Linux") == 2
    assert "This device" in page
    assert "127.0.0.1" not in page
    assert set(UserSession.objects.values_list("ip", flat=True)) == {"0.0.0.0"}
    assert there.get("/you/devices/").status_code == 200


def test_the_others_end_and_this_one_stays(cast: Cast) -> None:
    """ASVS 7.4.3."""
    here, there = sign_in(cast.ana), sign_in(cast.ana)
    stranger = sign_in(cast.ben)
    assert here.post("/you/devices/").status_code == 302
    assert here.get("/you/").status_code == 200
    assert there.get("/you/").status_code == 302
    assert stranger.get("/you/").status_code == 200


def test_it_needs_no_fresh_proof(cast: Cast) -> None:
    """Ending a session must be quick."""
    assert sign_in(cast.ana).get("/you/devices/").status_code == 200


def test_looking_changes_nothing_even_where_a_session_is_gone(cast: Cast) -> None:
    here, there = sign_in(cast.ana), sign_in(cast.ana)
    Session.objects.filter(pk=there.session.session_key).delete()
    before = list(UserSession.objects.order_by("pk").values())
    page = here.get("/you/devices/").content.decode()
    assert page.count("Firefox, Linux") == 1
    assert list(UserSession.objects.order_by("pk").values()) == before


def test_another_persons_devices_are_not_there(cast: Cast) -> None:
    sign_in(cast.ben)
    assert sign_in(cast.ana).get("/you/devices/").content.decode().count("Firefox, Linux") == 1


def test_a_browser_is_known_by_its_kind_alone() -> None:
    chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"
    assert device(chrome) == "Chrome, Windows"
    assert device(phone) == "Safari, iPhone"
    assert device("<script>alert(1)</script>") == ""
