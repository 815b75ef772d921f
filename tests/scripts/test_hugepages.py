# SPDX-License-Identifier: Apache-2.0
"""How the labs borrow hugepages, told by files in place of the kernel's."""

import sys
import tempfile
import unittest
from contextlib import ExitStack
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
from lab import hugepages  # noqa: E402  (the path above comes first)


class Hugepages(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.number = Path(holder.name) / "nr_hugepages"
        self.number.write_text("3", encoding="ascii")
        # One file for both: as if each page that is there were free.
        for name in ("NUMBER", "FREE"):
            patch = mock.patch.object(hugepages, name, str(self.number))
            patch.start()
            self.addCleanup(patch.stop)

    def test_are_raised_and_put_back(self):
        with ExitStack() as stack:
            hugepages.reserve(stack, 10)
            self.assertEqual(hugepages.number(), 10)
        self.assertEqual(hugepages.number(), 3)

    def test_that_are_free_already_are_left_alone(self):
        with ExitStack() as stack, mock.patch.object(hugepages, "_write") as write:
            hugepages.reserve(stack, 3)
        write.assert_not_called()

    def test_of_a_read_only_sysfs_are_unavailable_and_nothing_is_undone(self):
        refusal = OSError(30, "Read-only file system")
        with ExitStack() as stack, mock.patch.object(hugepages, "_write", side_effect=refusal):
            with self.assertRaisesRegex(hugepages.Unavailable, "Read-only"):
                hugepages.reserve(stack, 10)
            stack.close()

    def test_that_another_lab_holds_are_unavailable(self):
        with ExitStack() as first, ExitStack() as second:
            hugepages.reserve(first, 10)
            with self.assertRaisesRegex(hugepages.Unavailable, "another run"):
                hugepages.reserve(second, 20)
        self.assertEqual(hugepages.number(), 3)


if __name__ == "__main__":
    unittest.main()
