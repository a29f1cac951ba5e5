#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# What the completion offers. Usage: completion_test.sh RTWATCHCTL
set -u
program=$1
# shellcheck disable=SC1091 # checked on its own
. "$(dirname "$0")/../completion/rtwatchctl.bash"
failures=0

# offers NAME "WORDS SO FAR" WANTED...: the last word is the one being typed.
offers() {
	local name=$1 typed=$2 want
	shift 2
	read -ra COMP_WORDS <<<"$program $typed"
	case $typed in *' ' | '') COMP_WORDS+=('') ;; esac
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	COMPREPLY=()
	_rtwatchctl
	for want; do
		if [[ " ${COMPREPLY[*]} " != *" $want "* ]]; then
			echo "FAILED: $name: '$typed' offers '${COMPREPLY[*]}', not $want"
			failures=$((failures + 1))
		fi
	done
}

offers commands '' status watch events samples sensors config backtrace version
offers commands_by_letter '-j st' status
offers global_options '--' --json --pretty --no-color --help
offers options_of_a_command 'status --' --check --worst --watch --all --json
offers options_behind_globals '-j watch --d' --deadline
offers values 'watch --until ' begin end
offers actions_of_knobs 'knobs ' get set save restore
offers knobs 'knobs get sched' sched_rt_runtime_us sched_rt_period_us
offers knobs_to_set 'knobs set panic' panic= panic_on_oops=
offers commands_with_q 'q' quotas
offers options_of_quotas 'quotas --' --interval --all --root --json
offers policies_of_a_hog 'hog --cpu 1 --policy ' fifo rr deadline
offers cpus_for_a_hog 'hog --cpu ' 0
offers settings 'config rt' rt_starvation_ms=

[ "$failures" -eq 0 ] || exit 1
echo "completion: all as expected"
