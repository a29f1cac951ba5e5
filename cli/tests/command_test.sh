#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# What a user meets: exit status, output and errors of every command.
# Usage: command_test.sh FAKE REAL
#   FAKE is rtwatchctl with a fake module (RTWATCH_FAKE names the machine),
#   REAL the one that ships.
set -u
fake=$1
real=$2
failures=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset NO_COLOR

# check NAME STATUS REGEX MACHINE ARGS...: runs the command and compares its exit
# status; REGEX is looked for in stdout and stderr together.
check() {
	local name=$1 status=$2 regex=$3 machine=$4
	shift 4
	local out got
	out=$(RTWATCH_FAKE=$machine timeout 20 "$fake" "$@" 2>&1 </dev/null)
	got=$?
	if [ "$got" -ne "$status" ] || ! grep -Eq -- "$regex" <<<"$out"; then
		echo "FAILED: $name: rtwatchctl $*: exit $got (want $status), want /$regex/ in:"
		echo "$out"
		failures=$((failures + 1))
	fi
}

# is NAME CONDITION...: any other condition.
is() {
	local name=$1
	shift
	if ! "$@"; then
		echo "FAILED: $name: $*"
		failures=$((failures + 1))
	fi
}

check no_command_is_status 0 'WORST VICTIM' healthy
check status_names_the_hog 0 'surfaceflinger\[121\] FIFO 50' hogged status
check status_tells_the_sentence 0 '#12 CPU 1 (is|was) starved' hogged status
check status_json 0 '"level":"starving"' hogged -j status
check status_json_behind 0 '"schema":1,"lost":0' hogged status -j
check status_pretty 0 '^  "schema": 1,$' hogged -p status
check status_check_is_fine 0 '^OK: 4 CPUs' healthy status --check
check status_check_finds 2 '^STARVING: CPU 1' hogged status --check
check status_check_json 2 '"check":"starving","cpus_starving":\[1\]' hogged -j status --check
check status_folds 0 '63 more CPUs ok' 64cpus status
check status_unprivileged 0 'starving' denied status
check status_refuses_both 1 'exclude each other' healthy status --check --watch 2
check status_refuses_zero 1 'give a number from 1 to 3600' healthy status --watch 0
check status_refuses_words 1 'one word too many' healthy status everything

check diagnose 2 '^  cause +rt_runtime_share$' hogged diagnose
check diagnose_victims 2 '^ +ksoftirqd/1\[21\] waits 3.1 s: packets and timers' hogged diagnose
check diagnose_now 2 '^  now +.*chrt -o -p 0 121 makes it an ordinary task' hogged diagnose
check diagnose_fine 0 '^Nothing is wrong: looked at 4 CPUs, 1 sensor and 0 incidents of the last 1 h' healthy diagnose
check diagnose_json 2 '"verdicts":\[\{"cause":"rt_runtime_share","active":true,"sentence":"CPU 1 is starved' hogged -j diagnose
check diagnose_json_evidence 2 '"evidence":\[\{"source":"incident","name":"rq_rt_runtime_ns","value":1000000000\}' hogged -j diagnose
check diagnose_json_fine 0 '"verdicts":\[\]' healthy -j diagnose
check diagnose_unprivileged 2 'CPU 1 is starved for .*: 3 tasks wait' denied diagnose
check diagnose_refuses 1 'give a number from 0 to 31536000' healthy diagnose --last never

check events 0 'remedy .*NO_RT_RUNTIME_SHARE' hogged events
check events_evidence 0 "evidence  rq_rt_runtime 1.0s, rt_runtime 950ms, rt_period 1.0s$" hogged events
check version_loaded 0 "^loaded  " healthy version
check events_none 0 '^no incidents$' healthy events
check events_json 0 '"incidents":\[\{"id":12,"type":"rt_starvation","cpu":1' hogged events -j
check events_since 0 '^no incidents$' hogged events --since-id 12
check events_refuses 1 '--since-id cannot be .-1.' hogged events --since-id=-1

