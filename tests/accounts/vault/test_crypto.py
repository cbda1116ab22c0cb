"""The pure functions under the vault."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.vault import crypto

KEY, ROW, OWNER = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
DEK = crypto.new_key()
BOUND = crypto.additional_data(label="a.b.c", row=ROW, owner=OWNER, key=KEY)


@given(st.binary(max_size=5000))
def test_what_is_sealed_opens_again(plain: bytes) -> None:
    sealed = crypto.seal(plain, dek=DEK, key=KEY, bound_to=BOUND)
    assert crypto.unseal(sealed, dek=DEK, bound_to=BOUND) == plain
    assert crypto.key_of(sealed) == KEY


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_a_fixed_size_hides_the_length(one: bytes, other: bytes) -> None:
    lengths = {len(crypto.seal(p, dek=DEK, key=KEY, bound_to=BOUND, size=256)) for p in (one, other)}
    assert len(lengths) == 1


@given(st.integers(min_value=0, max_value=400))
def test_text_grows_in_steps_of_64(length: int) -> None:
    framed = crypto.pad(b"x" * length, size=None)
    assert len(framed) % crypto.STEP == 0
    assert len(framed) - length < crypto.STEP + 4


def test_a_value_too_large_for_its_field_is_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        crypto.pad(b"x" * 61, size=64)


def test_no_byte_can_be_altered() -> None:
    """ASVS 11.3.3."""
    sealed = crypto.seal(b"secret", dek=DEK, key=KEY, bound_to=BOUND)
    for place in range(17, len(sealed)):
        altered = bytearray(sealed)
        altered[place] ^= 1
        with pytest.raises(crypto.CannotOpen):
            crypto.unseal(bytes(altered), dek=DEK, bound_to=BOUND)


@pytest.mark.parametrize(
    "other",
    [
        crypto.additional_data(label="a.b.d", row=ROW, owner=OWNER, key=KEY),
        crypto.additional_data(label="a.b.c", row=uuid.uuid4(), owner=OWNER, key=KEY),
        crypto.additional_data(label="a.b.c", row=ROW, owner=uuid.uuid4(), key=KEY),
        crypto.additional_data(label="a.b.c", row=ROW, owner=OWNER, key=uuid.uuid4()),
    ],
    ids=["another field", "another row", "another owner", "another key"],
)
def test_a_value_opens_only_where_it_was_sealed(other: bytes) -> None:
    sealed = crypto.seal(b"secret", dek=DEK, key=KEY, bound_to=BOUND)
    with pytest.raises(crypto.CannotOpen):
        crypto.unseal(sealed, dek=DEK, bound_to=other)


@pytest.mark.parametrize("wrong", [b"", b"\x01short", b"\x02" + b"x" * 60])
def test_bytes_of_no_known_form_do_not_open(wrong: bytes) -> None:
    with pytest.raises(crypto.CannotOpen):
        crypto.key_of(wrong)


def test_a_wrapped_key_opens_only_under_its_own_key() -> None:
    kek = crypto.new_key()
    assert crypto.unwrap(crypto.wrap(DEK, kek=kek), kek=kek) == DEK
    with pytest.raises(crypto.CannotOpen):
        crypto.unwrap(crypto.wrap(DEK, kek=kek), kek=crypto.new_key())
    with pytest.raises(crypto.CannotOpen):
        crypto.unwrap(b"", kek=kek)


def test_no_nonce_comes_twice() -> None:
    """ASVS 11.3.4."""
    nonces = {crypto.seal(b"x", dek=DEK, key=KEY, bound_to=BOUND)[17:29] for _ in range(20_000)}
    assert len(nonces) == 20_000


def test_derived_keys_differ_by_purpose() -> None:
    assert crypto.derive(DEK, purpose="one") != crypto.derive(DEK, purpose="two")
    assert crypto.keyed_hash(DEK, b"a") != crypto.keyed_hash(DEK, b"b")
