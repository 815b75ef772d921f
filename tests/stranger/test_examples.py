# SPDX-License-Identifier: Apache-2.0
"""Each row of docs/PROTOCOL_EXAMPLES.md follows from its fixed keys and docs/PROTOCOL.md."""

import re
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import examples  # noqa: E402  (the path above comes first)

PAGE = Path(__file__).resolve().parents[2] / "docs/PROTOCOL_EXAMPLES.md"


def parse(text):
    """{(section, label): bytes} of all rows in the page's code blocks; a row twice is an error."""
    rows, section, label, inside = {}, None, None, False
    for line in text.splitlines():
        if line.startswith("```"):
            inside, label = not inside, None
        elif not inside:
            heading = re.match(r"## (\d+) ", line)
            section = heading[1] if heading else section
        elif line.startswith("  "):
            rows[section, label] += bytes.fromhex(line)
        elif line:
            label = line
            if (section, label) in rows:
                raise ValueError(f"section {section} has two rows '{label}'")
            rows[section, label] = b""
    return rows


class Examples(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.page = parse(PAGE.read_text(encoding="utf-8"))
        cls.computed = examples.all_rows()

    def test_page_has_the_rows_that_we_compute_and_no_others(self):
        self.assertGreaterEqual(len(self.page), 60)
        self.assertEqual(sorted(self.page), sorted(self.computed))

    def test_each_row_is_what_we_compute(self):
        for row, value in self.page.items():
            with self.subTest(row=row):
                self.assertEqual(self.computed[row].hex(), value.hex())

    def test_each_message_comes_back_out_of_its_bytes(self):
        for kind, body in examples.message_bodies().items():
            with self.subTest(kind=kind.name):
                message = examples.Message.unpack(self.page["6", kind.name])
                self.assertEqual(message, examples.Message(kind, 3, 9, examples.SESSION, 4, body))


if __name__ == "__main__":
    unittest.main()
