# SPDX-License-Identifier: Apache-2.0
"""Datagrams and handshake payloads: docs/PROTOCOL.md, sections 2, 3 and 5."""

import os

from layout import U1, U2, U4, U8, Bytes, Layout, Zero
from policy import POLICY
from primitives import NONCE_SIZE, TAG_SIZE, Refused, blake2b, derive, seal, unseal

INIT, ACK, COOKIE, CONFIRM, DATA, CONTROL, TICKETED = range(1, 8)
VERSION = 1
MAX_SIZE = INIT_SIZE = 1200
COOKIE_SIZE = 68
ATTEMPT_SIZE = RECEIVER_SIZE = 7
TICKET_SIZE = 60
MAC_SIZE = 16
DATA_HEADER_SIZE = 16
CONTROL_HEADER_SIZE = 32

INIT_PAYLOAD = Layout(
    ("version_count", U1), ("versions", Bytes(4)), ("suite_count", U1), ("suites", Bytes(8)),
    ("capabilities", U4), ("tag", Bytes(RECEIVER_SIZE)), ("psk_id", Bytes(4)),
    ("session", Bytes(16)), ("wanted_heartbeat_ms", U4), ("zero", Zero(1015)))

ACK_PAYLOAD = Layout(
    ("version", U1), ("suite", U1), ("capabilities", U4), ("session", Bytes(16)),
    ("live_session", Bytes(16)), ("inner4", Bytes(16)), ("inner6", Bytes(16)),
    ("tunnel_mtu", U2), ("policy_major", U2), ("policy_minor", U2), ("policy", Bytes(POLICY.size)))

COOKIE_PLAIN = Layout(("cookie", Bytes(16)), ("retry_after_ms", U4))

HEARTBEAT = Layout(
    ("what", U1), ("path", U1), ("stretch", U1), ("zero", Zero(1)), ("nonce", Bytes(8)),
    ("echo", Bytes(8)), ("sent", U8), ("received", U8), ("version", U8), ("padding", Zero(84)))
ASK, REPLY = 1, 2


def kind_of(datagram):
    return datagram[0] >> 4 if datagram else 0


def counter_of(data):
    """Of a DATA datagram."""
    return int.from_bytes(data[8:DATA_HEADER_SIZE], "big")


def mac1_key(gateway_public):
    return blake2b(256, b"jvpn1 mac1" + gateway_public)


def cookie_key(gateway_public):
    return blake2b(256, b"jvpn1 cookie" + gateway_public)


def psk_id(psk):
    if not any(psk):
        return bytes(4)
    first = derive(psk, "jvpn1 psk id")[:4]
    return first if any(first) else b"\0\0\0\1"


def init_payload(tag, psk, suites=(1, 2), session=bytes(16), **changes):
    """changes: any other field of INIT_PAYLOAD."""
    values = {"version_count": 1, "versions": bytes([VERSION, 0, 0, 0]),
              "suite_count": len(suites), "suites": bytes(suites).ljust(8, b"\0"),
              "capabilities": 0, "tag": tag, "psk_id": psk_id(psk), "session": session,
              "wanted_heartbeat_ms": 0, **changes}
    return INIT_PAYLOAD.pack(values)


def init(attempt, noise_first, gateway_public, cookie=None):
    body = bytes([INIT << 4]) + attempt + noise_first
    body += blake2b(128, body, mac1_key(gateway_public))
    mac2 = bytes(MAC_SIZE) if cookie is None else blake2b(128, body, cookie)
    assert len(body + mac2) == INIT_SIZE
    return body + mac2


def mac1_of(init_datagram):
    return init_datagram[-2 * MAC_SIZE:-MAC_SIZE]


def with_cookie(init_datagram, cookie):
    body = init_datagram[:-MAC_SIZE]
    return body + blake2b(128, body, cookie)


def make_cookie(init_datagram, gateway_public, plain, nonce):
    sealed = seal(cookie_key(gateway_public), nonce, mac1_of(init_datagram), plain)
    return bytes([COOKIE << 4]) + init_datagram[1:8] + nonce + sealed


def open_cookie(datagram, init_datagram, gateway_public):
    """{cookie, retry_after_ms} of a COOKIE that answers this INIT."""
    if len(datagram) != COOKIE_SIZE or datagram[0] != COOKIE << 4 \
            or datagram[1:8] != init_datagram[1:8]:
        raise Refused("no COOKIE for this INIT")
    plain = unseal(cookie_key(gateway_public), datagram[8:32], mac1_of(init_datagram),
                   datagram[32:])
    return COOKIE_PLAIN.unpack(plain)


def split_ack(datagram, attempt):
    """Noise message 2 and the birth state of an ACK to this attempt."""
    if not 10 <= len(datagram) <= MAX_SIZE or datagram[0] != ACK << 4 or datagram[1:8] != attempt:
        raise Refused("no ACK for this attempt")
    length = int.from_bytes(datagram[8:10], "big")
    if length > len(datagram) - 10:
        raise Refused("Noise message 2 is cut off")
    return datagram[10:10 + length], datagram[10 + length:]


def make_ack(attempt, noise_second, birth_state):
    return (bytes([ACK << 4]) + attempt + len(noise_second).to_bytes(2, "big") + noise_second
            + birth_state)


def confirm(birth_state, key, plain, nonce=None):
    nonce = nonce or os.urandom(NONCE_SIZE)
    head = (bytes([CONFIRM << 4]) + bytes(7) + nonce + len(birth_state).to_bytes(2, "big")
            + birth_state)
    return head + seal(key, nonce, head, plain)


def seal_control(address, key, plain, nonce=None):
    """CONTROL, or TICKETED if there is a ticket. address: the receiver's tag, and ticket or b""."""
    receiver, ticket = address
    nonce = nonce or os.urandom(NONCE_SIZE)
    head = bytes([(TICKETED if ticket else CONTROL) << 4]) + receiver + nonce + ticket
    return head + seal(key, nonce, head, plain)


def control_overhead(ticketed):
    return CONTROL_HEADER_SIZE + (TICKET_SIZE if ticketed else 0) + TAG_SIZE


def open_control(datagram, receiver, key):
    """The plain message in a CONTROL datagram towards this receiver."""
    if not CONTROL_HEADER_SIZE + TAG_SIZE <= len(datagram) <= MAX_SIZE \
            or datagram[0] != CONTROL << 4 or datagram[1:8] != receiver:
        raise Refused("no CONTROL datagram for this receiver")
    head = datagram[:CONTROL_HEADER_SIZE]
    return unseal(key, head[8:], head, datagram[CONTROL_HEADER_SIZE:])
