#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Known answers from an implementation that shares no code with ours.

Prints the Noise_IKpsk2_25519_ChaChaPoly_BLAKE2b handshake and the BLAKE2b answers that
crypto/known_answers.cc carries. Written from the Noise Protocol Framework (revision 34), RFC 7748
and RFC 8439, in plain Python; slow, not constant time, for making test data only.
"""
import hashlib
import hmac
import struct

P = 2**255 - 19


def x25519(scalar, point):
    k = int.from_bytes(scalar, "little")
    k = (k & ~7 & ~(1 << 255)) | (1 << 254)
    u = int.from_bytes(point, "little") & ((1 << 255) - 1)
    x2, z2, x3, z3, swap = 1, 0, u, 1, 0
    for t in reversed(range(255)):
        bit = (k >> t) & 1
        if swap ^ bit:
            x2, x3, z2, z3 = x3, x2, z3, z2
        swap = bit
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        aa, bb, da, cb = a * a % P, b * b % P, d * a % P, c * b % P
        e = aa - bb
        x3, z3 = pow(da + cb, 2, P), u * pow(da - cb, 2, P) % P
        x2, z2 = aa * bb % P, e * (aa + 121665 * e) % P
    if swap:
        x2, z2 = x3, z3
    return (x2 * pow(z2, P - 2, P) % P).to_bytes(32, "little")


def public(secret):
    return x25519(secret, (9).to_bytes(32, "little"))


def chacha_block(key, counter, nonce):
    state = list(struct.unpack("<16I", b"expand 32-byte k" + key + struct.pack("<I", counter) + nonce))
    s = state[:]

    def rotate(value, by):
        return ((value << by) | (value >> (32 - by))) & 0xFFFFFFFF

    def quarter(a, b, c, d):
        for x, y, z, by in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            s[x] = (s[x] + s[y]) & 0xFFFFFFFF
            s[z] = rotate(s[z] ^ s[x], by)

    for _ in range(10):
        for column in range(4):
            quarter(column, 4 + column, 8 + column, 12 + column)
        for i in range(4):
            quarter(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
    return struct.pack("<16I", *((a + b) & 0xFFFFFFFF for a, b in zip(state, s)))


def poly1305(key, message):
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    total = 0
    for i in range(0, len(message), 16):
        total = (total + int.from_bytes(message[i : i + 16] + b"\1", "little")) * r % (2**130 - 5)
    return ((total + int.from_bytes(key[16:], "little")) % 2**128).to_bytes(16, "little")


def chachapoly(key, counter, aad, plain):
    nonce = bytes(4) + struct.pack("<Q", counter)
    stream = b"".join(chacha_block(key, 1 + i, nonce) for i in range(len(plain) // 64 + 1))
    sealed = bytes(a ^ b for a, b in zip(plain, stream))

    def padded(data):
        return data + bytes(-len(data) % 16)

    lengths = struct.pack("<QQ", len(aad), len(sealed))
    one_time = chacha_block(key, 0, nonce)[:32]
    return sealed + poly1305(one_time, padded(aad) + padded(sealed) + lengths)


class Symmetric:
    def __init__(self, name):
        self.h = name.ljust(64, b"\0")
        self.ck, self.k, self.n = self.h, None, 0

    def mix_hash(self, data):
        self.h = hashlib.blake2b(self.h + data).digest()

    def hkdf(self, data, count):
        temp = hmac.new(self.ck, data, hashlib.blake2b).digest()
        out, last = [], b""
        for i in range(count):
            last = hmac.new(temp, last + bytes([i + 1]), hashlib.blake2b).digest()
            out.append(last)
        return out

    def mix_key(self, data):
        self.ck, k = self.hkdf(data, 2)
        self.k, self.n = k[:32], 0

    def mix_key_and_hash(self, data):
        self.ck, h, k = self.hkdf(data, 3)
        self.mix_hash(h)
        self.k, self.n = k[:32], 0

    def seal(self, plain):
        out = chachapoly(self.k, self.n, self.h, plain)
        self.n += 1
        self.mix_hash(out)
        return out


def handshake(prologue, si, ei, sr, er, psk, payload1, payload2):
    """Both messages, the handshake hash and the transport keys."""
    state = Symmetric(b"Noise_IKpsk2_25519_ChaChaPoly_BLAKE2b")
    state.mix_hash(prologue)
    state.mix_hash(public(sr))
    state.mix_hash(public(ei))
    state.mix_key(public(ei))
    state.mix_key(x25519(ei, public(sr)))
    first = public(ei) + state.seal(public(si))
    state.mix_key(x25519(si, public(sr)))
    first += state.seal(payload1)
    state.mix_hash(public(er))
    state.mix_key(public(er))
    state.mix_key(x25519(er, public(ei)))
    state.mix_key(x25519(er, public(si)))
    state.mix_key_and_hash(psk)
    second = public(er) + state.seal(payload2)
    return first, second, state.h, [key[:32] for key in state.hkdf(b"", 2)]


def main():
    keys = [bytes([i]) * 32 for i in (0x11, 0x22, 0x33, 0x44, 0x55)]
    si, ei, sr, er, psk = keys
    payload1, payload2 = bytes(range(48)), bytes(range(100, 148))
    prologue = b"jvpn known answer"
    first, second, transcript, transport = handshake(
        prologue, si, ei, sr, er, psk, payload1, payload2)
    print("noise key     ", b"".join(keys).hex())
    print("noise prologue", prologue.hex())
    print("noise payloads", (payload1 + payload2).hex())
    print("noise message1", first.hex())
    print("noise message2", second.hex())
    print("noise hash    ", transcript.hex())
    print("noise split   ", transport[0].hex(), transport[1].hex())
    key, label, context = bytes(range(32)), b"known answer", bytes([0xA0, 0xA1])
    print("derive        ",
          hashlib.blake2b(label + b"\0" + context, key=key, digest_size=32).hexdigest())
    print("mac           ", hashlib.blake2b(b"abc", key=key, digest_size=16).hexdigest())
    print("hash          ", hashlib.blake2b(b"abc", digest_size=32).hexdigest())


if __name__ == "__main__":
    main()
