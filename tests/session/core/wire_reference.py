#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Computes the expected bytes of keys_test, control_datagram_test and handshake_*_test from
docs/PROTOCOL.md and the RFCs alone, sharing no code with the implementation. Prints them."""
import hashlib
import struct


def blake2b(size, key, message):
    return hashlib.blake2b(message, digest_size=size, key=key).digest()


def derive(secret, label, context=b""):
    return blake2b(32, secret, label.encode() + b"\0" + context)


def rotate(x, n):
    return ((x << n) | (x >> (32 - n))) & 0xFFFFFFFF


def quarter_round(s, a, b, c, d):
    for n_d, n_b in ((16, 12), (8, 7)):
        s[a] = (s[a] + s[b]) & 0xFFFFFFFF
        s[d] = rotate(s[d] ^ s[a], n_d)
        s[c] = (s[c] + s[d]) & 0xFFFFFFFF
        s[b] = rotate(s[b] ^ s[c], n_b)


def chacha_rounds(state):
    columns = [(i, i + 4, i + 8, i + 12) for i in range(4)]
    diagonals = [(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4) for i in range(4)]
    mixed = list(state)
    for _ in range(10):
        for places in columns + diagonals:
            quarter_round(mixed, *places)
    return mixed


def chacha_state(key, tail):
    return list(struct.unpack("<4I", b"expand 32-byte k") + struct.unpack("<8I", key) + tail)


def chacha_block(key, nonce, counter):
    state = chacha_state(key, (counter,) + struct.unpack("<3I", nonce))
    return struct.pack("<16I", *[(x + y) & 0xFFFFFFFF for x, y in zip(state, chacha_rounds(state))])


def hchacha(key, nonce):
    mixed = chacha_rounds(chacha_state(key, struct.unpack("<4I", nonce)))
    return struct.pack("<8I", *(mixed[:4] + mixed[12:]))


def poly1305(message, key):
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    total = 0
    for i in range(0, len(message), 16):
        part = int.from_bytes(message[i : i + 16] + b"\1", "little")
        total = (total + part) * r % ((1 << 130) - 5)
    tag = (total + int.from_bytes(key[16:], "little")) & ((1 << 128) - 1)
    return tag.to_bytes(16, "little")


def seal(key, nonce, aad, plain):
    """XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03)."""
    subkey, short_nonce = hchacha(key, nonce[:16]), bytes(4) + nonce[16:]
    blocks = (len(plain) + 63) // 64
    stream = b"".join(chacha_block(subkey, short_nonce, 1 + i) for i in range(blocks))
    cipher = bytes(x ^ y for x, y in zip(plain, stream))
    padded = b"".join(x + bytes(-len(x) % 16) for x in (aad, cipher))
    lengths = struct.pack("<QQ", len(aad), len(cipher))
    return cipher + poly1305(padded + lengths, chacha_block(subkey, short_nonce, 0)[:32])


def rising(first, count):
    return bytes(range(first, first + count))


def print_keys():
    chaining_key, handshake_hash = rising(0, 64), rising(64, 64)
    traffic = derive(chaining_key, "jvpn1 traffic root", handshake_hash)
    resume = derive(chaining_key, "jvpn1 resume root", handshake_hash)
    print("traffic root", traffic.hex())
    print("resume root", resume.hex())
    for way in ("c2g", "g2c"):
        print("control", way, derive(resume, f"jvpn1 control {way}").hex())
        for epoch in (0, 0x01020304):
            context = struct.pack(">I", epoch)
            key = derive(traffic, f"jvpn1 traffic key {way}", context)
            iv = derive(traffic, f"jvpn1 traffic iv {way}", context)[:12]
            print("traffic", way, epoch, key.hex(), iv.hex())
    print("psk id", derive(rising(0, 32), "jvpn1 psk id")[:4].hex())


def print_rekeys():
    root, shared, session = rising(0, 32), rising(0x20, 32), rising(0xD0, 16)
    rekey = shared + session + struct.pack(">I", 6) + rising(0x40, 32) + rising(0x60, 32)
    print("rekeyed root", derive(root, "jvpn1 rekey", rekey).hex())
    owner = shared + session + struct.pack(">BQI", 4, 0x3132333435363738, 3)
    print("owner root", derive(root, "jvpn1 owner root", owner).hex())


def print_cookie():
    key = hashlib.blake2b(b"jvpn1 cookie" + rising(0x20, 32), digest_size=32).digest()
    nonce, mac1 = rising(0x40, 24), rising(0x10, 16)
    header = b"\x30" + rising(1, 7) + nonce
    sealed = seal(key, nonce, mac1, rising(0xC0, 16) + struct.pack(">I", 1500))
    print("COOKIE", (header + sealed).hex())
    print("mac2", blake2b(16, rising(0xC0, 16), b"before").hex())


def print_datagrams():
    mac1_key = hashlib.blake2b(b"jvpn1 mac1" + rising(0x20, 32), digest_size=32).digest()
    init = b"\x10" + rising(1, 7) + b"\xab" * (1200 - 8 - 32)
    print("mac1 of INIT", blake2b(16, mac1_key, init).hex())
    print("mac1 of 'before'", blake2b(16, mac1_key, b"before").hex())
    key, nonce, session = rising(0x80, 32), rising(0x40, 24), rising(0xD0, 16)
    header = b"\x60" + rising(1, 7) + nonce
    ack = struct.pack(">IBBHQQ", 3, 2, 16, 0, 9, 0) + session + struct.pack(">HH", 2, 10)
    print("CONTROL", (header + seal(key, nonce, header, ack)).hex())
    header = b"\x70" + rising(1, 7) + nonce + rising(0x80, 60)
    print("TICKETED", (header + seal(key, nonce, header, ack)).hex())
    header = b"\x40" + bytes(7) + nonce + struct.pack(">H", 5) + b"\xb1" * 5
    proof = struct.pack(">IBBHQQ", 1, 2, 1, 0, 1, 0) + session
    print("CONFIRM", (header + seal(key, nonce, header, proof)).hex())


print_keys()
print_rekeys()
print_cookie()
print_datagrams()
