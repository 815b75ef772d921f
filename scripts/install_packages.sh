#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing of the given sections of packages.txt: install_packages.sh build lab ...
set -euo pipefail

list="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/packages.txt"
[ $# -gt 0 ] || { echo "usage: $0 SECTION...   (sections of $list)" >&2; exit 2; }

packages_of() {  # the package names of one section
  awk -v want="[$1]" '{ sub(/#.*/, ""); sub(/[ \t]+$/, "") }
                      /^\[/ { inside = ($0 == want); next }
                      inside && NF { print $1 }' "$list"
}

missing=()
for section in "$@"; do
  names="$(packages_of "$section")"
  [ -n "$names" ] || { echo "packages.txt has no section [$section]" >&2; exit 2; }
  for name in $names; do
    status="$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null || true)"
    [ "$status" = installed ] || missing+=("$name")
  done
done

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

echo "packages: installing ${#missing[@]}: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq </dev/null ||
  echo "warning: apt-get update failed; trying the package lists that are here" >&2
apt-get install -y -q -o Dpkg::Use-Pty=0 --no-install-recommends "${missing[@]}" </dev/null |
  awk '/^(Need to get|Fetched|Setting up|[EW]:)/ { print "  " $0; fflush() }'
