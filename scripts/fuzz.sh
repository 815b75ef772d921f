#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Fuzzes every parser and both protocol cores with libFuzzer (tests/fuzz), two targets at a time:
#   fuzz.sh [HOURS] [TARGET...]   a campaign of HOURS in all (default 1)
#   fuzz.sh --smoke [TARGET...]   20 s for each target, as scripts/test.sh does
#   fuzz.sh --seeds [TARGET...]   writes the targets' seeds into tests/fuzz/corpus
# Prints executions, coverage and marks of each; fails for a crash, whose input it names, and for a
# mark that the corpus does not reach. Built in build-asan by clang with ASan and UBSan, as the
# unit tests are; logs, findings and new inputs lie in build-logs/fuzz.
set -euo pipefail

scripts="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
PYTHONPATH="$scripts" exec python3 -B -m suite.fuzz "$@" </dev/null
