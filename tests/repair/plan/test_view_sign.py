"""Reading a proposal whole, and signing exactly these words."""

import re
import uuid

import pytest

from accounts.access import viewer_of
from repair.plan import services
from repair.plan.models import Signature, Version
from repair.plan.queries import LineState, line_read
from tests.repair.plan.lines import COMMITMENT, agreed, open_version, proposed, signed, suggested
from tests.repair.plan.outsiders import assert_only_partners, assert_refuses

OTHER = {**COMMITMENT, "what": "We take turns with the morning coffee"}


def form_on(client, line):
    """What the sign page would send."""
    page = client.get(f"/lines/{line.pk}/sign/").content.decode()
    return dict(re.findall(r'name="(version|mac)" value="([^"]+)"', page))


def state(cast, clock, line):
    return line_read(viewer_of(cast.ana, now=clock.at), line.pk)[0].state


def test_the_whole_line_is_read_and_signed(cast, clock, client_of):
    line = proposed(cast.ana, now=clock.at, note="For mornings.")
    client = client_of(cast.ben)
    page = client.get(f"/lines/{line.pk}/sign/").content.decode()
    for words in (
        "Ana proposes a line",
        "I make the morning coffee",
        "The cups are on the table.",
        "For mornings.",
    ):
        assert words in page
    data = form_on(client, line)
    for _ in range(2):
        assert client.post(f"/lines/{line.pk}/sign/", data).url == f"/lines/{line.pk}/"
    assert state(cast, clock, line) is LineState.AGREED
    assert Signature.objects.filter(version__agreement=line).count() == 2


def test_other_words_are_shown_against_the_ones_in_force(cast, clock, client_of):
    line = agreed(cast.ana, cast.ben, now=clock.at)
    suggested(cast.ana, line, OTHER, now=clock.at)
    page = client_of(cast.ben).get(f"/lines/{line.pk}/sign/").content.decode()
    assert "Ana proposes other words" in page
    assert "<del>I make </del><ins>We take turns with </ins>" in page


def test_an_end_is_signed_like_any_wording(cast, clock, client_of):
    line = agreed(cast.ana, cast.ben, now=clock.at)
    client_of(cast.ana).post(f"/lines/{line.pk}/end/", {"seen": "1"})
    client = client_of(cast.ben)
    assert "Ana proposes to end a line" in client.get(f"/lines/{line.pk}/sign/").content.decode()
    client.post(f"/lines/{line.pk}/sign/", form_on(client, line))
    assert state(cast, clock, line) is LineState.ENDED


def test_without_anything_to_sign_one_is_led_to_the_line(cast, clock, client_of):
    mine = proposed(cast.ana, now=clock.at)
    done = agreed(cast.ana, cast.ben, now=clock.at)
    for line in (mine, done):
        assert client_of(cast.ana).get(f"/lines/{line.pk}/sign/").url == f"/lines/{line.pk}/"


def test_a_page_out_of_date_gets_409_and_shows_what_is_true_now(cast, clock, client_of):
    line = proposed(cast.ana, now=clock.at)
    client = client_of(cast.ben)
    data = form_on(client, line)
    suggested(cast.ana, line, OTHER, now=clock.at)
    answer = client.post(f"/lines/{line.pk}/sign/", data)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "no longer open to sign" in page
    assert "We take turns with the morning coffee" in page
    assert state(cast, clock, line) is LineState.PROPOSED


def test_words_changed_under_the_same_version_are_not_signed(cast, clock, client_of):
    line = proposed(cast.ana, now=clock.at)
    client = client_of(cast.ben)
    data = {**form_on(client, line), "mac": "0" * 64}
    assert client.post(f"/lines/{line.pk}/sign/", data).status_code == 409
    assert state(cast, clock, line) is LineState.PROPOSED


def test_taken_back_meanwhile(cast, clock, client_of):
    line = proposed(cast.ana, now=clock.at)
    client = client_of(cast.ben)
    data = form_on(client, line)
    version = open_version(line)
    services.take_back(viewer=viewer_of(cast.ana, now=clock.at), line=line.pk, version=version.pk, now=clock.at)
    assert client.post(f"/lines/{line.pk}/sign/", data).status_code == 409


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"version": "x", "mac": "y"},
        {"version": str(uuid.uuid4()), "mac": "0" * 63},
        {"version": str(uuid.uuid4()), "mac": "0" * 65 + "\n"},
        {"version": "9" * 500, "mac": "ü" * 64},
    ],
)
def test_bad_input_gets_422(cast, clock, client_of, data):
    line = proposed(cast.ana, now=clock.at)
    assert client_of(cast.ben).post(f"/lines/{line.pk}/sign/", data).status_code == 422


def test_a_version_of_another_line_is_not_found(cast, clock, client_of):
    line, other = proposed(cast.ana, now=clock.at), proposed(cast.ana, now=clock.at)
    client = client_of(cast.ben)
    assert client.post(f"/lines/{line.pk}/sign/", form_on(client, other)).status_code == 404
    assert not Version.objects.exclude(both_signed_at=None).exists()


def test_after_a_signature_the_author_cannot_take_it_back(cast, clock, client_of):
    line = proposed(cast.ana, now=clock.at)
    version = signed(cast.ben, line, now=clock.at)
    answer = client_of(cast.ana).post(f"/lines/{line.pk}/take-back/", {"version": version.pk})
    assert answer.status_code == 409


def test_who_gets_in(cast, clock, client_of):
    line = proposed(cast.ana, now=clock.at)
    url = f"/lines/{line.pk}/sign/"
    assert_only_partners(client_of, cast, url)
    assert_only_partners(client_of, cast, url, method="post")
    assert_refuses(client_of(cast.ben), url, "put", "delete")
    assert state(cast, clock, line) is LineState.PROPOSED
