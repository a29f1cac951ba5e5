# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh disable=SC2034,SC2154 # play and the cases assign and use
#
# The words that cases are written in.

ko=/lib/rtwatch/rtwatch-debug.ko
cpus=/sys/devices/system/cpu
fair=/sys/kernel/debug/sched/fair_server

# check TEXT COMMAND...: what it said is shown
check() {
	text=$1
	shift
	if "$@" 2>&1; then
		echo "ok - $text"
	else
		echo "not ok - $text"
	fi
}

fails() {
	! "$@"
}

# wait_for TRIES COMMAND...: until it succeeds, ten times a second
wait_for() {
	tries=$1
	shift
	while ! "$@" 2>/tmp/said; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || {
			cat /tmp/said
			return 1
		}
		usleep 100000
	done
}

going_on() {
	[ ! -e /tmp/stop ]
}

# ---- what goes on beside a case, until quiet ----

# Tasks that switch all the time, FIFO ones among them.
load_cpus() {
	while going_on; do
		task --name worker --cpu 0,1,2,3 --policy fifo --prio 10 --busy 2 --sleep 5 --for 60000 &
		task --name walker --cpu 0,1,2,3 --tasks 2 --busy 3 --sleep 1 --for 60000
	done &
}

# Many processes that wake each other.
messages() {
	while going_on; do
		hackbench -g 2 -f 4 -l 200
	done >/dev/null 2>&1 &
}

# A hog that starves a CPU for real, and lets go again.
hogs() {
	while going_on; do
		task --name hog --cpu 2 --policy fifo --prio 50 --busy 900 --sleep 100 --for 60000
	done &
}

# Whatever a reader can ask, again and again, whether or not anyone is there.
ask_all() {
	while going_on; do
		rtwatchctl samples
		rtwatchctl status
		rtwatchctl events
		rtwatchctl backtrace 1
		rtwatchctl backtrace 3
	done >/dev/null 2>&1 &
}

subscribe() {
	while going_on; do
		timeout 3 rtwatchctl watch
		usleep 10000
	done >/dev/null 2>&1 &
}

# Incidents that begin and end, faster than anyone can follow.
raise_incidents() {
	while going_on; do
		for cpu in 0 1 2 3; do
			rtwatchctl sim "$cpu" rt_starvation 5000
			rtwatchctl sim "$cpu" irqs_off 5000
		done
		usleep 300000
		for cpu in 0 1 2 3; do
			rtwatchctl sim "$cpu" rt_starvation 0
			rtwatchctl sim "$cpu" irqs_off 0
		done
		usleep 300000
	done >/dev/null 2>&1 &
}

quiet() {
	touch /tmp/stop
	killall -q task rtwatchctl hackbench
	wait
	killall -q -9 task hackbench
	rm /tmp/stop
}

# ---- the module ----

unload() {
	# A request under way holds the module for its own time.
	wait_for 300 rmmod rtwatch
}

leaves_nothing() {
	unload && nothing_left
}

# What a module has left behind has no name any more: an address is shown where
# that of its function was.
nothing_left() {
	[ ! -e /sys/module/rtwatch ] &&
		! grep -qs '^rtwatch/' /proc/[0-9]*/comm &&
		! grep -E '^0x[0-9a-f]+-0x[0-9a-f]+ +[0-9]+ 0x' /proc/vmallocinfo &&
		! grep -v FTRACE_OPS /sys/kernel/debug/kprobes/list | grep -v "${own_probe:-^\$}" &&
		! grep -E '^ #[0-9]+: <[^>]*>, 0x' /proc/timer_list
}

is_armed() {
	rtwatchctl status >/dev/null
}

# active TYPE: there is such an incident now
active() {
	rtwatchctl -j events --active | grep -q "\"type\":\"$1\""
}

# unprotected: neither throttling nor a fair server helps anybody
unprotected() {
	echo -1 >/proc/sys/kernel/sched_rt_runtime_us
	for server in "$fair"/cpu*; do
		[ ! -e "$server" ] || echo 0 >"$server/runtime"
	done 2>/dev/null
}
