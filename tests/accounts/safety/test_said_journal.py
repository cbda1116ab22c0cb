"""The card with numbers in the journal: it belongs to each save of hard words, and to nothing else there."""

import logging
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from checkins.journal.models import JournalEntry
from tests.accounts.safety.test_said import HARD, PLAIN, Browsers, everything, shows_card
from tests.cast import Cast


class TestJournal:
    def entry(self, browser: Client, text: str) -> uuid.UUID:
        ident = uuid.uuid4()
        browser.post(reverse("checkins:journal_write"), {"text": text, "line": str(ident)})
        return ident

    @pytest.mark.parametrize("where", ["before it", "at the end of a long one", "over two lines"])
    def test_hard_words_anywhere_in_an_entry_bring_it_up(
        self, cast: Cast, client_of: Browsers, where: str
    ) -> None:
        text = {
            "before it": f"{HARD}. Else a day like others.",
            "at the end of a long one": "A day like others. " * 300 + HARD,
            "over two lines": "I want to\r\nkill myself",
        }[where]
        answer = client_of(cast.ana).post(
            reverse("checkins:journal_write"), {"text": text, "line": str(uuid.uuid4())}
        )
        assert shows_card(answer)
        assert JournalEntry.objects.count() == 1

    def test_an_entry_that_was_not_kept_brings_none_and_kept_then_it_does(
        self, cast: Cast, client_of: Browsers
    ) -> None:
        """Changed in another window meanwhile: the answer is the form with every word, then the card."""
        browser = client_of(cast.ana)
        ident, address = self.entry(browser, PLAIN), reverse("checkins:journal_write")
        refused = browser.post(address, {"text": HARD, "line": str(ident), "seen": ""})
        assert (refused.status_code, shows_card(refused)) == (409, False)
        seen = refused.context["form"]["seen"].value()
        assert shows_card(browser.post(address, {"text": HARD, "line": str(ident), "seen": seen}))

    def test_reading_throwing_away_and_an_excerpt_bring_none(self, cast: Cast, client_of: Browsers) -> None:
        browser = client_of(cast.ana)
        ident = self.entry(browser, HARD)
        for name in ("entry", "change", "excerpt", "file"):
            assert not shows_card(browser.get(reverse(f"checkins:journal_{name}", args=[ident])))
        laid_out = browser.post(reverse("checkins:topic_new"), {"text": HARD, "do": "begin"})
        assert (laid_out.status_code, shows_card(laid_out)) == (200, False)
        kept = browser.post(reverse("checkins:topic_new"), {"text": HARD, "do": "keep"})
        assert shows_card(kept), "as a topic it is kept, and that is a save"
        for name in ("throw", "back"):
            assert not shows_card(browser.post(reverse(f"checkins:journal_{name}", args=[ident]), follow=True))

    @pytest.mark.parametrize("found", [True, False], ids=["found", "not found"])
    def test_looking_for_hard_words_names_the_numbers_and_stores_nothing(
        self, cast: Cast, client_of: Browsers, caplog: pytest.LogCaptureFixture, found: bool
    ) -> None:
        browser = client_of(cast.ana)
        if found:
            self.entry(browser, f"{HARD} {PLAIN}")
        browser.get("/today/")
        before, offer = everything(), "you can talk to someone now"
        caplog.set_level(logging.DEBUG)
        pages = {text: browser.post(reverse("checkins:journal_find"), {"words": text}) for text in (HARD, PLAIN)}
        assert {text: offer in page.content.decode() for text, page in pages.items()} == {HARD: True, PLAIN: False}
        assert not any(shows_card(page) for page in pages.values()), "what was looked for is answered"
        assert everything() == before
        assert "kill" not in "".join(
            record.getMessage() for record in caplog.records if record.name != "django.db.backends"
        )
        browser.post("/you/support/", {"country": "GB"})
        switched_off = browser.post(reverse("checkins:journal_find"), {"words": HARD})
        assert offer not in switched_off.content.decode()
