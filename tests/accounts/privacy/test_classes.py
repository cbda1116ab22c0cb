"""Every column of every model says how sensitive it is, and is kept accordingly."""

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from accounts.privacy.classes import Sensitivity, declared
from accounts.vault.fields import SealedField

TEXT = (models.CharField, models.TextField, models.JSONField, models.BinaryField)
BEARS_OUT = {
    Sensitivity.LINK: (models.ForeignKey, models.UUIDField),
    Sensitivity.ID: (models.AutoField, models.BigAutoField, models.UUIDField),
    Sensitivity.TIME: (models.DateField, models.DateTimeField, models.TimeField),
    Sensitivity.HASH: (models.BinaryField, models.CharField),
    Sensitivity.CONTACT: (models.EmailField,),
}
# Free text that is not sealed. Each is a decision; the list does not grow by itself.
IN_CLEAR = {
    "accounts.CacheRow.value": "counts of tries, for rate limits",
    "accounts.Profile.emergency_plan": "a therapist's public profile",
    "sessions.Session.session_data": "signed; holds ids, hours and messages of the site",
    "mfa.Authenticator.data": "allauth's",
    "usersessions.UserSession.data": "allauth's, empty",
    "usersessions.UserSession.user_agent": "cut to the kind of browser and device",
}


def _models() -> dict[str, type[models.Model]]:
    return {m._meta.label: m for m in apps.get_models(include_auto_created=True) if m.__module__[:6] != "tests."}


def _columns(model: type[models.Model]) -> dict[str, Any]:
    return {field.name: field for field in model._meta.concrete_fields}


def undeclared(found: dict[str, type[models.Model]], table: dict[str, dict[str, list[Sensitivity]]]) -> list[str]:
    """What is wrong between models and table: columns without a class or with two, and names of nothing."""
    wrong = [f"{label}: no such model" for label in table.keys() - found.keys()]
    for label, model in found.items():
        said, there = table.get(label, {}), _columns(model)
        wrong += [
            f"{label}.{name}: {len(said.get(name, []))} classes" for name in there if len(said.get(name, [])) != 1
        ]
        wrong += [f"{label}.{name}: no such column" for name in said.keys() - there.keys()]
    return sorted(wrong)


def test_every_column_has_exactly_one_class() -> None:
    """ASVS 14.1.1."""
    assert undeclared(_models(), declared()) == []


def test_a_column_that_nobody_declared_is_found() -> None:
    """Seeded: a column is left out, one is declared twice, one is not there."""
    table = declared()
    del table["checkins.AnswerSheet"]["marks"]
    table["accounts.User"]["email"].append(Sensitivity.SITE)
    table["accounts.User"]["nickname"] = [Sensitivity.SITE]
    assert undeclared(_models(), table) == [
        "accounts.User.email: 2 classes", "accounts.User.nickname: no such column",
        "checkins.AnswerSheet.marks: 0 classes",
    ]  # fmt: skip


CASES = [(label, name, *kinds) for label, columns in declared().items() for name, kinds in columns.items()]


@pytest.mark.parametrize(("label", "name", "kind"), CASES, ids=[f"{c[0]}.{c[1]}" for c in CASES])
def test_the_column_bears_its_class_out(label: str, name: str, kind: Sensitivity) -> None:
    """Sealed is what is sealed, and nothing else may be called so; text in clear is short, chosen from a list, or
    decided by name."""
    field = _columns(_models()[label])[name]
    assert isinstance(field, SealedField) == (kind is Sensitivity.SEALED)
    assert isinstance(field, BEARS_OUT.get(kind, models.Field))
    if isinstance(field, TEXT) and kind not in {Sensitivity.SEALED, Sensitivity.HASH}:
        short = field.max_length is not None and field.max_length <= 255
        listed = bool(getattr(field, "choices", None)) or (field.max_length or 999) <= 40
        decided = f"{label}.{name}" in IN_CLEAR
        binary = isinstance(field, models.BinaryField) and kind is Sensitivity.SECRET
        assert decided or binary or (listed if kind is Sensitivity.STATE else short)


def test_free_text_in_clear_is_still_what_was_decided() -> None:
    assert {f"{label}.{name}" for label, name, *_ in CASES} >= set(IN_CLEAR)
