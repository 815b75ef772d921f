# SPDX-License-Identifier: Apache-2.0
"""A client on UDP sockets, after docs/PROTOCOL.md, section 13, with what may be left out there.

It does what it is told, when it is told; by itself it only answers (Client.answers: what it does
at each kind of message) and sends heartbeats.
"""

import time

import wire
from driver import Driver
from handshake import Attempt
from messages import Kind, class_of
from path import Event
from policy import read_policy
from primitives import Refused
from reattach import NAT_REBIND_DETECTED, Reattach
from rekey import Rekeys

ASKS, ANSWER_WAIT_S = 6, 0.5
PEER_TERMINATED = 19


class Client(Driver):
    def __init__(self, identity, gateway_public, endpoint):
        """identity: static key pair and PSK. endpoint: the gateway's (address, port)."""
        super().__init__(endpoint)
        self.identity, self.gateway_public = identity, gateway_public
        self.attempt = self.session = self.rekeys = self.reattach = None
        self.ended = None
        self.heartbeats, self.next_heartbeat_s = False, 0.0
        self.answered = {}  # (owner epoch, class, number) of what was answered: the answer's bytes
        self.policy_version = None
        self.answers = {
            Kind.PATH_CHALLENGE: self.on_path_challenge, Kind.UNBOUND_NOTICE: self.on_notice,
            Kind.REKEY_INIT: self.on_rekey_init, Kind.REKEY_ACK: self.on_rekey_ack,
            Kind.POLICY_UPDATE: self.on_policy, Kind.TERMINATE: self.on_terminate}

    def do_what_is_due(self):
        now_s = time.monotonic()
        if self.rekeys is not None:
            self.rekeys.forget_old(now_s)
        if self.heartbeats and now_s >= self.next_heartbeat_s:
            self.next_heartbeat_s = now_s + self.offer["policy"]["heartbeat_interval_ms"] / 1000
            self.ask_heartbeat()

    # What comes

    def receive(self, datagram, path):
        understood = {wire.ACK: self._on_ack, wire.COOKIE: self._on_cookie,
                      wire.CONTROL: self._on_control, wire.DATA: self._on_data}
        try:
            if wire.kind_of(datagram) not in understood:
                raise Refused("no datagram for a client")
            return understood[wire.kind_of(datagram)](datagram, path)
        except Refused as reason:
            return Event("refused", path, datagram, reason)

    def _on_ack(self, datagram, path):
        if self.attempt is None or self.attempt.session is not None:
            raise Refused("no ACK is awaited")
        self.attempt.take_ack(datagram)
        return Event("ack", path, datagram, self.attempt.offer)

    def _on_cookie(self, datagram, path):
        if self.attempt is None or self.attempt.session is not None:
            raise Refused("no COOKIE is awaited")
        return Event("cookie", path, datagram, self.attempt.take_cookie(datagram))

    def _on_control(self, datagram, path):
        session = self.session or (self.attempt and self.attempt.session)
        if session is None:
            raise Refused("there is no session")
        message = session.open_message(datagram)
        event = Event("message", path, datagram, message)
        if message.kind in self.answers and self.session is not None:
            self.answers[message.kind](event)
        return event

    def _on_data(self, datagram, path):
        if self.session is None:
            raise Refused("there is no session")
        epoch, plain = self.session.open_data(datagram)
        self.rekeys.opened(epoch, time.monotonic())
        if plain[:1] and plain[0] >> 4 in (4, 6):
            return Event("packet", path, datagram, plain)
        return Event("heartbeat", path, datagram, self.session.read_reply(plain))

    # Handshake

    def connect(self, path, **init_changes):
        """INIT, CONFIRM, DONE by this path; the session lives and is bound there, or Refused."""
        self.attempt = Attempt(self.identity, self.gateway_public, **init_changes)
        if self.exchange(self.attempt.init, path, lambda e: e.what == "ack") is None:
            raise Refused("INIT was not answered")
        return self.confirm_handshake(path)

    def confirm_handshake(self, path):
        done = self.exchange(self.attempt.confirm, path,
                             lambda e: e.is_message(Kind.HANDSHAKE_DONE))
        if done is None:
            raise Refused("CONFIRM was not answered")
        self.attempt.take_done(done.datagram)
        self.session, self.offer, self.ended = self.attempt.session, self.attempt.offer, None
        self.rekeys, self.bound, self.answered = Rekeys(self.session), path, {}
        return done

    # DATA

    def send_packet(self, packet, path=None):
        datagram = self.session.seal_data(packet)
        self.send(datagram, path)
        return datagram

    def ask_heartbeat(self, path=None):
        path = path or self.bound
        self.send(self.session.ask_heartbeat(path.ident), path)

    def evidence(self):
        """A heartbeat's reply over the bound path, asked for now."""
        for _ in range(ASKS):
            self.ask_heartbeat()
            event = self.wait(lambda e: e.what == "heartbeat"
                              and e.value["echo"] == self.session.asks[-1], ANSWER_WAIT_S)
            if event is not None:
                return event.value
        return None

    # Answers

    def say(self, kind, body=None, answers=0, path=None):
        """Sends a message once; returns it and its bytes."""
        message = self.session.message(kind, body, answers)
        datagram = self.session.seal(message)
        self.send(datagram, path)
        return message, datagram

    def answer(self, event, make):
        """Sends make()'s bytes by the path the message came by; to its repetition the same."""
        key = (event.value.owner_epoch, class_of(event.value.kind), event.value.number)
        if key not in self.answered:
            if not self.session.is_new(event.value):
                raise Refused("a number of the past")
            self.answered[key] = make()
        self.send(self.answered[key], event.path)

    def make(self, kind, body, answers):
        return self.session.seal(self.session.message(kind, body, answers))

    def on_path_challenge(self, event):
        """Asked for by a PROBE: on any path. Unasked: only on the path in use, and at rest."""
        message = event.value
        if not message.answers and (event.path is not self.bound or self.reattach is not None):
            raise Refused("a PATH_CHALLENGE on a path that is not in use")
        self.answer(event, lambda: self.make(
            Kind.PATH_RESPONSE, {"path": event.path.ident, "token": message["token"]},
            message.number))

    def on_notice(self, event):
        """Only on the path in use. The ACK is taken by finish_jump."""
        if event.path is not self.bound or not self.session.is_new(event.value):
            raise Refused("a NOTICE on a path that is not in use, or an old one")
        self.reattach = Reattach(self.session, self.bound.ident, NAT_REBIND_DETECTED)
        self.send(self.reattach.confirm_notice(event.value), event.path)

    def on_rekey_init(self, event):
        self.answer(event, lambda: self.rekeys.answer(event.value))

    def on_rekey_ack(self, event):
        self.rekeys.finish(event.value)

    def on_policy(self, event):
        update = event.value
        version = {name: update[name] for name in ("policy_major", "policy_minor")}
        policy = read_policy(update["policy"])
        self.answer(event, lambda: self.make(Kind.POLICY_ACK, version, update.number))
        self.offer = {**self.offer, "policy": policy, "tunnel_mtu": update["tunnel_mtu"]}
        self.policy_version = (update["policy_major"], update["policy_minor"])

    def on_terminate(self, event):
        if not event.value.answers and not self.ended:
            self.say(Kind.TERMINATE, {"reason": event.value["reason"],
                                      "version": self.session.version},
                     event.value.number, event.path)
        self.ended = event.value["reason"]

    # Jumps

    def request(self, path, **changes):
        """Begins a jump: sends a REQUEST by this path, once; returns its bytes."""
        self.reattach = Reattach(self.session, path.ident)
        datagram = self.reattach.request(**changes)
        self.send(datagram, path)
        return datagram

    def answer_to_jump(self, path, datagram):
        """CHALLENGE, ACK or REJECT for the latest message of the jump; that is repeated."""
        return self.exchange(datagram, path, lambda e: e.is_message(
            Kind.REATTACH_CHALLENGE, Kind.REATTACH_ACK, Kind.REATTACH_REJECT)
            and self.reattach.answers_latest(e.value), 0.1)

    def jump(self, path, **changes):
        """A whole jump. Returns the last answer: ACK, REJECT, or None if there was none."""
        return self.finish_jump(path, self.answer_to_jump(path, self.request(path, **changes)))

    def finish_jump(self, path, answer):
        """Answers CHALLENGEs until there is an ACK, which is taken, or a REJECT."""
        while answer is not None and answer.is_message(Kind.REATTACH_CHALLENGE):
            answer = self.answer_to_jump(path, self.reattach.confirm(answer.value))
        if answer is not None and answer.is_message(Kind.REATTACH_ACK):
            self.take_ack(answer.value, path)
        return answer

    def take_ack(self, ack, path):
        self.reattach.take_ack(ack)
        self.reattach, self.bound = None, path

    def probe(self, path):
        """PROBE, PATH_CHALLENGE, PATH_RESPONSE by this path; the PATH_CHALLENGE, or None."""
        for _ in range(ASKS):
            message, _ = self.say(Kind.PATH_PROBE, {"path": path.ident, "round_trip_us": 0,
                                                    "loss_ppm": 0}, path=path)
            event = self.wait(lambda e, number=message.number: e.is_message(
                Kind.PATH_CHALLENGE) and e.value.answers == number, ANSWER_WAIT_S)
            if event is not None:
                return event
        return None

    def terminate(self, reason=PEER_TERMINATED):
        """Ends the session; the gateway's TERMINATE, or None."""
        message = self.session.message(Kind.TERMINATE, {"reason": reason,
                                                        "version": self.session.version})
        return self.exchange(self.session.seal(message), None, lambda e: e.is_message(
            Kind.TERMINATE) and e.value.answers == message.number, 0.1)
