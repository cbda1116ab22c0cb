"""The frame around every page."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.vault import services as vault
from tests.cast import Cast

pytestmark = pytest.mark.django_db
Browsers = Callable[..., Client]


def test_frame_of_nobody_has_exits_and_no_tabs(client: Client) -> None:
    html = client.get("/").content.decode()
    assert html.startswith("<!doctype html>")
    assert html.count("data-exit ") == 2
    assert 'class="tabs"' not in html
    assert "data-theme" not in html
