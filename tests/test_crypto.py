"""Personal data at rest: what comes back, what is refused, keys that change."""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.crypto import UnreadableError, Vault

OLD, NEW = os.urandom(32), os.urandom(32)


def vault(pepper: str = "pepper", **ring: bytes) -> Vault:
    made = Vault()
    made.open(ring or {"k1": OLD}, pepper)
    return made


@settings(max_examples=60)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_what_is_sealed_comes_back(text: str) -> None:
    box = vault()
    sealed = box.encrypt(text, "name")
    assert box.decrypt(sealed, "name") == text
    assert len(text) < 4 or text not in sealed


def test_equal_texts_are_sealed_differently() -> None:
    box = vault()
    assert len({box.encrypt("王芳", "name") for _ in range(20)}) == 20


def test_a_value_moved_to_another_purpose_is_refused() -> None:
    box = vault()
    sealed = box.encrypt("+8613800138000", "phone")
    with pytest.raises(UnreadableError, match="sealed for name"):
        box.decrypt(sealed, "name")


def test_any_changed_byte_is_refused() -> None:
    box = vault()
    name, _, body = box.encrypt("王芳", "name").partition(".")
    raw = urlsafe_b64decode(body)
    for place in range(len(raw)):
        changed = bytearray(raw)
        changed[place] ^= 1
        with pytest.raises(UnreadableError):
            box.decrypt(f"{name}.{urlsafe_b64encode(bytes(changed)).decode()}", "name")


@pytest.mark.parametrize(
    "damaged", ["", "k1", "k1.", "k1.AAAA", "k1.not base64!", "k1.A", "k1.王芳"]
)
def test_what_was_never_sealed_is_refused_in_the_same_way(damaged: str) -> None:
    with pytest.raises(UnreadableError):
        vault().decrypt(damaged, "name")


def test_keys_rotate_and_the_message_tells_which_one_is_missing() -> None:
    before = vault(k1=OLD)
    sealed = before.encrypt("王芳", "name")
    both = vault(k1=OLD, k2=NEW)
    assert both.decrypt(sealed, "name") == "王芳"
    newer = both.encrypt("王芳", "name")
    assert (sealed[:3], newer[:3]) == ("k1.", "k2.")
    after = vault(k2=NEW)
    assert after.decrypt(newer, "name") == "王芳"
    with pytest.raises(UnreadableError, match="under key k1"):
        after.decrypt(sealed, "name")
    with pytest.raises(UnreadableError):
        vault(k1=NEW).decrypt(sealed, "name")


def test_fingerprints_find_equal_texts_for_one_purpose_in_one_installation() -> None:
    box = vault()
    phone = box.fingerprint("+8613800138000", "phone")
    assert len(phone) == 64
    assert phone == vault(k2=NEW).fingerprint("+8613800138000", "phone"), "keys do not matter"
    others = {
        phone,
        box.fingerprint("+8613800138001", "phone"),
        box.fingerprint("+8613800138000", "member"),
        vault("salt").fingerprint("+8613800138000", "phone"),
    }
    assert len(others) == 4


def test_derived_secrets_are_bytes_of_their_own() -> None:
    box = vault()
    derived = box.derive("invitation:1", "link")
    assert len(derived) == 32
    assert derived == box.derive("invitation:1", "link")
    assert derived != box.derive("invitation:2", "link")
    assert derived.hex() != box.fingerprint("invitation:1", "link")


@settings(max_examples=40)
@given(st.binary(max_size=300))
def test_sealed_bytes_come_back_and_only_for_their_purpose(data: bytes) -> None:
    box = vault()
    sealed = box.seal(data, "photo")
    assert box.unseal(sealed, "photo") == data
    assert vault(k1=OLD, k2=NEW).unseal(sealed, "photo") == data
    for damaged in (sealed[:-1], b"k9" + sealed[2:], b"k1." + sealed[4:], b"", b"\xff.x"):
        with pytest.raises(UnreadableError, match="sealed for photo"):
            box.unseal(damaged, "photo")
    with pytest.raises(UnreadableError):
        box.unseal(sealed, "name")


NUMBERS = st.integers(0, 2**64 - 1)


@given(NUMBERS)
def test_a_permuted_number_comes_back_and_only_here(number: int) -> None:
    box = vault()
    permuted = box.permuted(number, "link")
    assert 0 <= permuted < 2**64
    assert box.restored(permuted, "link") == number
    assert box.permuted(box.restored(number, "link"), "link") == number
    others = {box.permuted(number, "code"), vault("salt").permuted(number, "link")}
    assert permuted not in others
    assert len(others) == 2


@given(NUMBERS, st.integers(0, 63))
def test_one_bit_changes_about_half_of_a_permuted_number(number: int, bit: int) -> None:
    box = vault()
    for way in (box.permuted, box.restored):
        changed = way(number, "link") ^ way(number ^ 1 << bit, "link")
        assert 8 < changed.bit_count() < 56


def test_neighbours_are_spread_as_by_chance() -> None:
    box = vault()
    numbers = [box.permuted(number << 32 | 1, "link") for number in range(4096)]
    assert len(set(numbers)) == 4096
    for bit in range(64):
        assert 1800 < sum(number >> bit & 1 for number in numbers) < 2296


@pytest.mark.parametrize("number", [-1, 2**64])
def test_only_sixty_four_bits_are_permuted(number: int) -> None:
    for way in (vault().permuted, vault().restored):
        with pytest.raises(OverflowError):
            way(number, "link")
