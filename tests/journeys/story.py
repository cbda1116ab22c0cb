"""The acts of the story that the journeys play."""

import re
from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Browser

from tests.journeys.sites import Site
from tests.journeys.visitor import Looked, Visitor, link_in


class Story:
    """Mara in Lisbon, Jonas in New York, Dr Okafor in Lisbon."""

    def __init__(self, site: Site, browser: Browser) -> None:
        self.site = site
        self.looked = Looked()
        self.mara = Visitor(site, browser, self.looked, name="Mara", zone="Europe/Lisbon")
        self.jonas = Visitor(site, browser, self.looked, name="Jonas", zone="America/New_York")
        self.okafor = Visitor(site, browser, self.looked, name="Okafor", zone="Europe/Lisbon")

    def acts(self) -> list[Callable[[], None]]:
        """The whole story in order."""
        return [self.two_people_make_accounts, self.they_link]

    def two_people_make_accounts(self) -> None:
        """Mara begins alone and asks Jonas in; he makes his own account from her mail."""
        mara, jonas = self.mara, self.jonas
        mara.go("/")
        mara.sign_up()
        mara.arrive()
        mara.go("/today/")
        mara.go("/together/")
        mara.page.fill("[name=to]", jonas.address)
        mara.press(re.compile("Show me"))
        mara.press(re.compile("Send this mail"))
        jonas.go(link_in(jonas.mail(), "i"))
        jonas.press("Accept")
        jonas.sign_up(start=jonas.path if "sign-up" in jonas.path else "/sign-up/")
        jonas.arrive()

    def they_link(self) -> None:
        """He says yes, she confirms, a day passes."""
        mara, jonas = self.mara, self.jonas
        jonas.go("/i/")
        jonas.press("Accept")
        mara.go("/today/")
        mara.open("/together/confirm/")
        mara.press(re.compile("Yes, this is"))
        jonas.go("/today/")
        assert "tomorrow" in jonas.text.lower() or "24" in jonas.text
        self.site.move_to(self.site.now + timedelta(hours=24, minutes=5))
