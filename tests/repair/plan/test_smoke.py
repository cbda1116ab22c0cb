from tests.repair.plan.lines import agreed, proposed


def test_pages(cast, clock, client_of):
    line = agreed(cast.ana, cast.ben, now=clock.at)
    other = proposed(cast.ben, now=clock.at)
    c = client_of(cast.ana)
    for url in ["/lines/", f"/lines/{line.pk}/", f"/lines/{other.pk}/", f"/lines/{other.pk}/sign/", f"/lines/{line.pk}/suggest/", f"/lines/{line.pk}/withdraw/", "/lines/new/boundary/", "/lines/new/trigger/", "/lines/new/ritual/", "/lines/phase/", "/lines/starters/"]:
        r = c.get(url)
        assert r.status_code == 200, url
