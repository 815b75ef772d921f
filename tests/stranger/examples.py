# SPDX-License-Identifier: Apache-2.0
"""What docs/PROTOCOL_EXAMPLES.md must say, from its fixed keys: {(section, label): bytes}."""

import keys
import messages
import traffic
import wire
from layout import pack_address
from messages import Kind, Message
from noise import Initiator, Responder
from policy import POLICY
from primitives import KeyPair

SECTION_HANDSHAKE, SECTION_KEYS, SECTION_CONFIRM, SECTION_DATA = "1", "2", "3", "4"
SECTION_HEARTBEATS, SECTION_MESSAGES, SECTION_REKEY = "5", "6", "7"


def counting(first, size):
    return bytes(range(first, first + size))


GATEWAY, CLIENT = KeyPair(counting(0x01, 32)), KeyPair(counting(0x21, 32))
CLIENT_EPHEMERAL, GATEWAY_EPHEMERAL = KeyPair(counting(0x41, 32)), KeyPair(counting(0x61, 32))
PSK = counting(0x81, 32)
ATTEMPT, CLIENT_TAG = counting(0xA1, 7), counting(0xB1, 7)
GATEWAY_TAG, TICKET = counting(0x01, 7), counting(0x80, 60)
SESSION = counting(0xD0, 16)
BIRTH_STATE = b"\x5b" * 195
OBSERVED = ("192.0.2.1", 51820)
INCARNATION = counting(0x31, 8)
TOKEN = counting(0x11, 8) + counting(0x21, 8) + counting(0xA0, 16)
PACKET = bytes.fromhex("4500001c000100004001651a0a4d00020a6300020800f7fe00010000")

DEFAULT_POLICY = POLICY.pack({
    "heartbeat_interval_ms": 500, "heartbeat_volatile_ms": 2000, "transport_dead_ms": 3000,
    "loss_window_ms": 2000, "loss_volatile_threshold_ppm": 200_000, "max_consecutive_drops": 3,
    "latency_volatile_threshold_ms": 0, "stability_window_ms": 2000,
    "volatile_to_degraded_ms": 4000, "max_switches_per_min": 8, "max_nat_rebinds_per_min": 30,
    "switch_cooldown_ms": 1500, "recovery_window_ms": 8000,
    "switch_improvement_factor_ppm": 1_100_000, "terminate_on_recovery_timeout": False,
    "drain_ms": 250, "hold_packets": 64, "hold_ms": 2000, "max_candidate_count": 3,
    "candidate_max_age_ms": 10_000, "max_lifetime_ms": 28_800_000,
    "transport_lost_ttl_ms": 15_000, "replay_window_packets": 8192,
    "rekey_after_ms": 120_000, "rekey_after_blocks": 1 << 35})


def version(owner_epoch, sequence):
    return owner_epoch << 32 | sequence


def handshake():
    """Section 1's rows, and the two parties after their handshake."""
    payload = wire.init_payload(CLIENT_TAG, PSK, suites=(1, 2))
    client = Initiator(CLIENT, GATEWAY.public, PSK, CLIENT_EPHEMERAL)
    init = wire.init(ATTEMPT, client.write_first(payload), GATEWAY.public)
    gateway = Responder(GATEWAY, PSK, GATEWAY_EPHEMERAL)
    assert gateway.read_first(init[8:-32]) == payload
    cookie = counting(0xC0, 16)
    ack_payload = wire.ACK_PAYLOAD.pack({
        "version": 1, "suite": 1, "capabilities": 0, "session": SESSION,
        "live_session": bytes(16), "inner4": pack_address("10.77.0.2"),
        "inner6": pack_address(None), "tunnel_mtu": 1420, "policy_major": 1, "policy_minor": 0,
        "policy": DEFAULT_POLICY})
    ack = wire.make_ack(ATTEMPT, gateway.write_second(ack_payload), BIRTH_STATE)
    assert client.read_second(wire.split_ack(ack, ATTEMPT)[0]) == ack_payload
    assert (client.chaining_key, client.hash) == (gateway.chaining_key, gateway.hash)
    rows = {
        "gateway static secret": GATEWAY.secret, "gateway static public": GATEWAY.public,
        "client static secret": CLIENT.secret, "client static public": CLIENT.public,
        "client ephemeral secret": CLIENT_EPHEMERAL.secret,
        "gateway ephemeral secret": GATEWAY_EPHEMERAL.secret, "psk": PSK,
        "INIT payload, the first 49 of 1 064 bytes (the rest is zero)": payload[:49],
        "INIT datagram": init,
        "COOKIE datagram": wire.make_cookie(
            init, GATEWAY.public,
            wire.COOKIE_PLAIN.pack({"cookie": cookie, "retry_after_ms": 1500}),
            counting(0x40, 24)),
        "mac2": wire.with_cookie(init, cookie)[-16:],
        "ACK payload": ack_payload,
        "ACK datagram (birth state: 195 bytes of 5b)": ack,
        "Noise chaining key": client.chaining_key, "Noise handshake hash": client.hash}
    return rows, client


