# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
#
# Sourced by every script here: where things are, how errors look.

# shellcheck disable=SC2034 # for the scripts that source this
qemu_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck disable=SC2034
top_dir=$(cd "$qemu_dir/../.." && pwd)
# shellcheck disable=SC2034
build_dir=$top_dir/build
# shellcheck disable=SC2034
cache_dir=${XDG_CACHE_HOME:-$HOME/.cache}/rtwatch

program=${0##*/}

say() {
	echo "$program: $*" >&2
}

die() {
	say "$@"
	exit "${die_status:-1}"
}

usage_error() {
	say "$* (see $program --help)"
	exit 2
}

need_programs() {
	local name

	for name; do
		command -v "$name" >/dev/null ||
			die "no $name here: run selftests/install-packages vm"
	done
}
