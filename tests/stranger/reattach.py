# SPDX-License-Identifier: Apache-2.0
"""One jump of a client: REQUEST, CONFIRM and their answers: docs/PROTOCOL.md, section 6."""

import keys
from messages import Kind
from primitives import KeyPair, Refused

DEAD_TRANSPORT_RECOVERY, NAT_REBIND_DETECTED = 9, 41


class Reattach:
    """latest is (message, bytes) of what an answer must answer."""

    def __init__(self, session, path, cause=DEAD_TRANSPORT_RECOVERY):
        self.session, self.path, self.cause = session, path, cause
        self.pair = KeyPair()
        self.latest = self.tentative = None

    def fields(self, **changes):
        session = self.session
        return {"bound_version": session.bound_version, "key_epoch": session.key_epoch,
                "path": self.path, "cause": self.cause, "usable_paths": 1,
                "next_counter": session.senders[session.sealing_epoch].counter,
                "ephemeral": self.pair.public, "owner_silent": False, **changes}

    def _send(self, kind, fields, answers=0):
        message = self.session.message(kind, fields, answers)
        self.latest = (message, self.session.seal(message))
        return self.latest[1]

    def request(self, **changes):
        self.request_fields = self.fields(**changes)
        return self._send(Kind.REATTACH_REQUEST, self.request_fields)

    def confirm(self, challenge):
        """For a CHALLENGE; prepares a new owner's keys if it brings some."""
        if challenge.kind != Kind.REATTACH_CHALLENGE or not self.answers_latest(challenge):
            raise Refused("no CHALLENGE for the latest message")
        if any(challenge["ephemeral"]):
            owner = (challenge["node"], challenge["incarnation"], challenge.owner_epoch)
            root = keys.owner_root(self.session.resume_root,
                                   self.pair.shared(challenge["ephemeral"]), self.session.id,
                                   owner)
            self.tentative = (owner, root)
        return self._send(Kind.REATTACH_CONFIRM,
                          {**self.request_fields, "token": challenge["token"]}, challenge.number)

    def confirm_notice(self, notice):
        """For a NOTICE: there was no REQUEST."""
        self.request_fields = self.fields()
        return self._send(Kind.REATTACH_CONFIRM,
                          {**self.request_fields, "token": notice["token"]}, notice.number)

    def answers_latest(self, message):
        return self.latest is not None and message.answers == self.latest[0].number

    def take_ack(self, ack):
        """The jump is made: the session's keys, versions and tag are the ACK's."""
        if ack.kind != Kind.REATTACH_ACK or not self.answers_latest(ack):
            raise Refused("no ACK for the latest message")
        session = self.session
        if ack.owner_epoch > session.owner_epoch:
            self._take_owner(ack)
        session.adopt(ack)

    def _take_owner(self, ack):
        owner = (ack["node"], ack["incarnation"], ack.owner_epoch)
        if self.tentative is None or self.tentative[0] != owner \
                or ack["key_epoch"] != self.request_fields["key_epoch"] + 1:
            raise Refused("keys of an owner that did not challenge")
        self.session.add_keys(ack["key_epoch"], self.tentative[1])
        self.session.sealing_epoch = ack["key_epoch"]
