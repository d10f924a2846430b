"""Personal data at rest: AES-256-GCM under a key ring, and keyed hashes for look-up."""

from __future__ import annotations

import hashlib
import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from hashlib import blake2s

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12
ROUNDS = range(8)
"""Of the permutation: eight, as FF3-1 of NIST SP 800-38G takes. Six are as good as chance to who
sees fewer than billions of values (Patarin 2004), four to who sees fewer than 65,000.
"""
MOST_KEYS = 64
"""Keys of look-up hashes that are remembered, by purpose."""


class UnreadableError(Exception):
    """A ciphertext whose key is missing or which was changed."""


class Vault:
    """A key ring. The last key encrypts; every key decrypts what names it."""

    def __init__(self) -> None:
        self._ciphers: dict[str, AESGCM] = {}
        self._current = ""
        self._pepper = b""
        self._keys: dict[str, bytes] = {}

    def open(self, ring: Mapping[str, bytes], pepper: str) -> None:
        """Take over `ring` (id → 32 bytes) and the secret that keys the hashes."""
        self._ciphers = {name: AESGCM(key) for name, key in ring.items()}
        self._current = list(ring)[-1]
        self._pepper = pepper.encode()
        self._keys.clear()

    def encrypt(self, text: str, purpose: str) -> str:
        """`keyid.base64(nonce + ciphertext)`, bound to `purpose`."""
        nonce = os.urandom(NONCE)
        sealed = self._ciphers[self._current].encrypt(nonce, text.encode(), purpose.encode())
        return f"{self._current}.{urlsafe_b64encode(nonce + sealed).decode()}"

    def decrypt(self, sealed: str, purpose: str) -> str:
        """The text; UnreadableError when its key is gone or it was changed or moved."""
        name, _, body = sealed.partition(".")
        try:
            raw = urlsafe_b64decode(body)
            plain = self._ciphers[name].decrypt(raw[:NONCE], raw[NONCE:], purpose.encode())
        except (KeyError, ValueError, InvalidTag) as trouble:
            raise UnreadableError(f"a value sealed for {purpose} under key {name}") from trouble
        return plain.decode()

    def seal(self, data: bytes, purpose: str) -> bytes:
        """The same for bytes: `keyid.` and then nonce and ciphertext, without base64."""
        nonce = os.urandom(NONCE)
        sealed = self._ciphers[self._current].encrypt(nonce, data, purpose.encode())
        return self._current.encode() + b"." + nonce + sealed

    def unseal(self, sealed: bytes, purpose: str) -> bytes:
        """The bytes; UnreadableError when their key is gone or they were changed or moved."""
        name, _, raw = sealed.partition(b".")
        try:
            cipher = self._ciphers[name.decode()]
            return cipher.decrypt(raw[:NONCE], raw[NONCE:], purpose.encode())
        except (KeyError, ValueError, InvalidTag) as trouble:
            raise UnreadableError(f"bytes sealed for {purpose}") from trouble

    def fingerprint(self, text: str, purpose: str) -> str:
        """Keyed SHA-256 of `text` (hex): equal texts look up equal, nobody else can compute it."""
        return self._digest(text, purpose).hex()

    def derive(self, label: str, purpose: str) -> bytes:
        """32 bytes that only this installation can derive from `label`."""
        return self._digest(label, f"derive:{purpose}")

    def permuted(self, number: int, purpose: str) -> int:
        """The number (0 to 2⁶⁴ - 1) that a secret permutation puts in the place of `number`: nobody
        else can foresee one, or go back. OverflowError outside.

        A Feistel network (Luby & Rackoff 1988) with keyed BLAKE2s (RFC 7693) as its function.
        """
        key = self._key(f"permute:{purpose}")
        left, right = _halves(number)
        for step in ROUNDS:
            left, right = right, left ^ _mixed(key, step, right)
        return left << 32 | right

    def restored(self, number: int, purpose: str) -> int:
        """The number of which `permuted` made this one."""
        key = self._key(f"permute:{purpose}")
        left, right = _halves(number)
        for step in reversed(ROUNDS):
            left, right = right ^ _mixed(key, step, left), left
        return left << 32 | right

    def _digest(self, text: str, purpose: str) -> bytes:
        return hmac.digest(self._key(purpose), text.encode(), "sha256")

    def _key(self, purpose: str) -> bytes:
        key = self._keys.get(purpose)
        if key is None:
            key = hashlib.sha256(purpose.encode() + b"\0" + self._pepper).digest()
            if len(self._keys) < MOST_KEYS:
                self._keys[purpose] = key
        return key


def _halves(number: int) -> tuple[int, int]:
    whole = number.to_bytes(8, "big")
    return int.from_bytes(whole[:4], "big"), int.from_bytes(whole[4:], "big")


def _mixed(key: bytes, step: int, half: int) -> int:
    told = (step << 32 | half).to_bytes(5, "big")
    return int.from_bytes(blake2s(told, key=key, digest_size=4).digest(), "big")
