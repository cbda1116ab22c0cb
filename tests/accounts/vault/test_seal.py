"""Sealing and opening."""

from typing import Any

import pytest
from django.apps import apps
from django.http import Http404

from accounts.access import viewer_of
from accounts.users.models import User
from accounts.vault import services as vault
from accounts.vault.crypto import CannotOpen
from accounts.vault.fields import SealedField
from accounts.vault.models import DataKey, SealedModel
from tests.cast import Cast


def test_a_name_opens_for_its_owner_and_for_nobody_else(cast: Cast) -> None:
    mine = viewer_of(cast.ana, now=cast.ana.date_joined)
    theirs = viewer_of(cast.ben, now=cast.ana.date_joined)
    assert vault.open(mine, cast.ana, "name") == "Ana"
    with pytest.raises(Http404):
        vault.open(theirs, cast.ana, "name")


def test_text_cannot_be_assigned(cast: Cast) -> None:
    with pytest.raises(TypeError, match="sealed bytes only"):
        cast.ana.name = "Ana"


def test_sealed_bytes_do_not_open_in_another_row(cast: Cast) -> None:
    cast.ben.name = cast.ana.name
    with pytest.raises(CannotOpen):
        vault.open(viewer_of(cast.ben, now=cast.ben.date_joined), cast.ben, "name")


def test_a_destroyed_key_is_gone_with_the_next_request(cast: Cast) -> None:
    vault.destroy_key(vault.Owner.person(cast.ana.pk), now=cast.ana.date_joined)
    with pytest.raises(CannotOpen):
        vault.open(viewer_of(cast.ana, now=cast.ana.date_joined), cast.ana, "name")


def test_a_value_opens_to_none_where_nothing_was_sealed(cast: Cast) -> None:
    cast.ana.name = b""
    assert vault.open(viewer_of(cast.ana, now=cast.ana.date_joined), cast.ana, "name") is None


def test_words_of_somebody_erased_open_to_a_stand_in(cast: Cast) -> None:
    viewer = viewer_of(cast.ana, now=cast.ana.date_joined)
    assert vault.open_or(viewer, cast.ana, "name", gone="…") == "Ana"
    vault.destroy_key(vault.Owner.person(cast.ana.pk), now=cast.ana.date_joined)
    later = viewer_of(cast.ana, now=cast.ana.date_joined)
    assert vault.open_or(later, cast.ana, "name", gone="…") == "…"


def test_nothing_new_is_sealed_for_somebody_erased(cast: Cast) -> None:
    vault.destroy_key(vault.Owner.person(cast.ana.pk), now=cast.ana.date_joined)
    with pytest.raises(CannotOpen):
        vault.seal(cast.ana, "name", "Ana")


def test_only_sealed_fields_are_sealed(cast: Cast) -> None:
    with pytest.raises(TypeError, match="not a sealed field"):
        vault.seal(cast.ana, "email", "x")


def test_one_query_fetches_the_keys_of_many(cast: Cast, django_assert_num_queries: Any) -> None:
    viewer = viewer_of(cast.ana, now=cast.ana.date_joined)
    with django_assert_num_queries(1):
        vault.preload(viewer.keys, owners=[cast.ana.pk, cast.ben.pk])
        assert vault.open(viewer, cast.ana, "name") == "Ana"


def test_a_key_under_an_unknown_key_encryption_key_stays_shut(cast: Cast) -> None:
    DataKey.objects.filter(owner_id=cast.ana.pk).update(kek="k9")
    with pytest.raises(CannotOpen):
        vault.open(viewer_of(cast.ana, now=cast.ana.date_joined), cast.ana, "name")


def test_a_sealed_field_says_in_its_migration_what_it_is() -> None:
    kwargs = User._meta.get_field("settings").deconstruct()[3]
    assert (kwargs["label"], kwargs["size"]) == ("users.user.settings", 512)
    assert "size" not in User._meta.get_field("name").deconstruct()[3]


def test_text_cannot_reach_the_column_by_an_update_either(cast: Cast) -> None:
    with pytest.raises(TypeError, match="sealed bytes only"):
        User.objects.filter(pk=cast.ana.pk).update(name="Ana")


def test_a_deferred_sealed_field_is_fetched_when_asked_for(cast: Cast) -> None:
    person = User.objects.defer("name").get(pk=cast.ana.pk)
    assert vault.open(viewer_of(cast.ana, now=cast.ana.date_joined), person, "name") == "Ana"
    assert User.name is not None


def test_the_base_model_opens_for_nobody_by_itself(cast: Cast) -> None:
    with pytest.raises(NotImplementedError):
        SealedModel.may_open(cast.ana, viewer_of(None, now=cast.ana.date_joined), "name")
    with pytest.raises(NotImplementedError):
        SealedModel.seal_owner(cast.ana, "name")
    assert str(DataKey.objects.get(owner_id=cast.ana.pk)) == "key of a person"


def test_every_sealed_field_has_a_label_of_its_own() -> None:
    labels = [
        field.label
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, SealedField)
    ]
    assert all(labels)
    assert len(set(labels)) == len(labels)
