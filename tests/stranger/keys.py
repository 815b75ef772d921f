# SPDX-License-Identifier: Apache-2.0
"""What is derived from a handshake, a rekey or a new owner: docs/PROTOCOL.md, section 4."""

from dataclasses import dataclass

from primitives import derive

UP, DOWN = "c2g", "g2c"


def traffic_root(chaining_key, handshake_hash):
    return derive(chaining_key, "jvpn1 traffic root", handshake_hash)


def resume_root(chaining_key, handshake_hash):
    return derive(chaining_key, "jvpn1 resume root", handshake_hash)


def control_key(root, direction):
    return derive(root, f"jvpn1 control {direction}")


@dataclass(frozen=True)
class TrafficKey:
    key: bytes
    iv: bytes


def traffic_key(root, epoch, direction):
    context = epoch.to_bytes(4, "big")
    return TrafficKey(derive(root, f"jvpn1 traffic key {direction}", context),
                      derive(root, f"jvpn1 traffic iv {direction}", context)[:12])


def rekeyed_root(root, shared, session_and_epoch, publics):
    """Session id and new key epoch; the public keys of REKEY_INIT and of REKEY_ACK."""
    session, new_epoch = session_and_epoch
    return derive(root, "jvpn1 rekey",
                  shared + session + new_epoch.to_bytes(4, "big") + publics[0] + publics[1])


def owner_root(resume, shared, session, owner):
    """owner: its node (a number), incarnation (8 bytes) and owner epoch."""
    node, incarnation, owner_epoch = owner
    return derive(resume, "jvpn1 owner root", shared + session + bytes([node]) + incarnation
                  + owner_epoch.to_bytes(4, "big"))