def key_rows(noise):
    traffic_root = keys.traffic_root(noise.chaining_key, noise.hash)
    resume_root = keys.resume_root(noise.chaining_key, noise.hash)
    rows = {"traffic root": traffic_root, "resume root": resume_root}
    for direction, words in ((keys.UP, "C→G"), (keys.DOWN, "G→C")):
        key = keys.traffic_key(traffic_root, 0, direction)
        rows[f"control key {words}"] = keys.control_key(resume_root, direction)
        rows[f"traffic key, key epoch 0, {words}"] = key.key
        rows[f"traffic IV, key epoch 0, {words}"] = key.iv
    return rows


def confirm_rows(known):
    confirm = Message(Kind.HANDSHAKE_CONFIRM, 0, 1, SESSION).pack()
    done = Message(Kind.HANDSHAKE_DONE, 1, 1, SESSION, 1, {
        "tag": GATEWAY_TAG, "ticket": TICKET, "version": version(1, 1),
        "bound_version": version(1, 1), "observed": OBSERVED, "node": 4,
        "incarnation": INCARNATION}).pack()
    return {
        "HANDSHAKE_CONFIRM, plain": confirm,
        "CONFIRM datagram (nonce 00, 01, …)": wire.confirm(
            BIRTH_STATE, known["control key C→G"], confirm, counting(0x00, 24)),
        "HANDSHAKE_DONE, plain": done,
        "DONE datagram (nonce 20, 21, …)": wire.seal_control(
            (CLIENT_TAG, b""), known["control key G→C"], done, counting(0x20, 24))}


def sealed_upward(known, suite, counter, plain):
    key = keys.TrafficKey(known["traffic key, key epoch 0, C→G"],
                          known["traffic IV, key epoch 0, C→G"])
    sender = traffic.Sender(suite, key, 0)
    sender.counter = counter
    return sender.seal(GATEWAY_TAG, plain)


def data_rows(known):
    rows = {"inner packet": PACKET}
    for suite in (1, 2):
        rows[f"DATA datagram C→G, counter 5, suite {suite}"] = sealed_upward(known, suite, 5,
                                                                             PACKET)
    return rows


def heartbeat_rows(known):
    ask = wire.HEARTBEAT.pack({
        "what": wire.ASK, "path": 1, "stretch": 0, "nonce": counting(0x10, 8), "echo": bytes(8),
        "sent": 1, "received": 0, "version": version(1, 1)})
    reply = wire.HEARTBEAT.pack({
        "what": wire.REPLY, "path": 1, "stretch": 2, "nonce": counting(0x20, 8),
        "echo": counting(0x10, 8), "sent": 1, "received": 1, "version": version(1, 1)})
    return {"ask, plain": ask, "reply, plain": reply,
            "ask, DATA datagram C→G, counter 6, suite 1": sealed_upward(known, 1, 6, ask)}


