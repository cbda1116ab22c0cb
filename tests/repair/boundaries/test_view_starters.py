"""Lines to begin from: the same page for everybody, in every state; choosing one stores nothing."""

import re

import pytest

from tests.repair.plan.outsiders import assert_refuses

URL = "/lines/starters/"


def page_of(client):
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", client.get(URL).content.decode()).split(
        "<main"
    )[1]


@pytest.mark.parametrize("name", ["sol", "ben", "cora", "rita", "eve"])
def test_it_is_the_same_page_in_every_state(cast, client_of, name):
    assert page_of(client_of(getattr(cast, name))) == page_of(client_of(cast.ana))


def test_every_starter_lays_itself_out_in_its_form(cast, client_of):
    client = client_of(cast.sol)
    forms = re.findall(r'<form action="(/lines/new/\w+/)".*?</form>', page_of(client), re.DOTALL)
    assert len(forms) == 50
    for found in re.finditer(r'<form action="(/lines/new/\w+/)"(.*?)</form>', page_of(client), re.DOTALL):
        data = dict(re.findall(r'name="(\w+)" value="([^"]*)"', found.group(2)))
        answer = client.post(found.group(1), data)
        assert answer.status_code == 200
        first = data.get("what") or data.get("when") or data["say"]
        assert first[:20] in answer.content.decode()


def test_who_gets_in(cast, client_of):
    assert client_of(cast.theo).get(URL).status_code == 404
    assert client_of(None).get(URL).status_code == 302
    assert_refuses(client_of(cast.ana), URL, "post", "put", "delete")
