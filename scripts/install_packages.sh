#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing of the given sections of packages.txt: install_packages.sh build lab ...
set -euo pipefail

list="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/packages.txt"
[ $# -gt 0 ] || { echo "usage: $0 SECTION...   (sections of $list)" >&2; exit 2; }

lines_of() {  # of one section, each a package or alternatives "a|b"
  awk -v want="[$1]" '{ sub(/#.*/, ""); gsub(/[ \t]+/, "") }
                      /^\[/ { inside = ($0 == want); next }
                      inside && NF' "$list"
}

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

known() { LC_ALL=C apt-cache policy "$1" 2>/dev/null | grep -q 'Candidate: [^(]'; }

any() {  # any TEST NAME...: whether one of the names passes the test; prints the first that does
  local name
  for name in "${@:2}"; do
    if "$1" "$name"; then echo "$name"; return; fi
  done
  return 1
}

# Prints what is to be installed for a line, nothing if it is there.
missing_of() {
  local names
  IFS='|' read -ra names <<<"$1"
  any installed "${names[@]}" >/dev/null || any known "${names[@]}" ||
    [ "${names[-1]}" = nothing ] || echo "${names[0]}"  # apt will say what is wrong with it
}

find_missing() {
  missing=()
  local section lines line
  for section in "$@"; do
    lines="$(lines_of "$section")"
    [ -n "$lines" ] || { echo "packages.txt has no section [$section]" >&2; exit 2; }
    for line in $lines; do
      missing+=($(missing_of "$line"))
    done
  done
}

find_missing "$@"
if [ ${#missing[@]} -eq 0 ]; then
  echo "packages: all present"
  exit 0
fi
if ! command -v apt-get >/dev/null; then
  echo "error: these packages are missing and there is no apt-get here (Debian 12 or 13 is" \
       "needed): ${missing[*]}" >&2
  exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "error: these packages are missing and only root can install them: ${missing[*]}" >&2
  exit 1
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq </dev/null ||
  echo "warning: apt-get update failed; trying the package lists that are here" >&2
find_missing "$@"  # alternatives can be told apart only now
echo "packages: installing ${#missing[@]}: ${missing[*]}"
apt-get install -y -q -o Dpkg::Use-Pty=0 --no-install-recommends "${missing[@]}" </dev/null |
  awk '/^(Need to get|Fetched|Setting up|[EW]:)/ { print "  " $0; fflush() }'
