#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Installs a build into a scratch prefix and builds the example against it, by
# pkg-config and by CMake, as C++17. Without the module it must say what to do.
# Usage: install_test.sh BUILD_DIR
set -eu
build=$1
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
prefix=$scratch/usr
compiler=${CXX:-c++}

cmake --install "$build" --prefix "$prefix" >"$scratch/log" 2>&1 || {
	cat "$scratch/log"
	exit 1
}
pc=$(find "$prefix" -name rtwatch.pc)
libdir=$(dirname "$(dirname "$pc")")
# The file was made for the prefix of the build; ask for this one.
export PKG_CONFIG_PATH
PKG_CONFIG_PATH=$(dirname "$pc")
flags=$(pkg-config --define-variable=prefix="$prefix" --define-variable=libdir="$libdir" \
	--define-variable=includedir="$prefix/include" --cflags --libs rtwatch)

# shellcheck disable=SC2086 # flags are words
"$compiler" -std=c++17 -Wall -Wextra -Wpedantic -Werror "$here/../examples/first.cpp" \
	-o "$scratch/by_pkg_config" $flags
if ! {
	cmake -S "$here/../examples" -B "$scratch/build" -DCMAKE_PREFIX_PATH="$prefix" \
		-DCMAKE_CXX_COMPILER="$compiler" && cmake --build "$scratch/build"
} >"$scratch/log" 2>&1; then
	cat "$scratch/log"
	exit 1
fi

# Every public header stands on its own.
for header in "$prefix"/include/rtwatch/*.hpp "$prefix"/include/rtwatch/linux/rtwatch.h; do
	"$compiler" -std=c++17 -fsyntax-only -Wall -Wextra -Wpedantic -Werror -I"$prefix/include" \
		-x c++ - <<<"#include <${header#"$prefix/include/"}>"
done

# Only names of the library are visible.
if nm -DC --defined-only "$libdir"/librtwatch.so.1 | grep -vE ' (rtwatch::|(typeinfo|vtable|typeinfo name) for rtwatch::|RTWATCH_1)|\brtwatch::' ; then
	echo "install: these names should be hidden"
	exit 1
fi

for program in "$scratch/by_pkg_config" "$scratch/build/first"; do
	status=0
	LD_LIBRARY_PATH=$libdir "$program" >"$scratch/out" 2>&1 || status=$?
	if [ -e /sys/module/rtwatch ]; then
		continue # there is a module: any answer is right
	fi
	if [ "$status" -ne 1 ] || ! grep -q 'module not loaded: run modprobe rtwatch' "$scratch/out"; then
		echo "install: $program: exit $status"
		cat "$scratch/out"
		exit 1
	fi
done
for file in bin/rtwatchctl share/bash-completion/completions/rtwatchctl \
	share/man/man1/rtwatchctl.1 share/man/man4/rtwatch.4; do
	[ -e "$prefix/$file" ] || [ ! -e "$build/rtwatchctl" ] || {
		echo "install: no $file"
		exit 1
	}
done
echo "install: all as expected"
