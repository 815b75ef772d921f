# SPDX-License-Identifier: Apache-2.0
"""check_hot_path.py finds whatever a worker must not do in an object file, and nothing else."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import check_hot_path  # noqa: E402  (the path above comes first)


class CheckHotPath(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def compiled(self, name, source):
        path = self.folder / f"{name}.cc.o"
        command = ["g++", "-std=c++20", "-O2", f"-I{ROOT}", "-c", "-x", "c++", "-", "-o", path]
        subprocess.run(command, input=source, text=True, check=True)
        return path

    def breaches(self, source):
        return check_hot_path.check({"dataplane/seal": self.compiled("seal", source)})

    def test_refuses_memory_locks_system_calls_logs_and_exceptions(self):
        for symbol, source in {
                "malloc": "#include <cstdlib>\nvoid* f() { return std::malloc(9); }",
                "operator new": "char* f(int n) { return new char[n]; }",
                "pthread_mutex_lock": "#include <mutex>\nvoid f(std::mutex& m) { m.lock(); }",
                "write": "#include <unistd.h>\nlong f() { return write(1, nullptr, 0); }",
                "clock_gettime": "#include <time.h>\nvoid f(timespec& t)"
                                 " { clock_gettime(CLOCK_MONOTONIC, &t); }",
                "puts": '#include <cstdio>\nvoid f() { std::puts("hello"); }',
                "__cxa_throw": "void f() { throw 1; }",
                "std::__throw_length_error": "#include <stdexcept>\n#include <string>\n"
                                             "void f(std::string& s) { s.resize(999); }",
        }.items():
            with self.subTest(symbol):
                self.assertTrue(any(f"dataplane/seal.cc refers to {symbol}" in breach
                                    for breach in self.breaches(source)))

    def test_refuses_a_function_of_ours_that_no_listed_file_defines(self):
        source = "namespace jvpn { void elsewhere(); void here() { elsewhere(); } }"
        self.assertEqual(self.breaches(source),
                         ["dataplane/seal.cc refers to jvpn::elsewhere()"])

    def test_accepts_what_another_listed_file_defines(self):
        objects = {"dataplane/seal": self.compiled("seal", "void other(); void f() { other(); }"),
                   "dataplane/finish": self.compiled("finish", "void other() {}")}
        self.assertEqual(check_hot_path.check(objects), [])

    def test_misses_the_fetches_that_a_compiler_has_left_out(self):
        for fetch, left_out in (("__builtin_prefetch(at)", True), ("jvpn::prefetch(at)", False)):
            source = ('#include "base/prefetch.h"\n'
                      f"[[gnu::noinline]] static void fetch(const void* at) {{ {fetch}; }}\n"
                      "void f(const char* at) { fetch(at); fetch(at + 64); }")
            with self.subTest(fetch):
                breaches = check_hot_path.check({"crypto/aead": self.compiled("aead", source)})
                self.assertEqual([breach for breach in breaches if "fetches nothing" in breach],
                                 breaches)
                self.assertEqual(bool(breaches), left_out)

    def test_accepts_an_invariant_that_ends_the_process(self):
        source = ('#include "base/ensure.h"\nvoid f(int n) { jvpn::ensure(n > 0, "it counts");'
                  ' jvpn::ensure(n < 9, "not that far"); }')
        self.assertEqual(self.breaches(source), [])

    def test_refuses_words_after_which_the_worker_goes_on(self):
        source = ('#include "base/ensure.h"\nvoid f(int n) { jvpn::ensure(n > 0, "it counts");'
                  ' std::fprintf(stderr, "%d\\n", n); }')
        self.assertEqual(self.breaches(source), ["dataplane/seal.cc writes something and goes on"])

    def test_refuses_the_instruction_of_a_system_call(self):
        self.assertEqual(self.breaches('void f() { asm volatile("syscall"); }'),
                         ["dataplane/seal.cc has a system call's instruction"])

    def test_allows_the_sleep_of_idle_workers_in_one_file_only(self):
        source = ('namespace jvpn { struct Doze { void wait(bool brief); }; }\n'
                  'void f(jvpn::Doze& doze) { doze.wait(true); }')
        self.assertEqual(self.breaches(source),
                         ["dataplane/seal.cc refers to jvpn::Doze::wait(bool)"])
        worker = {"dataplane/worker": self.compiled("worker", source)}
        self.assertEqual(check_hot_path.check(worker), [])

    def test_a_listed_file_that_is_not_there_is_an_error(self):
        with self.assertRaisesRegex(FileNotFoundError, "classify_plaintext"):
            check_hot_path.worker_objects(self.folder)


if __name__ == "__main__":
    unittest.main()