check samples 0 'CPU 0: 3 samples, 37 lost' healthy samples
check samples_last 0 'CPU 0: 1 sample, 37 lost' healthy samples --last 1
check samples_json 0 '^\{"schema":1,"lost":37,"time_realtime":"[^"]+","cpu":0,"seq":38' healthy samples -j
check samples_no_sensor 1 'no sensor is called .x.: the sensors are tick, rt' healthy samples --sensor x
check samples_no_cpu 1 '--cpu cannot be' healthy samples --cpu one

check sensors 0 'sim +unavailable +- +not a debug build' healthy sensors
check sensors_json 0 '"sensors":\[\{"id":"tick","name":"tick","available":true' healthy sensors -j

check stat 0 '^tick +6800 +400 +800ns +2us' healthy stat --self
check stat_untimed 0 '^switch +20000 +- +-' healthy stat
check stat_patrol 0 '^patrol +18 rounds: CPU 3 9, CPU 2 6, CPU 1 3;' healthy stat
check stat_samples 0 '^samples +4000 pushed, 96 of them overwritten' healthy stat
check stat_log 0 '^log +12 of 256 incidents, 0 active' healthy stat
check stat_cpus 0 '^ +3 +tick +1700 +100 +800ns' healthy stat --cpus
check stat_json 0 '"hooks":\[\{"id":"tick","calls":6800,"timed":400,"time_ns":320000,"mean_ns":800,"max_ns":2000' healthy stat -j
check stat_words 1 'one word too many' healthy stat everything

check config 0 'rt_starvation_ms +1000' healthy config
check config_set 0 'rt_starvation_ms +500' healthy config rt_starvation_ms=500
check config_json 0 '"config":\{"sample_interval_ms":100' healthy config -j
check config_unknown 1 'no setting is called .x.' healthy config x=1
check config_no_number 1 'rt_starvation_ms cannot be' healthy config rt_starvation_ms=1s
check config_no_value 1 'is no NAME=VALUE' healthy config rt_starvation_ms
check config_denied 1 'CAP_SYS_ADMIN' denied config rt_starvation_ms=500

check backtrace 0 'kernel +asm_exc_nmi' healthy backtrace 1
check backtrace_json 0 '"stack":\[\{"symbol":"asm_exc_nmi' healthy backtrace 1 -j
check backtrace_denied 1 'CAP_PERFMON' denied backtrace 1
check backtrace_which 1 'an argument is missing' healthy backtrace
check backtrace_refuses 1 'CPU cannot be .one.' healthy backtrace one

