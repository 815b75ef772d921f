# SPDX-License-Identifier: Apache-2.0
"""The primitives of docs/PROTOCOL.md, section 1."""

import hashlib
import os
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

TAG_SIZE = 16
NONCE_SIZE = 24
AES_256_GCM, CHACHA20_POLY1305 = 1, 2
SUITES = {AES_256_GCM: AESGCM, CHACHA20_POLY1305: ChaCha20Poly1305}


class Refused(Exception):
    """What the page says to drop: a bad format, seal, number or value."""


def blake2b(bits, data, key=b""):
    return hashlib.blake2b(data, digest_size=bits // 8, key=key).digest()


def derive(key, label, context=b""):
    return blake2b(256, label.encode("ascii") + b"\0" + context, key)


class KeyPair:
    """An X25519 key pair."""

    def __init__(self, secret=None):
        self.secret = os.urandom(32) if secret is None else secret
        self._key = X25519PrivateKey.from_private_bytes(self.secret)
        self.public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def shared(self, public):
        """X25519; an all-zero result is refused."""
        try:
            result = self._key.exchange(X25519PublicKey.from_public_bytes(public))
        except ValueError as error:
            raise Refused("X25519 gave all zero") from error
        if result == bytes(32):
            raise Refused("X25519 gave all zero")
        return result


def open_aead(cipher, nonce, data, aad):
    try:
        return cipher.decrypt(nonce, data, aad)
    except InvalidTag as error:
        raise Refused("the seal does not open") from error


# XChaCha20-Poly1305: draft-irtf-cfrg-xchacha-03, on RFC 8439.

def _rotate(value, bits):
    return (value << bits | value >> 32 - bits) & 0xFFFFFFFF


def _quarter_round(state, indices):
    a, b, c, d = indices
    for first, second, target, bits in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
        state[first] = (state[first] + state[second]) & 0xFFFFFFFF
        state[target] = _rotate(state[target] ^ state[first], bits)


def hchacha20(key, nonce):
    """Section 2.2 of the draft: a subkey of 32 bytes from a key and 16 bytes of nonce."""
    state = list(struct.unpack("<4I8I4I", b"expand 32-byte k" + key + nonce))
    for _ in range(10):
        for column in range(4):
            _quarter_round(state, (column, column + 4, column + 8, column + 12))
        for column in range(4):
            _quarter_round(state, (column, (column + 1) % 4 + 4, (column + 2) % 4 + 8,
                                   (column + 3) % 4 + 12))
    return struct.pack("<8I", *state[:4], *state[12:])


def _xchacha(key, nonce):
    return ChaCha20Poly1305(hchacha20(key, nonce[:16])), bytes(4) + nonce[16:]


def seal(key, nonce, aad, plain):
    cipher, inner_nonce = _xchacha(key, nonce)
    return cipher.encrypt(inner_nonce, plain, aad)


def unseal(key, nonce, aad, sealed):
    cipher, inner_nonce = _xchacha(key, nonce)
    return open_aead(cipher, inner_nonce, sealed, aad)
