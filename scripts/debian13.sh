#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs a command in a chroot of Debian 13, in a copy of this tree with builds of its own:
#   debian13.sh scripts/test.sh            every test, by that Debian's compilers, DPDK and ipsec-mb
#   debian13.sh scripts/bench.sh --quick   the same for the benchmarks
#   debian13.sh bash                       a shell
# Needs root. The first call makes the chroot, build-debian13/; later ones bring changed sources
# over and build incrementally. Removing the folder undoes everything. Packages come from where
# this machine's apt has its own, or from the MIRROR of the environment. The exit code is the
# command's; mounts and processes live in namespaces, which end with it.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
chroot="$root/build-debian13"
log="$root/build-logs/debian13.log"

fail() { echo "error: $*" >&2; exit 1; }

# Runs a command and comes back with its exit code when it has ended, not before: Ctrl-C reaches it
# without us, SIGTERM is passed on to it, and whoever kills us kills it.
attend() {
  local code again=1
  env --default-signal=INT,QUIT setpriv --pdeathsig KILL "$@" <&0 9<&- &
  trap '' INT QUIT  # a wait that they interrupt while the command ends may never hear of that end
  trap "again=1; kill -TERM $! 2>/dev/null || true" TERM HUP
  # SIGTERM ends the wait with a code of its own.
  while ((again)); do again=0 code=0; wait $! || code=$?; done
  trap - INT QUIT TERM HUP
  return "$code"
}

# The mirror that this machine uses; none leaves the choice to debootstrap.
mirror() {
  echo "${MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' \
    'Origin: Debian' 'Label: Debian' 2>/dev/null | head -1)}"
}

make_chroot() {
  "$root/scripts/install_packages.sh" debian13 >&2
  local part="$chroot.part" proxy=""
  rm -rf --one-file-system "$part"
  mkdir -p "$(dirname "$log")"
  eval "$(apt-config shell proxy Acquire::http::Proxy)"
  echo "debian13: making $chroot (log: $log)" >&2
  attend env http_proxy="${http_proxy:-$proxy}" debootstrap --variant=minbase \
    --include=ca-certificates trixie "$part" $(mirror) >"$log" 2>&1 ||
    { tail -5 "$log" >&2
      fail "debootstrap failed (log: $log). Is Debian's mirror within reach, and is there room for" \
           "8 GiB? MIRROR=URL names another mirror; the next call starts afresh."; }
  mv "$part" "$chroot"
}

# Times of change come along, so that ninja rebuilds what changed and nothing else.
bring_sources() {
  mkdir -p "$chroot/src"
  find "$chroot/src" -mindepth 1 -maxdepth 1 ! -name 'build*' -exec rm -rf {} +
  tar -C "$root" -c --format=posix --exclude='./build*' --exclude=./.git --exclude=__pycache__ . |
    tar -C "$chroot/src" -xf -
}

# Public test vectors, where there are any: they lie beside the tree, in the chroot too.
bring_vectors() {
  local vectors="${JVPN_VECTORS:-$root/../shared/vectors}"
  [ -d "$vectors" ] || return 0
  mkdir -p "$chroot/shared/vectors"
  cp -a "$vectors/." "$chroot/shared/vectors"
}

# How this machine's apt reaches a mirror is how that of the chroot does.
bring_network_settings() {
  cp -L /etc/resolv.conf "$chroot/etc/resolv.conf"
  { apt-config dump | grep -E '^Acquire::(http|https|Check-.*)(::| ).*"..*";$' || true
  } >"$chroot/etc/apt/apt.conf.d/99-as-on-the-host"
}

mount_what_a_system_has() {
  mount --bind "$chroot" "$chroot"  # "ip netns" wants / to be a mount
  mount -t proc proc "$chroot/proc"
  mount --rbind /sys "$chroot/sys"
  mount --rbind /dev "$chroot/dev"
  mount -t tmpfs tmpfs "$chroot/tmp"
  mount -t tmpfs tmpfs "$chroot/run"
}

# Process 1 of its pid namespace: when it ends, so do all others and the mounts.
inside() {
  mount -t proc proc /proc
  [ -d "$chroot" ] || make_chroot
  bring_sources
  bring_vectors
  bring_network_settings
  mount_what_a_system_has
  attend chroot "$chroot" env -i --chdir=/src HOME=/root TERM="${TERM:-dumb}" \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

[ $# -gt 0 ] || { sed -n '3,10s/^# \{0,1\}//p' "$0" >&2; exit 2; }
[ "$(id -u)" -eq 0 ] || fail "a chroot needs root: sudo $0 $*"
exec 9<"${BASH_SOURCE[0]}"
flock --nonblock 9 || fail "another $0 is at work in $chroot"
export root chroot log
export -f $(compgen -A function)
exec unshare --mount --pid bash -uc 'attend bash -euo pipefail -c "inside \"\$@\"" debian13 "$@"' \
  debian13 "$@"
