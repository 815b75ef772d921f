# SPDX-License-Identifier: Apache-2.0
"""Control messages: docs/PROTOCOL.md, section 8."""

from dataclasses import dataclass, field
from enum import IntEnum

from layout import ENDPOINT, FLAG, U1, U2, U4, U8, Bytes, Layout, Zero
from policy import POLICY
from primitives import Refused
from wire import RECEIVER_SIZE, TICKET_SIZE, control_overhead

REATTACH_CLASS, OTHER_CLASS = 1, 2
PADDED_SIZE = 256
MIGRATE_ENDPOINTS, DNS_SERVERS, GATEWAY_ENDPOINTS = 4, 4, 8

HEADER = Layout(("owner_epoch", U4), ("class", U1), ("kind", U1), ("zero", Zero(2)),
                ("number", U8), ("answers", U8), ("session", Bytes(16)))


class Kind(IntEnum):
    HANDSHAKE_CONFIRM = 1
    HANDSHAKE_DONE = 2
    REATTACH_REQUEST = 3
    REATTACH_CHALLENGE = 4
    REATTACH_CONFIRM = 5
    REATTACH_ACK = 6
    REATTACH_REJECT = 7
    UNBOUND_NOTICE = 8
    PATH_CHALLENGE = 9
    PATH_RESPONSE = 10
    TERMINATE = 11
    PATH_PROBE = 12
    REKEY_INIT = 13
    REKEY_ACK = 14
    POLICY_UPDATE = 15
    POLICY_ACK = 16
    MIGRATE = 17
    CALL = 18


_OWNER = (("node", U1), ("incarnation", Bytes(8)))
_ADMISSION = (("tag", Bytes(RECEIVER_SIZE)), ("ticket", Bytes(TICKET_SIZE)), ("version", U8),
              ("bound_version", U8), ("observed", ENDPOINT))
_OBSERVED = (("observed", ENDPOINT), ("token", Bytes(32)))
_REQUEST = (("bound_version", U8), ("key_epoch", U4), ("path", U1), ("cause", U2),
            ("usable_paths", U4), ("next_counter", U8), ("ephemeral", Bytes(32)),
            ("owner_silent", FLAG))
_REKEY = (("key_epoch", U4), ("public", Bytes(32)))
_POLICY_VERSION = (("policy_major", U2), ("policy_minor", U2))

BODIES = {
    Kind.HANDSHAKE_CONFIRM: Layout(),
    Kind.HANDSHAKE_DONE: Layout(*_ADMISSION, *_OWNER),
    Kind.REATTACH_REQUEST: Layout(*_REQUEST),
    Kind.REATTACH_CHALLENGE: Layout(*_OBSERVED, *_OWNER, ("ephemeral", Bytes(32))),
    Kind.REATTACH_CONFIRM: Layout(*_REQUEST, ("token", Bytes(32))),
    Kind.REATTACH_ACK: Layout(*_ADMISSION, ("key_epoch", U4), *_OWNER),
    Kind.REATTACH_REJECT: Layout(("reason", U2), ("version", U8), ("bound_version", U8),
                                 ("retry_after_ms", U4)),
    Kind.UNBOUND_NOTICE: Layout(*_OBSERVED, ("bound_version", U8)),
    Kind.PATH_CHALLENGE: Layout(*_OBSERVED),
    Kind.PATH_RESPONSE: Layout(("path", U1), ("token", Bytes(32))),
    Kind.TERMINATE: Layout(("reason", U2), ("version", U8)),
    Kind.PATH_PROBE: Layout(("path", U1), ("round_trip_us", U4), ("loss_ppm", U4)),
    Kind.REKEY_INIT: Layout(*_REKEY),
    Kind.REKEY_ACK: Layout(*_REKEY),
    Kind.POLICY_UPDATE: Layout(
        *_POLICY_VERSION, ("policy", Bytes(POLICY.size)), ("tunnel_mtu", U2),
        *((f"dns{i}", Bytes(16)) for i in range(DNS_SERVERS)),
        *((f"endpoint{i}", ENDPOINT) for i in range(GATEWAY_ENDPOINTS))),
    Kind.POLICY_ACK: Layout(*_POLICY_VERSION),
    Kind.MIGRATE: Layout(*((f"endpoint{i}", ENDPOINT) for i in range(MIGRATE_ENDPOINTS))),
    Kind.CALL: Layout(),
}
TICKETED_KINDS = {Kind.REATTACH_REQUEST, Kind.REATTACH_CONFIRM}
PADDED_KINDS = TICKETED_KINDS | {Kind.PATH_PROBE}


def class_of(kind):
    return REATTACH_CLASS if Kind.REATTACH_REQUEST <= kind <= Kind.UNBOUND_NOTICE else OTHER_CLASS


def plain_size(kind, total):
    """The size of the message inside a datagram of that total."""
    return total - control_overhead(kind in TICKETED_KINDS)


@dataclass(frozen=True)
class Message:
    kind: Kind
    owner_epoch: int
    number: int
    session: bytes
    answers: int = 0
    body: dict = field(default_factory=dict)

    def __getitem__(self, name):
        return self.body[name]

    def pack(self, size=0):
        """The plain message, with zeros up to that size."""
        head = HEADER.pack({"owner_epoch": self.owner_epoch, "class": class_of(self.kind),
                            "kind": self.kind, "number": self.number, "answers": self.answers,
                            "session": self.session})
        return (head + BODIES[self.kind].pack(self.body)).ljust(size, b"\0")

    @staticmethod
    def unpack(plain):
        head = HEADER.unpack(plain)
        try:
            kind = Kind(head["kind"])
        except ValueError as error:
            raise Refused(f"no message has kind {head['kind']}") from error
        if head["class"] != class_of(kind):
            raise Refused(f"{kind.name} is not of class {head['class']}")
        return Message(kind, head["owner_epoch"], head["number"], head["session"],
                       head["answers"], BODIES[kind].unpack_padded(plain[HEADER.size:]))