# A copy of another machine's settings; what is written there, a file keeps.
tree=$scratch/machine
mkdir -p "$tree"/{run,proc/sys/kernel,sys/kernel/debug/sched}
echo 950000 >"$tree/proc/sys/kernel/sched_rt_runtime_us"
echo 1000000 >"$tree/proc/sys/kernel/sched_rt_period_us"
echo 0 >"$tree/proc/sys/kernel/panic"
echo 'NO_HRTICK RT_RUNTIME_SHARE' >"$tree/sys/kernel/debug/sched/features"
check knobs 0 '^  sched_rt_runtime_us +950000 us +same +real-time tasks may' healthy knobs --root "$tree"
check knobs_changed 0 'RT_RUNTIME_SHARE +on +off ' healthy knobs --root "$tree"
check knobs_absent 0 'watchdog +- +1 +this kernel does not have it' healthy knobs --root "$tree"
check knobs_json 0 '\{"name":"panic","group":"panic","value":0,"default":0,"changed":false,"unit":"s"' healthy -j knobs --root "$tree"
check knobs_get 0 '^950000$' healthy knobs get kernel.sched_rt_runtime_us --root "$tree"
check knobs_get_two 0 '^panic=0$' healthy knobs get sched_rt_period_us panic --root "$tree"
check knobs_get_absent 1 'watchdog has no value' healthy knobs get watchdog --root "$tree"
check knobs_get_unknown 1 'no knob is called .x.: rtwatchctl knobs lists them' healthy knobs get x --root "$tree"
check knobs_dry_run 0 'nothing was changed' healthy knobs set panic=9 --dry-run --root "$tree"
check knobs_set_range 1 'panic cannot be .soon.: give a number' healthy knobs set panic=soon --root "$tree"
check knobs_set_pair 1 'is more than sched_rt_period_us=1000000' healthy knobs set sched_rt_runtime_us=2000000 --root "$tree"
check knobs_set_no_value 1 'set wants NAME=VALUE' healthy knobs set panic --root "$tree"
check knobs_set_one_wrong 1 'no knob' healthy knobs set panic=5 nonsense=1 --root "$tree"
check knobs_set_changed_nothing 0 '^0$' healthy knobs get panic --root "$tree"
check knobs_action 1 'give get, set, save, restore' healthy knobs put --root "$tree"
check knobs_save 0 '^$' healthy knobs save "$scratch/saved" --root "$tree"
check knobs_save_keeps 1 'is there already: .* --force' healthy knobs save "$scratch/saved" --root "$tree"
check knobs_save_no_folder 1 'No such file' healthy knobs save "$scratch/none/saved" --root "$tree"
check knobs_set 0 'sched_rt_runtime_us +950000 +-> +-1 ' healthy knobs set panic=5 sched_rt_runtime_us=-1 --root "$tree"
check knobs_set_tells_undo 0 'To undo this: +rtwatchctl knobs set panic=5$' healthy knobs set panic=6 --root "$tree"
check knobs_set_json 0 '"changes":\[\{"name":"panic","before":6,"after":7\}\],"dry_run":false,"undo":"rtwatchctl knobs set panic=6"' healthy -j knobs set panic=7 --root "$tree"
check knobs_undo 0 'panic +7 +-> +0' healthy knobs restore --root "$tree"
check knobs_undo_again 0 'nothing to change' healthy knobs restore --root "$tree"
check knobs_undone 0 '^950000$' healthy knobs get sched_rt_runtime_us --root "$tree"
check knobs_restore 1 'No such file' healthy knobs restore "$scratch/none" --root "$tree"
is knobs_forget test ! -e "$tree/run/rtwatch/knobs"
check knobs_set_again 0 'panic +0 +-> +3' healthy knobs set panic=3 --root "$tree"
check knobs_restore_file 0 'panic +3 +-> +0' healthy knobs restore "$scratch/saved" --root "$tree"
echo nonsense >>"$scratch/saved"
check knobs_restore_damaged 1 'line [0-9]+ is no NAME=VALUE' healthy knobs restore "$scratch/saved" --root "$tree"
rm -r "$tree/run"
check knobs_set_forgetful 1 'No such file.*must be remembered' healthy knobs set panic=4 --root "$tree"
check knobs_not_set 0 '^0$' healthy knobs get panic --root "$tree"

# The same copy, examined.
check doctor_unknown 1 'cannot be told: it depends on settings in debugfs' healthy doctor --root "$tree/none"
check doctor_critical 2 'critical +RT_RUNTIME_SHARE is on' healthy doctor --root "$tree"
check doctor_fix 2 '-> rtwatchctl knobs set RT_RUNTIME_SHARE=off' healthy doctor --root "$tree"
check doctor_check 2 '^CRITICAL: 1 critical, [0-9]+ warnings?, .*RT_RUNTIME_SHARE is on' healthy doctor --check --root "$tree"
check doctor_json 2 '"worst":"critical","counts":\{"critical":1,' healthy -j doctor --root "$tree"
check doctor_code 2 '"code":"throttling_shared","area":"protection","severity":"critical","text":"[^"]+","fix":"' healthy -j doctor --root "$tree"
check doctor_sensors 2 '1 sensor of the module sees' healthy doctor --root "$tree"
check doctor_module 2 'the module is not loaded' absent doctor --root "$tree"
check doctor_portable 2 'newer than this command' newer doctor --root "$tree"
echo 'NO_HRTICK NO_RT_RUNTIME_SHARE' >"$tree/sys/kernel/debug/sched/features"
check doctor_warns 1 '^WARNING: [0-9]+ warnings?, ' healthy doctor --check --root "$tree"
check doctor_words 1 'one word too many' healthy doctor everything

