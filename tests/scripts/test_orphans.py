# SPDX-License-Identifier: Apache-2.0
"""What the labs start does not outlive them, at whichever moment they are killed."""

import os
import signal
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
from lab import kernel  # noqa: E402  (the path above comes first)


def forked(act):
    """The id of a child that does act() and nothing more."""
    child = os.fork()
    if child == 0:
        try:
            act()
        finally:
            os._exit(0)
    return child


class Orphans(unittest.TestCase):
    def setUp(self):
        self.told, self.tell = os.pipe()
        self.addCleanup(os.close, self.told)

    def said(self):
        """All that the processes below have written, once none of them lives any more."""
        os.close(self.tell)
        said = b""
        while part := os.read(self.told, 100):
            said += part
        return said

    def test_dies_when_its_parent_is_killed_later(self):
        def child():
            kernel.die_with_parent(signal.SIGKILL, lab)
            os.write(self.tell, b"asked ")
            signal.pause()

        def parent():
            nonlocal lab
            lab = os.getpid()
            forked(child)
            signal.pause()

        lab = None
        parent_id = forked(parent)
        os.read(self.told, 6)
        os.kill(parent_id, signal.SIGKILL)
        os.waitpid(parent_id, 0)
        self.assertEqual(self.said(), b"")

    def test_dies_when_its_parent_was_killed_before_it_could_ask(self):
        def child():
            while os.getppid() == lab:
                pass
            kernel.die_with_parent(signal.SIGKILL, lab)
            os.write(self.tell, b"lives on")

        def parent():
            nonlocal lab
            lab = os.getpid()
            forked(child)

        lab = None
        os.waitpid(forked(parent), 0)
        self.assertEqual(self.said(), b"")


if __name__ == "__main__":
    unittest.main()
