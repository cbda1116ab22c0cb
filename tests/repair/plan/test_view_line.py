"""One line: its words, its wordings with who signed what when, and whether the signatures are to them."""

import re
import uuid

from accounts.access import viewer_of
from repair.plan import services, wording
from repair.plan.models import Version
from tests.repair.plan.lines import COMMITMENT, agreed, proposed, signed, suggested
from tests.repair.plan.outsiders import assert_only_partners, assert_refuses

OTHER = {**COMMITMENT, "what": "We take turns with the morning coffee"}


def test_both_read_the_same_history(cast, clock, client_of):
    line = agreed(cast.ana, cast.ben, now=clock.at)
    clock.move(hours=2)
    suggested(cast.ben, line, OTHER, now=clock.at)
    signed(cast.ana, line, now=clock.at)
    for person in (cast.ana, cast.ben):
        page = client_of(person).get(f"/lines/{line.pk}/").content.decode()
        assert "Version 2</b> · in force since 14 September" in page
        assert "no longer in force" in page
        assert "Proposed by Ben" in page
        assert "signed by Ana" in page
        assert "<del>I make </del><ins>We take turns with </ins>" in page


def test_times_are_the_readers_own(cast, clock, client_of):
    line = agreed(cast.ana, cast.ben, now=clock.at)  # 18:00 UTC: 19:00 in Lisbon, 14:00 in New York
    assert "14 Sep, 19:00" in client_of(cast.ana).get(f"/lines/{line.pk}/").content.decode()
    assert "14 Sep, 14:00" in client_of(cast.ben).get(f"/lines/{line.pk}/").content.decode()


def test_words_altered_behind_the_signatures_are_shown_as_such(cast, clock, client_of):
    line = agreed(cast.ana, cast.ben, now=clock.at)
    version = Version.objects.select_related("agreement__plan").get(agreement=line)
    wording.seal(version, {**COMMITMENT, "what": "I do everything"})
    version.save()
    for url in ("/lines/", f"/lines/{line.pk}/"):
        assert "not the words that were signed" in client_of(cast.ben).get(url).content.decode()


def test_stepping_out_puts_no_name_on_the_page(cast, clock, client_of):
    pages = {}
    for who in (cast.ana, cast.ben):
        other = agreed(cast.ana, cast.ben, now=clock.at)
        services.withdraw(viewer=viewer_of(who, now=clock.at), line=other.pk, now=clock.at)
        page = client_of(cast.ben).get(f"/lines/{other.pk}/").content.decode()
        tokens = r'name="csrfmiddlewaretoken" value="[^"]+"'
        pages[who.pk] = re.sub(tokens, "", page.replace(str(other.pk), "").split("<main")[1])
    first, second = pages.values()
    assert first == second, "whoever stepped out, the other reads the same"


def test_a_wording_of_somebody_erased_is_told_as_gone(cast, clock, client_of):
    from accounts.vault import services as vault
    from accounts.vault.models import Owner

    line = proposed(cast.ana, now=clock.at)
    vault.destroy_key(Owner.person(cast.ana.pk), now=clock.at)
    answer = client_of(cast.ben).get(f"/lines/{line.pk}/")
    assert answer.status_code == 200
    assert "Words that are gone" in answer.content.decode()


def test_who_gets_in(cast, clock, client_of):
    line = agreed(cast.ana, cast.ben, now=clock.at)
    assert_only_partners(client_of, cast, f"/lines/{line.pk}/")
    assert_refuses(client_of(cast.ana), f"/lines/{line.pk}/", "post", "put", "delete")
    assert client_of(cast.ana).get(f"/lines/{uuid.uuid4()}/").status_code == 404
    assert client_of(cast.ana).get("/lines/not-an-id/").status_code == 404
