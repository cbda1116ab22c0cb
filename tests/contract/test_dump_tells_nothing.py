"""Rule 10: two stories that differ only in marks, choices and texts of equal length leave databases that differ in
nothing but sealed columns, and there not in length.
"""

import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction
from django.test import Client
from django.urls import reverse

from accounts.vault.fields import SealedField
from checkins.prompts.models import AnswerSheet
from repair.plan.models import Agreement
from tests.cast import Cast
from tests.conftest import Moved
from tests.contract.world import build_world
from tests.security import tally

ONE = {
    "marks": "1", "feeling": 0, "who": "none", "good": "nothing at all good today", "see": "me",
    "what": "We sit down at eight each day",
    "other": "Reading alone", "know": "Both of us sit", "line_who": "both",
    "name": "A hard evening", "words": "I was not well at all", "prompt": "", "entry": "One word.", "alone": "",
}  # fmt: skip
TWO = {
    "marks": "7", "feeling": 7, "who": "all", "good": "supper together was warm", "see": "both",
    "what": "I tell you when I am too late",
    "other": "Music by me..", "know": "You hear them.", "line_who": "me",
    "name": "A good evening", "words": "I felt at home again.", "prompt": "letter", "entry": "Many words. " * 400,
    "alone": "7",
}  # fmt: skip
TWO["good"] = TWO["good"].ljust(len(ONE["good"]), ".")
SAME_LENGTH = ("good", "what", "other", "know", "name", "words")


def test_the_two_stories_are_of_equal_length() -> None:
    assert [len(ONE[key]) for key in SAME_LENGTH] == [len(TWO[key]) for key in SAME_LENGTH]


def play(client: Client, world: dict[str, Any], clock: Moved, story: dict[str, Any]) -> None:
    """One evening, one marked evening, one entry of the journal (of any length), one line: through the forms, as
    a browser would."""
    prompt = world["arguments"]["prompt"]
    first = reverse("checkins:step", kwargs={"prompt": prompt, "step": 1})
    page = client.get(first)
    form = page.context["form"]
    data = {name: story["marks"] for name in form.fields if name.startswith("mark-")}
    if story["alone"]:
        data[form.alone[0].html_name] = story["alone"]
    data["feelings"] = [value for value, _ in form.fields["feelings"].choices][story["feeling"]]
    assert client.post(first, {**data, "good": story["good"]}).status_code == 302
    last = reverse("checkins:step", kwargs={"prompt": prompt, "step": 2})
    assert client.post(last, {"who": story["who"]}).status_code == 302
    assert AnswerSheet.objects.filter(prompt=prompt).exists()
    mark = {"on": clock.at.date().isoformat(), **{key: story[key] for key in ("name", "words", "see")}}
    assert client.post(reverse("checkins:mark_evening"), mark).status_code == 302
    written = {"text": story["entry"], "prompt": story["prompt"], "line": str(uuid.uuid4())}
    assert client.post(reverse("checkins:journal_write"), written).status_code == 302
    line = str(uuid.uuid4())
    body = {"what": story["what"], "own_space": story["other"], "know": story["know"], "who": story["line_who"]}
    look_again = (clock.at.date().replace(day=28)).isoformat()
    sent = client.post(
        reverse("repair:new", kwargs={"kind": "boundary"}),
        {**body, "line": line, "look_again_on": look_again, "do": "anyway"},
    )
    assert sent.status_code == 302, sent.content.decode()[-3000:]
    assert Agreement.objects.filter(pk=line).exists()


def snapshot() -> dict[str, Counter[tuple[Any, ...]]]:
    """Every table, each row: clear values; of sealed and keyed columns the length; of random ids nothing."""
    found = {}
    for model in apps.get_models():
        fields = model._meta.concrete_fields
        rows = Counter(
            tuple(_kept(field, value) for field, value in zip(fields, row, strict=True))
            for row in model._default_manager.values_list(*(f.attname for f in fields))
        )
        found[model._meta.label] = rows
    return found


def _kept(field: "models.Field[Any, Any]", value: Any) -> Any:
    if isinstance(field, models.BinaryField):
        return len(value) if value is not None else None
    if isinstance(value, uuid.UUID) or isinstance(field, models.AutoField):
        return "an id"
    if field.model._meta.label == "sessions.Session":
        return None
    return repr(value)


def differences(client: Client, world: dict[str, Any], clock: Moved) -> list[str]:
    """The tables in which the two stories differ."""
    seen = []
    for story in (ONE, TWO):
        cookies = client.cookies.copy()
        with transaction.atomic():
            play(client, world, clock, story)
            seen.append(snapshot())
            transaction.set_rollback(True)
        client.cookies = cookies
    return [
        f"{label}: {seen[0][label] - seen[1][label]} | {seen[1][label] - seen[0][label]}"
        for label in seen[0]
        if seen[0][label] != seen[1][label]
    ]


def test_a_stolen_database_tells_nothing(cast: Cast, clock: Moved, client_of: Callable[..., Client]) -> None:
    world = build_world(cast, now=clock.at)
    told = differences(client_of(cast.ana), world, clock)
    tally.add("a stolen dump", cases=len(snapshot()), found=len(told))
    assert told == []


def test_marks_of_their_own_length_would_be_noticed(
    cast: Cast, clock: Moved, client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = build_world(cast, now=clock.at)
    column = AnswerSheet._meta.get_field("marks")
    assert isinstance(column, SealedField)
    monkeypatch.setattr(column, "size", None)
    monkeypatch.setattr("accounts.vault.crypto.STEP", 1)
    told = differences(client_of(cast.ana), world, clock)
    tally.add("a stolen dump", seeded=1, caught=int(bool(told)))
    assert told != []
