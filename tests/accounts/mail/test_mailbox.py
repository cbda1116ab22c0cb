"""The local mailbox: every mail of an embedded run, and nothing of it anywhere else."""

from email.message import EmailMessage
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

pytestmark = pytest.mark.django_db
HTML = '<html><body style="color:red"><p>Hello <b>there</b></p><script>alert(1)</script></body></html>'


def write(folder: Path, *, stamp: str = "20261118T203000.000000", subject: str = "Your note") -> str:
    message = EmailMessage()
    message["Subject"] = subject
    message["To"] = "mara@mail.example"
    message["Date"] = "Wed, 18 Nov 2026 20:30:00 +0000"
    message["X-Odd"] = "<b>header</b>"
    message.set_content("Hello,\n\nhttp://localhost:8000/n/abc\n<i>text</i>")
    message.add_alternative(HTML, subtype="html")
    name = f"{stamp}-{uuid4().hex}"
    (folder / f"{name}.eml").write_bytes(message.as_bytes())
    return name


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "MAILBOX_DIR", tmp_path)
    monkeypatch.setattr(settings, "EMBEDDED", True)
    monkeypatch.setattr(settings, "EMAIL_URL", "")
    return tmp_path


@pytest.fixture
def here() -> Client:
    return Client(headers={"host": "localhost"})


def test_an_empty_box_says_so(box: Path, here: Client) -> None:
    assert "No mail yet" in here.get("/mailbox/").content.decode()


def test_a_box_that_is_not_there_is_empty(box: Path, here: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MAILBOX_DIR", box / "none")
    assert here.get("/mailbox/").status_code == 200


def test_the_newest_mail_is_open(box: Path, here: Client) -> None:
    write(box, stamp="20261118T100000.000000", subject="Older")
    write(box, stamp="20261118T203000.000000", subject="Newer")
    html = here.get("/mailbox/").content.decode()
    assert '<h2 id="mb" class="lab--s">Newer</h2>' in html
    assert html.index("<b>Newer</b>") < html.index("<b>Older</b>")


def test_text_is_shown_as_text_with_its_link(box: Path, here: Client) -> None:
    html = here.get(f"/mailbox/{write(box)}/").content.decode()
    assert 'href="http://localhost:8000/n/abc"' in html
    assert "&lt;i&gt;text&lt;/i&gt;" in html


def test_headers_are_all_there(box: Path, here: Client) -> None:
    html = here.get(f"/mailbox/{write(box)}/?show=headers").content.decode()
    assert "To: mara@mail.example" in html
    assert "X-Odd: &lt;b&gt;header&lt;/b&gt;" in html


def test_html_stands_alone_and_may_run_nothing(box: Path, here: Client) -> None:
    response = here.get(f"/mailbox/{write(box)}/?show=html")
    assert "Hello <b>there</b>" in response.content.decode()
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "style-src 'unsafe-inline'" in policy
    assert "script-src" not in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["none", "..", "%2e%2e", "..%2fkeys", "a" * 500, "keys.json", ".hidden", "%5c"])
def test_other_names_find_nothing(box: Path, here: Client, name: str) -> None:
    (box.parent / "keys.eml").write_text("x")
    (box / ".hidden.eml").write_text("x")
    assert here.get(f"/mailbox/{name}/").status_code == 404


def test_broken_files_do_not_break_the_page(box: Path, here: Client) -> None:
    (box / "20261118-a.eml").write_bytes(b"\xff\xfe\x00broken")
    (box / "20261118-b.eml").write_bytes(b"Content-Type: multipart/alternative\n\nno boundary")
    (box / "20261118-c.eml").write_bytes(b"Content-Type: text/plain; charset=nonsense\nDate: never\n\nx")
    for name in ("20261118-a", "20261118-b", "20261118-c"):
        assert here.get(f"/mailbox/{name}/").status_code == 200


FROM = [
    ("another machine", {"REMOTE_ADDR": "192.168.1.7"}, True),
    ("another name for this machine", {"HTTP_HOST": "kept.example"}, True),
    ("no address at all", {"REMOTE_ADDR": ""}, True),
    ("a run with a real relay", {}, False),
]


@pytest.mark.parametrize(("what", "extra", "embedded"), FROM, ids=[what for what, _, _ in FROM])
def test_is_nowhere_else(
    box: Path, monkeypatch: pytest.MonkeyPatch, what: str, extra: dict[str, str], embedded: bool
) -> None:
    monkeypatch.setattr(settings, "EMBEDDED", embedded)
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", ["*"])
    name = write(box)
    browser = Client(**{"HTTP_HOST": "localhost", **extra})  # type: ignore[arg-type]
    for path in ("/mailbox/", f"/mailbox/{name}/", f"/mailbox/{name}/?show=html"):
        assert browser.get(path).status_code == 404, path


def test_a_local_run_with_a_relay_of_its_own_has_no_mailbox(
    box: Path, here: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "EMAIL_URL", "smtp://127.0.0.1:25")
    assert here.get("/mailbox/").status_code == 404
    assert "mailbox" not in here.get("/").content.decode()


def test_ipv6_and_mapped_addresses_of_this_machine_are_here(box: Path) -> None:
    assert Client(REMOTE_ADDR="::1", HTTP_HOST="localhost:8000").get("/mailbox/").status_code == 200
    assert Client(REMOTE_ADDR="127.0.0.1", HTTP_HOST="127.0.0.1:8000").get("/mailbox/").status_code == 200
