# SPDX-License-Identifier: Apache-2.0
"""check_layers.py finds every kind of breach in a bad tree, and none in a good one."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import check_layers  # noqa: E402  (the path above comes first)

GOOD = "// SPDX-License-Identifier: Apache-2.0\n#pragma once\n"


class CheckLayers(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def breaches(self, path, body, head=GOOD):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(head + body)
        return check_layers.check_tree(self.root)[0]

    def assert_one_breach(self, path, body, expected, head=GOOD):
        found = self.breaches(path, body, head)
        (self.root / path).unlink()
        self.assertEqual(len(found), 1, found)
        self.assertIn(expected, found[0])

    def test_accepts_includes_that_point_downward(self):
        self.assertEqual(self.breaches("control/a.h", '#include "session/core/ids.h"\n'), [])
        self.assertEqual(self.breaches("dataplane/b.h", '#include "session/shared/table.h"\n'), [])
        self.assertEqual(self.breaches("apps/c.h", '#include "control/core/a.h"\n'), [])
        anything = '#include "control/a.h"\n#include <rte_eal.h>\n'
        self.assertEqual(self.breaches("tests/d.cc", anything), [])

    def test_refuses_each_include_that_points_upward_or_sideways(self):
        for layer, target in (("base", "crypto"), ("crypto", "session/core"),
                              ("session/core", "session/shared"), ("session/shared", "dataplane"),
                              ("dataplane", "control"), ("dataplane", "client"),
                              ("control", "dataplane"), ("client", "control"),
                              ("control", "apps"), ("crypto", "tests")):
            with self.subTest(layer=layer, target=target):
                self.assert_one_breach(f"{layer}/bad.h", f'\n#include "{target}/x.h"\n',
                                       f"{layer}/bad.h:4: {layer}/ must not include {target}/")

    def test_refuses_dpdk_where_it_must_not_be(self):
        for layer in ("base", "crypto", "session/core", "control", "client"):
            with self.subTest(layer=layer):
                self.assert_one_breach(f"{layer}/bad.cc", "#include <rte_ring.h>\n", "free of DPDK")
        self.assertEqual(self.breaches("session/shared/ok.h", "#include <rte_ring.h>\n"), [])
        self.assert_one_breach("session/shared/bad.h", "#include <rte_ethdev.h>\n", "without EAL")

    def test_refuses_views_that_clang_cannot_build(self):
        self.assert_one_breach("base/bad.cc", "#include <ranges>\n", "write the loop")
        self.assert_one_breach("tests/bad.cc", "#include <ranges>\n", "write the loop")

    def test_refuses_dpdk_that_comes_through_another_header(self):
        self.breaches("session/shared/ring.h", "#include <rte_ring.h>\n")
        self.breaches("session/shared/mailbox.h", '#include "session/shared/ring.h"\n')
        self.breaches("session/shared/plain.h", "")
        self.assert_one_breach("control/bad.h", '#include "session/shared/mailbox.h"\n',
                               "reaches it through session/shared/mailbox.h")
        self.assertEqual(self.breaches("control/ok.h", '#include "session/shared/plain.h"\n'), [])

    def test_refuses_clocks_and_threads_outside_apps(self):
        for call in ("std::thread t;", "clock_gettime(CLOCK_MONOTONIC, &t);",
                     "auto t = std::chrono::steady_clock::now();", "rte_rdtsc();"):
            with self.subTest(call=call):
                self.assert_one_breach("control/bad.cc", call + "\n", "only apps/ reads clocks")
        only_words = '// std::thread\nauto s = "clock_gettime";\n'
        self.assertEqual(self.breaches("control/ok.cc", only_words), [])
        self.assertEqual(self.breaches("apps/ok.cc", "std::thread t;\n"), [])

    def test_refuses_files_without_licence_line_or_pragma(self):
        self.assert_one_breach("base/bad.h", "", "first line must be", head="#pragma once\n")
        self.assert_one_breach("base/bad.h", "", "#pragma once",
                               head="// SPDX-License-Identifier: Apache-2.0\n")

    def test_refuses_a_file_of_session_that_is_in_neither_half(self):
        self.assert_one_breach("session/loose.h", "", "belongs to session/core or session/shared")

    def test_the_tree_itself_is_clean(self):
        root = Path(check_layers.__file__).resolve().parents[1]
        self.assertEqual(check_layers.check_tree(root)[0], [])


if __name__ == "__main__":
    unittest.main()
