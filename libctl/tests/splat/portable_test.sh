#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The log decoder needs the C++ standard library and nothing else: no netlink, no kernel's headers,
# no POSIX. So it can be taken along to a machine without Linux.
# usage: portable_test.sh     CXX chooses the compiler
set -eu
here=$(cd "$(dirname "$0")" && pwd)
lib=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$lib"

sources=$(sed -n 's/^[[:space:]]*\(src.*\.cpp\)$/\1/p' src/splat/sources.cmake)
[ "$(echo "$sources" | wc -l)" -gt 20 ]

# C++17's headers; those that it has from C go by their C++ names.
standard='algorithm|array|cctype|cerrno|charconv|chrono|climits|cmath|cstddef|cstdint|cstdlib|cstring'
standard="$standard|deque|functional|iterator|limits|map|memory|optional|string|string_view|tuple"
standard="$standard|type_traits|utility|variant|vector|rtwatch/splat.hpp|rtwatch/export.hpp"
# shellcheck disable=SC2086 # words
others=$(grep -hE '^[[:space:]]*#[[:space:]]*include[[:space:]]*<' $sources src/splat/*.hpp \
	src/splat/explain/*.hpp include/rtwatch/splat.hpp include/rtwatch/export.hpp |
	grep -vE "<($standard)>" || true)
if [ -n "$others" ]; then
	echo "the decoder includes what other systems may not have:"
	echo "$others"
	exit 1
fi

# One unit, as the fuzzer's: most of the time would go into the same headers again and again.
{
	for source in $sources; do
		echo "#include \"$source\""
	done
	cat <<-'END'
		#include <cstdio>
		#include <string>

		int main()
		{
			rtwatch::splat::parser parser;
			std::string text;
			for (int c = std::getchar(); c != EOF; c = std::getchar())
				text += static_cast<char>(c);
			parser.feed(text);
			parser.finish();
			rtwatch::splat::incident in;
			while (parser.next(in))
				std::printf("%s: %s\n", to_string(in.type), in.summary.c_str());
		}
	END
} >"$work/all.cpp"
"${CXX:-c++}" -std=c++17 -pedantic-errors -Wall -Wextra -Werror -I"$lib" -Iinclude \
	-o "$work/explain" "$work/all.cpp"
"$work/explain" <tests/splat/fixtures/rt_hog_5_10.log >"$work/said"
cat "$work/said"
grep -q '^rcu_stall_self: CPU 2 holds up an rcu_sched grace period' "$work/said"
