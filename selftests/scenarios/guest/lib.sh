# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh disable=SC2034,SC2154 # play and the cases assign and use
#
# The words that cases are written in.

sick=/sys/kernel/debug/rtwatch_sick
cpus=/sys/devices/system/cpu
fair=/sys/kernel/debug/sched/fair_server
trace=/sys/kernel/tracing
stall_suppress=/sys/module/rcupdate/parameters/rcu_cpu_stall_suppress
# The switch moved in 5.13.
features=/sys/kernel/debug/sched/features
[ -e "$features" ] || features=/sys/kernel/debug/sched_features

# Prints why the case cannot be played here; fails when it can.
why_not() {
	false
}

# ---- the machine ----

# unlimited: neither throttling nor a fair server protects anybody.
unlimited() {
	echo -1 >/proc/sys/kernel/sched_rt_runtime_us
	for server in "$fair"/cpu*; do
		[ ! -e "$server" ] || echo 0 >"$server/runtime"
	done 2>/dev/null
}

set_up() {
	rm -f /tmp/marks /tmp/watch
	dmesg -c >/dev/null
}

# A case may have ended anywhere.
tidy_up() {
	echo NO_RT_RUNTIME_SHARE >"$features"
	for server in "$fair"/cpu*; do
		[ ! -e "$server" ] || echo 50000000 >"$server/runtime"
	done
	# This gives borrowed runtime back, too.
	echo 950000 >/proc/sys/kernel/sched_rt_runtime_us
	echo 0 >"$stall_suppress"
	for cpu in "$cpus"/cpu[1-9]*/online; do
		echo 1 >"$cpu"
	done
	killall -q -9 task rtwatchctl
	[ ! -e /sys/module/rtwatch ] || rmmod rtwatch
} 2>/dev/null

# insert CASE: the kernel's own modules that it needs, in order
insert() {
	while read -r module; do
		[ ! -e "/sys/module/$module" ] || continue
		case $module in
		# One disk of 16 MiB.
		brd) insmod "$here/modules/$module.ko" rd_nr=1 rd_size=16384 ;;
		*) insmod "$here/modules/$module.ko" ;;
		esac
	done <"$here/modules/$1"
}

# load [PARAMETER=VALUE...]
load() {
	insmod /lib/rtwatch/rtwatch.ko "tier=$tier" "$@" || echo "@check bad the module loads"
}

unload() {
	rmmod rtwatch || echo "@check bad the module unloads"
	check "no thread is left after unload" no_notifiers
}

notifiers() {
	cat /proc/[0-9]*/comm 2>/dev/null | sed -n 's|^rtwatch/||p' | sort -n
}

no_notifiers() {
	[ -z "$(notifiers)" ]
}

# ask CASE CPU MS: the sick module does it, and knows when
ask() {
	echo "$2 $3" >"$sick/$1" || echo "@check bad the sick module does $1"
}

# asked CASE NAME: marks when it began and ended
asked() {
	read -r began ended <"$sick/$1"
	echo "@mark $2_began $began"
	echo "@mark $2_ended $ended"
}

# ---- cgroups with a quota ----

groups=/sys/fs/cgroup

# quota NAME "QUOTA PERIOD": in microseconds
quota() {
	[ -e "$groups/cgroup.controllers" ] || mount -t cgroup2 none "$groups"
	echo +cpu >"$groups/cgroup.subtree_control"
	mkdir -p "$groups/$1"
	echo "$2" >"$groups/$1/cpu.max" || echo "@check bad a cgroup takes a quota"
}

# in_quota NAME COMMAND...
in_quota() {
	group=$1
	shift
	sh -c 'echo $$ >"$0" && exec "$@"' "$groups/$group/cgroup.procs" "$@"
}

no_quota() {
	wait_for 5 rmdir "$groups/$1"
}

# ---- time ----

# wait_for SECONDS COMMAND...: until it succeeds, five times a second
wait_for() {
	tries=$(($1 * 5))
	shift
	while ! "$@"; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || return
		usleep 200000
	done
}

# mark NAME: now, to ten milliseconds
mark() {
	read -r up rest </proc/uptime
	echo "@mark $1 ${up%.*}${up#*.}0000000"
}

# mark_kernel NAME REGEX: when the kernel said so first
mark_kernel() {
	dmesg | sed -nE "/$2/{s/^\\[ *([0-9]+)\\.([0-9]+)\\].*/@mark $1 \\1\\2000/p;q}"
}

# ---- readers ----

all_is_well() {
	[ "$(rtwatchctl -j events --active | grep -c '"id":')" -eq 0 ]
}

# watch [COMMAND...]: a reader into a file, started by COMMAND if given
watch() {
	"$@" rtwatchctl -j watch --output /tmp/watch >/dev/null 2>/tmp/watch.error &
	begin_watching
}

# As a user whose whole machine may be hogged would call it.
watch_urgently() {
	rtwatchctl -j watch --deadline --output /tmp/watch >/dev/null 2>/tmp/watch.error &
	begin_watching
}

begin_watching() {
	watcher=$!
	wait_for 5 test -e /tmp/watch
	sleep 1
	kill -0 "$watcher" || echo "@check bad watch: $(cat /tmp/watch.error)"
}

stop_watching() {
	[ "${watcher:-}" ] || return
	kill "$watcher"
	wait "$watcher"
	sed 's/^/@watch /' /tmp/watch
}

# diagnose: what rtwatchctl diagnose says at this moment; the first time counts
diagnose() {
	echo "@diagnosis $(rtwatchctl -j diagnose 2>&1)"
}

# ---- the truth ----

incident() {
	echo "@incident $*"
}

# verdict TYPE KEY=VALUE...: one of diagnose's; where a case declares any, all of them
verdict() {
	echo "@verdict $*"
}

# allowed TYPE [CAUSE]: may be told as well
allowed() {
	echo "@allowed $*"
}

# diagnosed CODE: a cause that diagnose knows from the settings, in any tier, unless
# there is a fair server
diagnosed() {
	if [ -d "$fair" ]; then
		cause fair_server_off
	else
		echo "$1"
	fi
}

# preempt_rt: is this such a kernel? It boosts RCU's readers, and its timers' handlers
# are threads.
preempt_rt() {
	uname -v | grep -q PREEMPT_RT
}

# preemptible: may the tick take the CPU from a task that is in the kernel? Where that can
# be chosen at boot, debugfs tells.
preemptible() {
	uname -v | grep -qE ' PREEMPT(_RT)?( |$)' ||
		grep -qE '\((full|lazy)\)' /sys/kernel/debug/sched/preempt 2>/dev/null
}

# cause CODE: what can be told of it in this tier
cause() {
	if [ "$tier" = portable ]; then
		echo unknown
	else
		echo "$1"
	fi
}

# Can this kernel throttle, and this tier see it?
throttling_told() {
	[ "$tier" = full ] && [ ! -d "$fair" ]
}

# Since 6.12 there is no throttling; what protected was the fair server.
cause_unlimited() {
	if [ -d "$fair" ]; then
		cause fair_server_off
	else
		cause rt_unlimited
	fi
}

# check TEXT COMMAND...
check() {
	text=$1
	shift
	if "$@"; then
		echo "@check ok $text"
	else
		echo "@check bad $text"
	fi
}
