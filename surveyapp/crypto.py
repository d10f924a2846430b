"""Personal data at rest: AES-256-GCM under a key ring, and keyed hashes for look-up."""

from __future__ import annotations

import hashlib
import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12
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

    def _digest(self, text: str, purpose: str) -> bytes:
        key = self._keys.get(purpose)
        if key is None:
            key = hashlib.sha256(purpose.encode() + b"\0" + self._pepper).digest()
            if len(self._keys) < MOST_KEYS:
                self._keys[purpose] = key
        return hmac.digest(key, text.encode(), "sha256")
