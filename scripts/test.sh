#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is needed, builds and runs every test there is, and ends with "N passed, N failed".
#   test.sh [--only WORD] [--list]
# Builds live in build-plain, build-asan and build-tsan, logs in build-logs. Needs root for packages
# and for the end-to-end tests in network namespaces.
set -euo pipefail

scripts="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
if ! "$scripts/install_packages.sh" build lab test; then
  printf '\n0 passed, 1 failed\n'  # nothing can be built or run without them
  exit 1
fi
PYTHONPATH="$scripts" exec python3 -B -m suite "$@" </dev/null
