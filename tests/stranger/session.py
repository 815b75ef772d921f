# SPDX-License-Identifier: Apache-2.0
"""A client's session: identity, keys, numbers, versions. No sockets, no clock, no decisions."""

import os

import keys
import wire
from messages import (PADDED_KINDS, PADDED_SIZE, REATTACH_CLASS, TICKETED_KINDS, Kind, Message,
                      class_of, plain_size)
from primitives import Refused
from traffic import Receiver, Sender, epoch_bits_of

REMEMBERED_ASKS = 32
LATE_NUMBERS = 64
TAKEOVER_KINDS = {Kind.REATTACH_CHALLENGE, Kind.REATTACH_ACK, Kind.REATTACH_REJECT, Kind.CALL}


class Session:
    """Made from Noise's final state and the ACK's payload; it lives once DONE was adopted."""

    def __init__(self, noise, offer, own_tag):
        self.id, self.suite, self.own_tag = offer["session"], offer["suite"], own_tag
        self.window = offer["policy"]["replay_window_packets"]
        self.resume_root = keys.resume_root(noise.chaining_key, noise.hash)
        self.up = keys.control_key(self.resume_root, keys.UP)
        self.down = keys.control_key(self.resume_root, keys.DOWN)
        self.owner_epoch, self.owner = 0, None
        self.version = self.bound_version = 0
        self.gateway_tag = self.ticket = self.observed = None
        self.numbers, self.heard = {}, {}
        self.senders, self.receivers = {}, {}
        self.key_epoch = self.sealing_epoch = 0
        self.traffic_root = None
        self.add_keys(0, keys.traffic_root(noise.chaining_key, noise.hash))
        self.start_binding()

    # Keys of traffic

    def add_keys(self, epoch, root):
        """From now on DATA of this key epoch opens; what seals is sealing_epoch's."""
        self.senders[epoch] = Sender(self.suite, keys.traffic_key(root, epoch, keys.UP), epoch)
        self.receivers[epoch] = Receiver(self.suite, keys.traffic_key(root, epoch, keys.DOWN),
                                         epoch, self.window)
        self.key_epoch, self.traffic_root = epoch, root

    def forget_keys(self, epoch):
        del self.senders[epoch], self.receivers[epoch]

    def start_binding(self):
        self.sent = self.received = 0
        self.asks, self.last_echo = [], bytes(8)

    # DATA

    def seal_data(self, plain):
        self.sent += 1
        return self.senders[self.sealing_epoch].seal(self.gateway_tag, plain)

    def open_data(self, datagram):
        """(key epoch, plaintext). The first DATA of a newer epoch shows that G has its keys."""
        for epoch, receiver in self.receivers.items():
            if epoch & 0x0F == epoch_bits_of(datagram):
                plain = receiver.open(self.own_tag, datagram)
                self.received += 1
                self.sealing_epoch = max(self.sealing_epoch, epoch)
                return epoch, plain
        raise Refused("no such key epoch")

    def ask_heartbeat(self, path, nonce=None):
        """The DATA datagram of a heartbeat that asks."""
        nonce = nonce or os.urandom(8)
        self.asks = [*self.asks, nonce][-REMEMBERED_ASKS:]
        return self.seal_data(wire.HEARTBEAT.pack({
            "what": wire.ASK, "path": path, "stretch": 0, "nonce": nonce, "echo": self.last_echo,
            "sent": self.sent + 1, "received": self.received, "version": self.version}))

    def read_reply(self, plain):
        """A heartbeat's fields; it is evidence if its echo is one of our latest asks."""
        reply = wire.HEARTBEAT.unpack_padded(plain)
        if len(plain) != wire.HEARTBEAT.size or reply["what"] != wire.REPLY \
                or reply["echo"] not in self.asks:
            raise Refused("no reply to one of our heartbeats")
        self.last_echo = reply["nonce"]
        self.version = max(self.version, reply["version"])
        return reply

    # Control messages

    def next_number(self, kind):
        key = (self.owner_epoch, class_of(kind))
        self.numbers[key] = self.numbers.get(key, 0) + 1
        return self.numbers[key]

    def message(self, kind, body=None, answers=0):
        return Message(kind, self.owner_epoch, self.next_number(kind), self.id, answers,
                       body or {})

    def seal(self, message):
        ticketed = message.kind in TICKETED_KINDS
        size = plain_size(message.kind, PADDED_SIZE) if message.kind in PADDED_KINDS else 0
        return self.seal_plain(message.pack(size), ticketed)

    def seal_plain(self, plain, ticketed=False):
        address = (self.gateway_tag, self.ticket if ticketed else b"")
        return wire.seal_control(address, self.up, plain)

    def open_message(self, datagram):
        message = Message.unpack(wire.open_control(datagram, self.own_tag, self.down))
        if message.session != self.id:
            raise Refused("another session's message")
        if message.owner_epoch < self.owner_epoch:
            raise Refused("an owner epoch of the past")
        if message.owner_epoch > self.owner_epoch and self.owner_epoch \
                and message.kind not in TAKEOVER_KINDS:
            raise Refused("an owner epoch that nobody proved")
        return message

    def is_new(self, message):
        """Whether its number counts; then it is noted. In class 1 it must be the highest so far,
        in class 2 one of the latest 64 that did not come before."""
        group = class_of(message.kind)
        heard = self.heard.setdefault((message.owner_epoch, group), {0})
        behind = 0 if group == REATTACH_CLASS else LATE_NUMBERS
        if message.number in heard or message.number <= max(heard) - behind:
            return False
        heard.add(message.number)
        return True

    def adopt(self, answer):
        """What DONE and ACK tell. HANDSHAKE_CONFIRM's number counts in the epoch of DONE."""
        if not self.owner_epoch:
            self.numbers = {(answer.owner_epoch, group): number
                            for (_, group), number in self.numbers.items()}
        self.owner_epoch = answer.owner_epoch
        self.owner = (answer["node"], answer["incarnation"])
        self.gateway_tag, self.ticket = answer["tag"], answer["ticket"]
        self.observed = answer["observed"]
        self.version, self.bound_version = answer["version"], answer["bound_version"]
        self.start_binding()
