#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Lives through many seeds of the simulator: simulate.sh [OPTIONS of jvpn-sim]
#   simulate.sh --seeds 10000                  all invariants, six virtual minutes of faults a seed (24 and
#                                              a crowd of idle clients in one of 25)
#   simulate.sh --seed 4711                    one seed, with every fault and audit event
#   simulate.sh --seeds 1500 --demand-coverage each reachable state, event and fault must be seen
#   simulate.sh --canary --seeds 3             with a defect built in: must report breaches
#   simulate.sh --check-builds [FIRST COUNT]   the same seeds at -O0, -O3 and under the address
#                                              sanitizer must give the same audit, byte for byte
# Builds live in build-sim*, made here when they are missing.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
compiler="${CXX:-$(command -v ccache >/dev/null && echo 'ccache ')g++}"

# build NAME MESON_OPTIONS...: prints the program's path
build() {
  local folder="$root/build-$1"
  shift
  {
    [ -f "$folder/build.ninja" ] ||
      CXX="$compiler" meson setup "$folder" "$root" -Ddebug=false "$@"
    ninja -C "$folder" tests/sim/jvpn-sim
  } >&2 </dev/null
  echo "$folder/tests/sim/jvpn-sim"
}

check_builds() {
  local first="${1:-1}" count="${2:-3}" seed program expected hash bad=0
  local -a programs=(
    "$(build sim-O0 -Doptimization=0)"
    "$(build sim-O3 -Doptimization=3)"
    "$(build sim-asan -Doptimization=1 -Db_sanitize=address,undefined
       -Dcpp_args='-Wno-maybe-uninitialized')"
  )
  for ((seed = first; seed < first + count; ++seed)); do
    expected=""
    for program in "${programs[@]}"; do
      hash="$("$program" --minutes 2 --seed "$seed" | sed -n 's/^seed .*: audit \([0-9a-f]*\),.*/\1/p')"
      echo "seed $seed: audit $hash by $(basename "$(dirname "$(dirname "$(dirname "$program")")")")"
      expected="${expected:-$hash}"
      [ -n "$hash" ] && [ "$hash" = "$expected" ] || bad=1
    done
  done
  [ "$bad" = 0 ] && echo "all builds agree" || { echo "the builds differ"; return 1; }
}

if [ "${1:-}" = --check-builds ]; then
  shift
  check_builds "$@"
else
  exec "$(build sim -Doptimization=2)" "$@"
fi