# Quotas of a copy of cgroup files; what the kernel would count, a file keeps.
groups=$tree/sys/fs/cgroup
check quotas_without_proc 1 '/proc/self/mountinfo: No such file' absent quotas --root "$tree"
mkdir -p "$tree/proc/self" "$groups"/{busy,calm,free}
echo '22 1 8:1 / / rw - ext4 /dev/sda1 rw' >"$tree/proc/self/mountinfo"
check quotas_unmounted 1 'no cgroup hierarchy with the CPU controller is mounted: mount -t cgroup2' absent quotas --root "$tree"
check quotas_unmounted_json 1 '"error":\{"errno":2,"code":"ENOENT"' absent -j quotas --root "$tree"
echo '31 23 0:27 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw' >>"$tree/proc/self/mountinfo"
echo 'cpuset cpu memory' >"$groups/cgroup.controllers"
for group in busy calm free; do
	echo '10000 100000' >"$groups/$group/cpu.max"
	printf 'usage_usec 9\nnr_periods 0\nnr_throttled 0\nthrottled_usec 0\n' >"$groups/$group/cpu.stat"
done
echo 'max 100000' >"$groups/free/cpu.max"
check quotas_none_yet 0 '^0 of 2 cgroups with a CPU quota have ever been throttled; looked at 4 cgroups of version 2. --all' absent quotas --root "$tree"
printf 'nr_periods 100\nnr_throttled 50\nthrottled_usec 4500000\n' >"$groups/busy/cpu.stat"
check quotas 0 '^ +4.5s +50.0% +10ms/100ms +0.10  /busy$' absent quotas --root "$tree"
check quotas_summary 0 '^1 of 2 cgroups with a CPU quota has ever been throttled' absent quotas --root "$tree"
check quotas_all 0 '^ +0 +- +10ms/100ms +0.10  /calm$' absent quotas --all --root "$tree"
check quotas_missing 0 '^note: how long the bandwidth timer takes is not known: module not loaded: run modprobe' absent quotas --root "$tree"
check quotas_module_without 0 '^note: .* is not known: this module does not tell it$' healthy quotas --root "$tree"
check quotas_json 0 '^\{"schema":1,"lost":0,"cgroup_version":2,"mount":"/sys/fs/cgroup","cgroups":4,"with_quota":2,"throttled":1,"quotas":\[\{"cgroup":"/busy","quota_ns":10000000,"period_ns":100000000,"periods":100,"throttled_periods":50,"throttled_share_ppm":500000,"throttled_time_ns":4500000000\}\]' absent -j quotas --root "$tree"
(sleep 0.5 && printf 'nr_periods 110\nnr_throttled 60\nthrottled_usec 5400000\n' >"$groups/busy/cpu.stat") &
check quotas_interval 0 '^ +[89][0-9][0-9]ms +100% +5.4s +54.5% ' absent quotas --interval 1 --root "$tree"
wait
check quotas_refuses 1 '--interval cannot be .0.: give a number from 1 to 3600' absent quotas --interval 0
check quotas_words 1 'one word too many' absent quotas everything

# What a hog refuses before anything runs.
check hog_which 1 'which CPU.: give --cpu' healthy hog
check hog_no_such_cpu 1 'CPU 4095 is not online: online are [0-9]' healthy hog --cpu 4095
check hog_too_long 1 '--for 61 is longer than 60 s: give --force' healthy hog --cpu 0 --for 61
check hog_far_too_long 1 'give a number from 1 to 3600' healthy hog --cpu 0 --for 3601 --force
check hog_no_time 1 'give a number from 1 to 3600' healthy hog --cpu 0 --for 0
check hog_policy 1 'give fifo, rr or deadline' healthy hog --cpu 0 --policy other
check hog_prio 1 'give a number from 1 to 99' healthy hog --cpu 0 --prio 100
check hog_deadline_prio 1 'a deadline task has no priority' healthy hog --cpu 0 --policy deadline --prio 1
check hog_error_json 1 '"code":"EINVAL"' healthy -j hog

check version 0 'module +0.1.0, ABI' healthy version
check version_newer 0 'mismatch .*newer than this command' newer version
check version_older 0 'mismatch .*older than this command' older version
check version_json 0 '"match":false,"mismatch":"the module' newer version -j
check version_option 0 'librtwatch' healthy --version

check sim 0 '' healthy sim 1 rt_starvation 2000 121
check sim_refuses 1 'the types are rt_starvation' healthy sim 1 nonsense 2000

