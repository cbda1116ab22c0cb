"""The short form of `python -m benchmarks.mail`, with a wide margin: this machine may be doing much else."""

import pytest

from benchmarks import measure, sink
from tests import needs


@pytest.mark.services
@pytest.mark.slow
def test_mail_through_two_processes_keeps_up() -> None:
    needs.postgres()
    needs.redis()
    found = measure.run_apart("benchmarks.mail", "--short", "--json")
    assert (found["duplicates"], found["lost"]) == (0, 0)
    assert found["mail_vs_one_per_task"] >= 1.5
    assert found["mail_vs_reuse_loop"] >= 0.1, "the other half of the suite is using the same two cores"
    assert found["mails"] > 800, "notes of couples that rest or stopped the mail are not owed, most are"


@pytest.mark.pure
def test_the_sink_counts_copies() -> None:
    import smtplib

    with sink.running() as relay, smtplib.SMTP("127.0.0.1", relay.port) as client:
        for ident in ("a", "b", "a"):
            client.sendmail(
                "x@mail.example", ["y@mail.example"], f"Message-ID: <{ident}@mail.example>\r\n\r\nHello"
            )
        assert relay.took() == sink.Took(messages=3, different=2, most_of_one=2)
        relay.forget()
        assert relay.took().messages == 0
