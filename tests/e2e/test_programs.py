# SPDX-License-Identifier: Apache-2.0
"""What can be said of the executables themselves."""

import stat
import tempfile
import unittest
from pathlib import Path

from lab import process
from lab.deployment import make_key
from support import PROGRAMS


class Executables(unittest.TestCase):
    def test_client_links_no_dpdk(self):
        libraries = process.run(["ldd", PROGRAMS.client]).stdout
        self.assertIn("libsodium", libraries)
        self.assertNotIn("librte", libraries)

    def test_keys_are_made_as_the_readme_says(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "phone.key"
            public = make_key(PROGRAMS, path)
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
            self.assertEqual(len(path.read_text().strip()), 44)
            self.assertEqual(len(public), 44)
            self.assertNotEqual(public, path.read_text().strip())
