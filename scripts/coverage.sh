#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Lines and branches of each folder that the unit tests run, and the lines that none runs:
#   coverage.sh [--jobs N] [--no-run] [FOLDER ...]
# Fails below 95 % of the lines of crypto, session and control. Not part of scripts/test.sh: it
# builds everything once more (in build-coverage), unoptimised; with folders named, only the tests of
# these: coverage.sh crypto session control
set -euo pipefail

scripts="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
PYTHONPATH="$scripts" exec python3 -B -m suite.coverage "$@" </dev/null