def message_bodies():
    ephemeral = counting(0x40, 31 + 1)
    public = counting(0x60, 32)
    admission = {"tag": GATEWAY_TAG, "ticket": TICKET, "version": version(3, 9),
                 "bound_version": version(3, 8), "observed": OBSERVED}
    owner = {"node": 4, "incarnation": INCARNATION}
    proof = {"observed": OBSERVED, "token": TOKEN}
    request = {"bound_version": version(3, 8), "key_epoch": 5, "path": 7, "cause": 4,
               "usable_paths": 2, "next_counter": 0x0102030405060708, "ephemeral": ephemeral,
               "owner_silent": True}
    rekey = {"key_epoch": 6, "public": public}
    endpoints = {f"endpoint{i}": None for i in range(8)}
    dns = {f"dns{i}": bytes(16) for i in range(4)}
    return {
        Kind.HANDSHAKE_CONFIRM: {}, Kind.HANDSHAKE_DONE: {**admission, **owner},
        Kind.REATTACH_REQUEST: request,
        Kind.REATTACH_CHALLENGE: {**proof, **owner, "ephemeral": public},
        Kind.REATTACH_CONFIRM: {**request, "token": TOKEN},
        Kind.REATTACH_ACK: {**admission, "key_epoch": 5, **owner},
        Kind.REATTACH_REJECT: {"reason": 37, "version": version(3, 9),
                               "bound_version": version(3, 8), "retry_after_ms": 1500},
        Kind.UNBOUND_NOTICE: {**proof, "bound_version": version(3, 8)},
        Kind.PATH_CHALLENGE: proof, Kind.PATH_RESPONSE: {"path": 7, "token": TOKEN},
        Kind.TERMINATE: {"reason": 18, "version": version(3, 9)},
        Kind.PATH_PROBE: {"path": 7, "round_trip_us": 0x01020304, "loss_ppm": 50_000},
        Kind.REKEY_INIT: rekey, Kind.REKEY_ACK: rekey,
        Kind.POLICY_UPDATE: {"policy_major": 2, "policy_minor": 10, "policy": DEFAULT_POLICY,
                             "tunnel_mtu": 1420, **dns, **endpoints,
                             "dns0": pack_address("10.99.0.53"), "endpoint0": OBSERVED},
        Kind.POLICY_ACK: {"policy_major": 2, "policy_minor": 10},
        Kind.MIGRATE: {**{f"endpoint{i}": None for i in range(4)}, "endpoint0": OBSERVED},
        Kind.CALL: {}}


def message_rows(known):
    rows = {kind.name: Message(kind, 3, 9, SESSION, 4, body).pack()
            for kind, body in message_bodies().items()}
    request = Kind.REATTACH_REQUEST
    plain = Message(request, 3, 9, SESSION, 4, message_bodies()[request]).pack(
        messages.plain_size(request, messages.PADDED_SIZE))
    rows["TICKETED datagram"] = wire.seal_control(
        (GATEWAY_TAG, TICKET), known["control key C→G"], plain, counting(0x40, 24))
    return rows


def rekey_rows(known):
    asker, answerer = KeyPair(counting(0x31, 32)), KeyPair(counting(0x51, 32))
    shared = asker.shared(answerer.public)
    root = keys.rekeyed_root(known["traffic root"], shared, (SESSION, 1),
                             (asker.public, answerer.public))
    first, second = "REKEY_INIT's (or REQUEST's)", "REKEY_ACK's (or CHALLENGE's)"
    return {
        f"{first} secret": asker.secret, f"{first} public key": asker.public,
        f"{second} secret": answerer.secret, f"{second} public key": answerer.public,
        "X25519": shared, "traffic root of key epoch 1, after a rekey": root,
        "traffic key, key epoch 1, C→G": keys.traffic_key(root, 1, keys.UP).key,
        "traffic root of node 4, incarnation 3132333435363738, owner epoch 2": keys.owner_root(
            known["resume root"], shared, SESSION, (4, INCARNATION, 2))}


def all_rows():
    first, noise = handshake()
    known = key_rows(noise)
    sections = {
        SECTION_HANDSHAKE: first, SECTION_KEYS: known, SECTION_CONFIRM: confirm_rows(known),
        SECTION_DATA: data_rows(known), SECTION_HEARTBEATS: heartbeat_rows(known),
        SECTION_MESSAGES: message_rows(known), SECTION_REKEY: rekey_rows(known)}
    return {(section, label): value for section, rows in sections.items()
            for label, value in rows.items()}