check help 0 '^Commands:' healthy --help
check help_of_a_command 0 '--until' healthy watch --help
check no_such_command 1 'no command is called .statsu.' healthy statsu
check no_such_option 1 'rtwatchctl --help' healthy --statsu

check watch_until 2 'begin +#12' hogged watch --until
check watch_until_end 2 'end +#12' ending watch --until=end
check watch_shows_once 0 'change +#12' ending watch --count 2
check watch_tells_loss 2 'lost +2 notifications' ending watch --until=end
check watch_for 0 '^$' healthy watch --for 1
check watch_denied 1 'CAP_NET_ADMIN' denied watch
check watch_module_goes 1 'unloaded: run modprobe' unloading watch
check watch_refuses 1 'give begin or end' healthy watch --until=later
check watch_json 2 '"event":"begin","time_ns":[0-9]+,"time_realtime":"[^"]+","id":12' hogged watch -j --until
check watch_no_file 1 'No such file' hogged watch --until --output "$scratch/none/file"

for command in status diagnose events samples sensors config 'backtrace 0' watch; do
	# shellcheck disable=SC2086 # the words of a command
	check "absent_$command" 1 'module not loaded: run modprobe rtwatch' absent $command
	# shellcheck disable=SC2086
	check "absent_json_$command" 1 '"error":\{"errno":2,"code":"ENOENT"' absent -j $command
done
check absent_version 1 'librtwatch [0-9.]+, ABI' absent version
check absent_version_json 1 '"library":.*"error":' absent version -j

# What was shown before --count is reached is shown once.
lines=$(RTWATCH_FAKE=ending "$fake" watch -j --until=end | grep -c '"event":"begin"')
is begin_is_shown_once test "$lines" = 1
RTWATCH_FAKE=hogged "$fake" watch --until --output "$scratch/log" >/dev/null
is output_is_also_in_the_file grep -q 'begin.*#12' "$scratch/log"

# JSON that other programs parse.
if command -v python3 >/dev/null; then
	for command in status events sensors config version 'backtrace 1'; do
		# shellcheck disable=SC2086
		RTWATCH_FAKE=hogged "$fake" -j $command |
			python3 -c 'import json,sys; d=json.load(sys.stdin); d["schema"]; d["lost"]' ||
			is "json_of_$command" false
	done
fi

# A full disk is told; a reader that goes is not.
for command in status 'status -j' events 'events -j' 'samples -j' 'watch -j --until' '--help'; do
	# shellcheck disable=SC2086
	out=$(RTWATCH_FAKE=hogged "$fake" $command 2>&1 >/dev/full)
	is "full_disk_$command" test $? -eq 1
	is "full_disk_told_$command" grep -q 'No space left on device' <<<"$out"
done
out=$({ RTWATCH_FAKE=hogged "$fake" events; } 2>&1 >&-)
is closed_stdout test $? -eq 1
out=$(trap '' PIPE; { sleep 0.2; RTWATCH_FAKE=hogged "$fake" events 2>"$scratch/err"; } | true; cat "$scratch/err")
is gone_reader_is_quiet test -z "$out"

# Colours only on a terminal.
is no_colour_in_a_pipe test -z "$(RTWATCH_FAKE=hogged TERM=xterm "$fake" status | grep $'\033')"
if command -v script >/dev/null; then
	out=$(RTWATCH_FAKE=hogged TERM=xterm script -qec "$fake status" /dev/null </dev/null)
	is colour_on_a_terminal grep -q $'\033\[1;31mstarving' <<<"$out"
	out=$(NO_COLOR=1 RTWATCH_FAKE=hogged TERM=xterm script -qec "$fake status" /dev/null </dev/null)
	is no_color_is_honoured test -z "$(grep $'\033' <<<"$out")"
fi

# The real one, on a machine without the module (on one with it, it may work).
if ! [ -e /sys/module/rtwatch ]; then
	out=$("$real" status 2>&1)
	is real_without_module test $? -eq 1
	is real_says_what_to_do grep -q 'module not loaded: run modprobe rtwatch' <<<"$out"
fi

[ "$failures" -eq 0 ] || exit 1
echo "command: all as expected"
