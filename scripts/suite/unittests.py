# SPDX-License-Identifier: Apache-2.0
"""Python tests of a folder: python3 -m suite.unittests FOLDER --json FILE [PATTERN]

Each test's name, outcome and time are printed as they come; the counts go to the JSON file.
"""

import argparse
import json
import sys
import time
import unittest

from lab.cleanup import undone_at_exit


class Result(unittest.TextTestResult):
    """Prints one line a test and remembers what did not pass."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.passed = 0
        self.failed = set()

    def startTest(self, test):
        self.began = time.monotonic()
        unittest.TestResult.startTest(self, test)

    def _line(self, test, word):
        self.stream.writeln(f"{word:7} {time.monotonic() - self.began:6.1f} s  {test.id()}")
        self.stream.flush()

    def addSuccess(self, test):
        self.passed += 1
        self._line(test, "ok")

    def addFailure(self, test, err):
        unittest.TestResult.addFailure(self, test, err)
        self._failed(test, err, "FAILED")

    def addError(self, test, err):
        unittest.TestResult.addError(self, test, err)
        self._failed(test, err, "ERROR")

    def addSubTest(self, test, subtest, err):
        unittest.TestResult.addSubTest(self, test, subtest, err)
        if err is not None:
            self._failed(subtest, err, "FAILED")

    def _failed(self, test, err, word):
        self.failed.add(test.id())
        self.began = getattr(self, "began", time.monotonic())  # setUpClass fails before any start
        self._line(test, word)
        self.stream.writeln(self._exc_info_to_string(err, test))

    def addSkip(self, test, reason):
        unittest.TestResult.addSkip(self, test, reason)
        self.began = getattr(self, "began", time.monotonic())
        self._line(test, "skipped")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("pattern", nargs="?", default="test_*.py")
    parser.add_argument("--json", required=True)
    options = parser.parse_args()
    tests = unittest.defaultTestLoader.discover(options.folder, options.pattern)
    runner = unittest.TextTestRunner(stream=sys.stdout, resultclass=Result, verbosity=0)
    with undone_at_exit():  # SIGTERM unwinds the tests' labs like Ctrl-C does
        result = runner.run(tests)
    skipped = [f"{test.id()}: {reason}" for test, reason in result.skipped]
    with open(options.json, "w", encoding="utf-8") as file:
        json.dump({"passed": result.passed, "failed": sorted(result.failed), "skipped": skipped},
                  file)
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
