#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Are the tests any good? Applies each small sabotage of tests/mutants/ to a scratch copy of the
# tree, builds what it changes and demands that those notice whom it names: unit tests, the
# simulator, or both (scripts/mutants/mutant.py). --jobs says how many at a time, each in a copy of
# its own.
#   mutants.sh [--only WORD] [--list] [--jobs 2]
# Prints mutant, catching test, the seeds that the simulator needed (with the invariant that it saw
# broken) and seconds; at the end how long it took, and how loaded the machine was. Exit code 0 when every mutant was caught, 1 when one survived, 2 when
# something fails without any mutant.
# The scratch copies and their builds stay in build-mutants/, so that the next run is incremental.
set -euo pipefail

scripts="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
case " $* " in *" -h "* | *" --help "* | *" --list "*) ;; *)
  "$scripts/install_packages.sh" build test
esac
PYTHONPATH="$scripts" exec python3 -B -m mutants "$@"
