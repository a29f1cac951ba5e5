#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# What rtwatchctl explain prints, and what it says when it cannot read or write.
# Usage: explain_test.sh RTWATCHCTL FIXTURES
set -u
tool=$1
fixtures=$2
failures=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp "$fixtures/hung_tasks.log" "$scratch/a,b.log"
cp "$fixtures/rcu_arm32.log" "$scratch/c.log"
head -n 10 "$fixtures/rcuc_starved_on_rt.log" >"$scratch/once.log"
echo "usb 1-2: reset high-speed USB device" >"$scratch/quiet"
cd "$scratch" || exit 1

# check NAME STATUS REGEX COMMAND...: REGEX is looked for in stdout and stderr together.
check() {
	local name=$1 status=$2 regex=$3 out got
	shift 3
	out=$("$@" 2>&1)
	got=$?
	if [ "$got" -ne "$status" ] || ! grep -Eq -- "$regex" <<<"$out"; then
		echo "FAILED: $name: exit $got (want $status), want /$regex/ in:"
		echo "$out"
		failures=$((failures + 1))
	fi
}

explain() {
	"$tool" explain "$@"
}
from_stdin() {
	explain "$@" <c.log
}
to_full_disk() {
	explain "$@" >/dev/full
}
# The document without its blanks, which must be the same as without --pretty.
squeezed() {
	diff <(explain -j "$@") <(explain -p "$@" | sed 's/^ *//; s/": /":/' | tr -d '\n' && echo)
}

check nothing_in_words 0 '^No stall, lockup or hung task' explain quiet
check nothing_as_json 0 '^\{"schema":1,"incidents":\[\],"lost":0\}$' explain -j quiet
check nothing_indented 0 '^  "incidents": \[\],$' explain -p quiet
check words 0 '^#1 rcu_stall_self  lines 1-' explain c.log
check standard_input 0 '^#1 rcu_stall_self' from_stdin
check standard_input_by_name 0 '^\{"schema":1,"incidents":\[\{"type":"rcu_stall_self"' from_stdin -j -
check a_name_with_a_comma 0 '^#1 hung_task' explain a,b.log
check files_are_named 0 '^c.log:$' explain a,b.log c.log
check files_are_named_in_json 0 '"file":"c.log"\}\],"lost":0\}$' explain -j a,b.log c.log
check relatives_count_through_all 0 '^  Same hang as #6' explain c.log a,b.log
check indented_is_the_same 0 '^$' squeezed c.log quiet
check one_of_two_is_missing 1 '^rtwatchctl: gone: No such file' explain gone c.log
check one_of_two_is_missing_in_json 1 '"lost":0,"error":\{"errno":2,"code":"ENOENT"' explain -j gone c.log
check the_other_is_read 1 '"type":"rcu_stall_self"' explain -j gone c.log
check missing 1 '^rtwatchctl: gone: .*give the path of a log' explain gone
check missing_as_json 1 '^\{"schema":1,"lost":0,"error":\{"errno":2' explain -j gone
check a_folder 1 '"code":"EISDIR"' explain -j .
once() { # REGEX FILE: how often it is said
	explain "$2" | tr -s '\n ' ' ' | grep -oE "$1" | wc -l
}
check says_what_a_number_means_once 0 '^1$' once 'RCU softirqs when the grace period began' \
	once.log
check refers_to_what_it_said 0 'softirq +0/0 \(see above\)$' explain "$fixtures/rcuc_starved_on_rt.log"
check a_preempted_reader_is_a_task 0 '^  Task rcu_reader:130, preempted inside an RCU reader, holds up' \
	explain "$fixtures/real_7_3_rcu.log"
check no_trace_of_the_interrupt_alone 0 '^0$' once 'sysvec_apic_timer' "$fixtures/rt_hog_5_10.log"
check one_cpu_of_several 0 'CPU 9 of them running swapper/9:0' explain "$fixtures/rcuc_starved_on_rt.log"
check full_disk 1 'cannot write the output: No space left' to_full_disk -j c.log
check full_disk_in_words 1 'cannot write the output: No space left' to_full_disk c.log
gzip -c c.log >c.gz
echo "0,10,5250000,-;watchdog: BUG: soft lockup - CPU#2 stuck for 22s! [x:1]" >kmsg
cat c.gz c.gz >twice.gz
head -c 600 c.gz >cut.gz
printf '\3757zXZ\0rest' >c.xz
printf 'LPKSHHRHrest' >system.journal
printf '\177ELFrest' >vmcore
head -c 9000 /dev/urandom >noise
from_packed() {
	diff <(explain -j c.gz) <(explain -j c.log) && explain -j - <c.gz
}
check packed 0 '"type":"rcu_stall_self"' from_packed
check packed_in_two_members 0 '^#4 rcu_stall_self' explain twice.gz
check packed_and_cut 1 '^#1 rcu_stall_self' explain cut.gz
check packed_and_cut_is_told 1 '^rtwatchctl: cut.gz: the packed file is cut or damaged: what could' explain cut.gz
check packed_and_cut_in_json 1 '"code":"EBADMSG"' explain -j cut.gz
check packed_otherwise 1 'c.xz cannot be read: it is packed by xz: xz -dc c.xz \| rtwatchctl explain -$' explain c.xz
check a_journal_file 1 'it is a journal file: journalctl -k --file system.journal' explain system.journal
check a_crash_dump 1 'it is a program or a crash dump' explain vmcore
check noise 0 'noise does not look like a log: reading it nevertheless' explain noise
check noise_in_json 0 '^\{"schema":1,"incidents":\[\],"lost":0\}$' explain -j noise
check seconds_of_kmsg 0 '^#1 soft_lockup  line 1, at 5.250000' explain kmsg
check unknown_option 1 'see rtwatchctl explain --help' explain --what
check kmsg_takes_no_file 1 'leave the files out' explain --kmsg c.log

if [ "$failures" -ne 0 ]; then
	echo "$failures failed"
	exit 1
fi
