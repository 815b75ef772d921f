# SPDX-License-Identifier: Apache-2.0
"""One attempt of a client at a handshake: docs/PROTOCOL.md, section 3. No sockets, no clock."""

import copy
import os

import wire
from layout import unpack_address
from messages import Kind
from noise import Initiator
from policy import read_policy
from primitives import Refused
from session import Session

MTU_MIN, MTU_MAX = 1280, 8900


class Attempt:
    """INIT from its making on; session is there once an ACK was taken."""

    def __init__(self, identity, gateway_public, **init_changes):
        """identity: static key pair and PSK. init_changes: fields of INIT_PAYLOAD or suites."""
        self.static, self.psk = identity
        self.gateway_public = gateway_public
        self.id, self.tag = os.urandom(wire.ATTEMPT_SIZE), os.urandom(wire.RECEIVER_SIZE)
        self.suites = init_changes.setdefault("suites", (1, 2))
        self.noise = Initiator(self.static, gateway_public, self.psk)
        payload = wire.init_payload(self.tag, self.psk, **init_changes)
        self.init = wire.init(self.id, self.noise.write_first(payload), gateway_public)
        self.offer = self.session = self.confirm = None

    def take_cookie(self, datagram):
        """INIT has mac2 from now on; returns how many ms to wait before sending it."""
        fields = wire.open_cookie(datagram, self.init, self.gateway_public)
        self.init = wire.with_cookie(self.init, fields["cookie"])
        return fields["retry_after_ms"]

    def take_ack(self, datagram):
        """Opens an ACK and makes CONFIRM of it."""
        second, birth_state = wire.split_ack(datagram, self.id)
        noise = copy.copy(self.noise)
        payload = noise.read_second(second)
        if len(payload) != wire.ACK_PAYLOAD.size:
            raise Refused("the ACK's payload has another size")
        offer = wire.ACK_PAYLOAD.unpack(payload)
        if offer["version"] != wire.VERSION or offer["suite"] not in self.suites:
            raise Refused("a version or suite that was not offered")
        if not MTU_MIN <= offer["tunnel_mtu"] <= MTU_MAX or offer["capabilities"]:
            raise Refused("a tunnel MTU or capability out of bounds")
        offer["policy"] = read_policy(offer["policy"])
        for family in ("inner4", "inner6"):
            offer[family] = unpack_address(offer[family])
        self.offer = offer
        self.session = Session(noise, offer, self.tag)
        message = self.session.message(Kind.HANDSHAKE_CONFIRM)
        self.confirm = wire.confirm(birth_state, self.session.up, message.pack())

    def take_done(self, datagram):
        """The session lives."""
        done = self.session.open_message(datagram)
        if done.kind != Kind.HANDSHAKE_DONE or done.answers != 1 or not self.session.is_new(done):
            raise Refused("no DONE for this handshake")
        self.session.adopt(done)
        return done
