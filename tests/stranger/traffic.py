# SPDX-License-Identifier: Apache-2.0
"""DATA under one traffic key, and the replay window: docs/PROTOCOL.md, section 5."""

from primitives import SUITES, TAG_SIZE, Refused, open_aead
from wire import DATA, DATA_HEADER_SIZE, RECEIVER_SIZE, counter_of


def nonce_of(iv, counter):
    """The IV with its last eight bytes XORed with the counter."""
    tail = int.from_bytes(iv[4:], "big") ^ counter
    return iv[:4] + tail.to_bytes(8, "big")


def epoch_bits_of(datagram):
    return datagram[0] & 0x0F


class Sender:
    def __init__(self, suite, key, epoch):
        self.cipher, self.iv, self.epoch = SUITES[suite](key.key), key.iv, epoch
        self.counter = 0

    def seal(self, receiver, plain):
        """One DATA datagram; each call takes the next counter."""
        head = (bytes([DATA << 4 | self.epoch & 0x0F]) + receiver
                + self.counter.to_bytes(8, "big"))
        nonce = nonce_of(self.iv, self.counter)
        self.counter += 1
        return head + self.cipher.encrypt(nonce, plain, head)


class ReplayWindow:
    def __init__(self, size):
        self.size, self.highest, self.accepted = size, -1, set()

    def fresh(self, counter):
        return counter not in self.accepted and counter > self.highest - self.size

    def mark(self, counter):
        self.accepted.add(counter)
        if counter > self.highest:
            self.highest = counter
            self.accepted = {c for c in self.accepted if c > counter - self.size}


class Receiver:
    def __init__(self, suite, key, epoch, window):
        self.cipher, self.iv, self.epoch = SUITES[suite](key.key), key.iv, epoch
        self.window = ReplayWindow(window)
        self.opened = 0

    def open(self, receiver, datagram):
        """The plaintext; its counter is then marked. Refused leaves everything as it was."""
        head = datagram[:DATA_HEADER_SIZE]
        if len(datagram) < DATA_HEADER_SIZE + TAG_SIZE \
                or head[1:1 + RECEIVER_SIZE] != receiver:
            raise Refused("no DATA for this receiver")
        counter = counter_of(head)
        if not self.window.fresh(counter):
            raise Refused("this counter was accepted before, or is too old")
        plain = open_aead(self.cipher, nonce_of(self.iv, counter), datagram[DATA_HEADER_SIZE:],
                          head)
        self.window.mark(counter)
        self.opened += 1
        return plain
