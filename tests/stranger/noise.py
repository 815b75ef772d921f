# SPDX-License-Identifier: Apache-2.0
"""Noise_IKpsk2_25519_ChaChaPoly_BLAKE2b (revision 34): both messages, either role.

    <- s
    ...
    -> e, es, s, ss
    <- e, ee, se, psk
"""

import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from primitives import KeyPair, Refused, blake2b, open_aead

NAME = b"Noise_IKpsk2_25519_ChaChaPoly_BLAKE2b"
PROLOGUE = b"jumping-vpn/1"
PUBLIC_SIZE = 32
SEALED_KEY_SIZE = 48


def _hmac(key, data):
    return hmac.new(key, data, hashlib.blake2b).digest()


def _hkdf(chaining_key, material, count):
    secret = _hmac(chaining_key, material)
    outputs, last = [], b""
    for number in range(1, count + 1):
        last = _hmac(secret, last + bytes([number]))
        outputs.append(last)
    return outputs


class SymmetricState:
    def __init__(self):
        self.hash = self.chaining_key = NAME.ljust(64, b"\0")
        self.key, self.nonce = None, 0

    def mix_hash(self, data):
        self.hash = blake2b(512, self.hash + data)

    def _start_key(self, key):
        self.key, self.nonce = key[:32], 0

    def mix_key(self, material):
        self.chaining_key, key = _hkdf(self.chaining_key, material, 2)
        self._start_key(key)

    def mix_key_and_hash(self, material):
        self.chaining_key, mixed, key = _hkdf(self.chaining_key, material, 3)
        self.mix_hash(mixed)
        self._start_key(key)

    def _cipher(self):
        nonce = bytes(4) + self.nonce.to_bytes(8, "little")
        self.nonce += 1
        return ChaCha20Poly1305(self.key), nonce

    def encrypt_and_hash(self, plain):
        cipher, nonce = self._cipher()
        sealed = cipher.encrypt(nonce, plain, self.hash)
        self.mix_hash(sealed)
        return sealed

    def decrypt_and_hash(self, sealed):
        cipher, nonce = self._cipher()
        plain = open_aead(cipher, nonce, sealed, self.hash)
        self.mix_hash(sealed)
        return plain


class _Party(SymmetricState):
    def __init__(self, static, psk, ephemeral, responder_public):
        super().__init__()
        self.static, self.psk = static, psk
        self.ephemeral = ephemeral or KeyPair()
        self.mix_hash(PROLOGUE)
        self.mix_hash(responder_public)

    def _mix_ephemeral(self, public):
        """The e token; in a handshake with a PSK it is mixed into the key too."""
        self.mix_hash(public)
        self.mix_key(public)


class Initiator(_Party):
    """The client."""

    def __init__(self, static, gateway_public, psk=bytes(32), ephemeral=None):
        super().__init__(static, psk, ephemeral, gateway_public)
        self.gateway_public = gateway_public

    def write_first(self, payload):
        self._mix_ephemeral(self.ephemeral.public)
        self.mix_key(self.ephemeral.shared(self.gateway_public))
        static = self.encrypt_and_hash(self.static.public)
        self.mix_key(self.static.shared(self.gateway_public))
        return self.ephemeral.public + static + self.encrypt_and_hash(payload)

    def read_second(self, message):
        """The payload; afterwards chaining_key and hash are the final ones. Call it on a copy."""
        if len(message) < PUBLIC_SIZE:
            raise Refused("Noise message 2 is too short")
        public = message[:PUBLIC_SIZE]
        self._mix_ephemeral(public)
        self.mix_key(self.ephemeral.shared(public))
        self.mix_key(self.static.shared(public))
        self.mix_key_and_hash(self.psk)
        return self.decrypt_and_hash(message[PUBLIC_SIZE:])


class Responder(_Party):
    """The gateway, as the worked examples need it."""

    def __init__(self, static, psk=bytes(32), ephemeral=None):
        super().__init__(static, psk, ephemeral, static.public)

    def read_first(self, message):
        self.their_ephemeral = message[:PUBLIC_SIZE]
        self._mix_ephemeral(self.their_ephemeral)
        self.mix_key(self.static.shared(self.their_ephemeral))
        self.their_static = self.decrypt_and_hash(
            message[PUBLIC_SIZE:PUBLIC_SIZE + SEALED_KEY_SIZE])
        self.mix_key(self.static.shared(self.their_static))
        return self.decrypt_and_hash(message[PUBLIC_SIZE + SEALED_KEY_SIZE:])

    def write_second(self, payload):
        self._mix_ephemeral(self.ephemeral.public)
        self.mix_key(self.ephemeral.shared(self.their_ephemeral))
        self.mix_key(self.ephemeral.shared(self.their_static))
        self.mix_key_and_hash(self.psk)
        return self.ephemeral.public + self.encrypt_and_hash(payload)
