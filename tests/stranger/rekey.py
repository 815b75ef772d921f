# SPDX-License-Identifier: Apache-2.0
"""New traffic keys, asked for by either side: docs/PROTOCOL.md, section 7."""

import keys
from messages import Kind
from primitives import KeyPair, Refused

KEEP_S = 1.0  # and drain_ms, and two round trips, which are all shorter in a lab


class Rekeys:
    """What a session is asked and asks about its keys; one at a time."""

    def __init__(self, session):
        self.session = session
        self.pending = None      # our REKEY_INIT, and our key pair
        self.answered = None     # (number of their REKEY_INIT, bytes of our REKEY_ACK)
        self.forget_at = None

    def ask(self):
        """A REKEY_INIT and its bytes."""
        pair = KeyPair()
        init = self.session.message(Kind.REKEY_INIT, {"key_epoch": self.session.key_epoch + 1,
                                                      "public": pair.public})
        self.pending = (init, pair)
        return init, self.session.seal(init)

    def _root(self, shared, publics):
        session = self.session
        return keys.rekeyed_root(session.traffic_root, shared,
                                 (session.id, session.key_epoch + 1), publics)

    def answer(self, init):
        """The REKEY_ACK's bytes. Their INIT wins over ours; the same INIT gets the same ACK."""
        if self.answered and self.answered[0] == init.number:
            return self.answered[1]
        session = self.session
        if init["key_epoch"] != session.key_epoch + 1 or len(session.receivers) > 1:
            raise Refused("the last rekey is not over, or another one is meant")
        pair = KeyPair()
        root = self._root(pair.shared(init["public"]), (init["public"], pair.public))
        ack = session.message(Kind.REKEY_ACK, {"key_epoch": init["key_epoch"],
                                               "public": pair.public}, init.number)
        datagram = session.seal(ack)
        session.add_keys(init["key_epoch"], root)
        self.pending, self.answered = None, (init.number, datagram)
        return datagram

    def finish(self, ack):
        """Our INIT was answered: we seal under the new keys at once."""
        if self.pending is None:
            raise Refused("nothing was asked")
        init, pair = self.pending
        if ack.answers != init.number or ack["key_epoch"] != init["key_epoch"]:
            raise Refused("this answers another REKEY_INIT")
        root = self._root(pair.shared(ack["public"]), (pair.public, ack["public"]))
        self.session.add_keys(init["key_epoch"], root)
        self.session.sealing_epoch = init["key_epoch"]
        self.pending = None

    def opened(self, epoch, now_s):
        """DATA of this epoch was opened: the clock of the one before it runs."""
        if self.forget_at is None and epoch == self.session.key_epoch \
                and len(self.session.receivers) > 1:
            self.forget_at = now_s + KEEP_S

    def forget_old(self, now_s):
        if self.forget_at is not None and now_s >= self.forget_at:
            for epoch in [e for e in self.session.receivers if e < self.session.key_epoch]:
                self.session.forget_keys(epoch)
            self.forget_at = None
