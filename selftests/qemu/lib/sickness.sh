# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
#
# What a kernel says when something is wrong with it: the first line of each
# kind of report, in the words of all supported versions.

sickness_patterns=(
	'Kernel panic - not syncing'
	'Oops: '
	'BUG: '
	'kernel BUG at '
	'WARNING: '
	'general protection fault'
	'Unable to handle kernel'
	'double fault: '
	'invalid opcode: '
	'divide error: '
	'stack segment: '
	'UBSAN: '
	'refcount_t: '
	'list_(add|del) corruption'
	'kmemleak: [0-9]+ new suspected'
	'rcu: INFO: '
	'INFO: rcu_.* stall'
	'detected( expedited)? stalls? on CPU'
	'self-detected stall'
	'kthread (timer wakeup didn.t happen|starved) for '
	'Watchdog detected hard LOCKUP'
	'INFO: task .* blocked '
	'INFO: possible (recursive|circular|irq)'
	'INFO: (inconsistent|suspicious|trying to register)'
	'DEBUG_LOCKS_WARN_ON'
)

# sick_lines FILE...: the distinct lines that report a sickness
sick_lines() {
	local pattern

	pattern=$(IFS='|' && echo "${sickness_patterns[*]}")
	cat "$@" | tr -d '\r' | sed 's/^\[[^]]*\] //' | grep -aE "$pattern" | sort -u || true
}
