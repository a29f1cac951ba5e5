// SPDX-License-Identifier: BSD-3-Clause
// The values that the module tells, as plain data.
//
// Numbers of enumerators, meanings and ranges are those of the uAPI header,
// installed as <rtwatch/linux/rtwatch.h>; a member has the name of its
// attribute without the unit, because the type carries it. Times are
// CLOCK_MONOTONIC since its zero unless the name says otherwise; an age is the
// time from the last good moment to the moment of the answer.
//
// What is not known is an empty optional, never zero: the module leaves out
// what it cannot read, what it is too old to have, and, for a caller without
// CAP_PERFMON or CAP_SYS_ADMIN, everything that names a task.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <rtwatch/export.hpp>

namespace rtwatch
{

using std::chrono::nanoseconds;

// A runtime without limit (sched_rt_runtime_us is -1): all ones in the uAPI.
inline constexpr nanoseconds unlimited = nanoseconds::max();

// A logical CPU, as /sys/devices/system/cpu numbers them.
struct cpu_id {
	std::uint32_t value = 0;
};
constexpr bool operator==(cpu_id a, cpu_id b) noexcept
{
	return a.value == b.value;
}
constexpr bool operator!=(cpu_id a, cpu_id b) noexcept
{
	return a.value != b.value;
}
constexpr bool operator<(cpu_id a, cpu_id b) noexcept
{
	return a.value < b.value;
}

// enum rtwatch_level
enum class level : std::uint32_t { ok, late, starving };

// enum rtwatch_tier
enum class tier : std::uint32_t { portable, full };

// enum rtwatch_sensor
enum class sensor_id : std::uint32_t {
	tick = 1,
	rt,
	softlockup,
	hardlockup,
	rcu,
	victims,
	backtrace,
	sim,
	hung_task,
	cfs_bandwidth,
	rt_throttled,
	fair_server,
};

// enum rtwatch_incident_type
enum class incident_type : std::uint32_t {
	rt_starvation = 1,
	rt_throttled,
	soft_lockup,
	hard_lockup,
	irqs_off,
	rcu_stall,
	hung_task,
	cfs_bandwidth,
	hook_disarmed,
};

// enum rtwatch_hook: where the kernel calls the module
enum class hook_id : std::uint32_t {
	tick = 1,
	sched_switch,    // between ordinary tasks: counted, not timed
	sched_switch_rt, // from or to a task above SCHED_OTHER
	softlockup,
	watchdog,
	cfs_timer,
	patrol,
};

// enum rtwatch_cause
enum class cause : std::uint32_t {
	unknown,
	rt_unlimited,
	rt_runtime_share,
	rt_throttled,
	fair_server_off,
	rt_full_period,
	irqs_off,
	preempt_off,
	deadline,
	lock_held,
	io_wait,
	bandwidth_storm,
	reader_preempted,
	gp_kthread_starved,
	rcu_reader,
	fair_server_small,
	pi_boosted,
	rt_outranks,
};

// SCHED_* of <linux/sched.h>
enum class sched_policy : std::uint32_t {
	other = 0,
	fifo = 1,
	rr = 2,
	batch = 3,
	idle = 5,
	deadline = 6,
	ext = 7,
};

// The uAPI name in lower case ("rt_starvation"; a policy is "SCHED_FIFO").
// "unknown" for a number that this library is too old to know. The text lives
// as long as the program.
RTWATCH_API std::string_view to_string(level value) noexcept;
RTWATCH_API std::string_view to_string(tier value) noexcept;
RTWATCH_API std::string_view to_string(sensor_id value) noexcept;
RTWATCH_API std::string_view to_string(incident_type value) noexcept;
RTWATCH_API std::string_view to_string(cause value) noexcept;
RTWATCH_API std::string_view to_string(hook_id value) noexcept;
RTWATCH_API std::string_view to_string(sched_policy value) noexcept;

// RTWATCH_FLAG_*
struct cpu_flags {
	static constexpr std::uint32_t online = 1U << 0;
	static constexpr std::uint32_t user = 1U << 1;
	static constexpr std::uint32_t idle = 1U << 2;
	static constexpr std::uint32_t rt = 1U << 3;
	static constexpr std::uint32_t rt_throttled = 1U << 4;
	static constexpr std::uint32_t touched = 1U << 5;
	static constexpr std::uint32_t nohz_full = 1U << 6;
	static constexpr std::uint32_t fair_server = 1U << 7;

	std::uint32_t bits = 0;

	constexpr bool has(std::uint32_t flag) const noexcept { return (bits & flag) != 0; }
};
constexpr bool operator==(cpu_flags a, cpu_flags b) noexcept
{
	return a.bits == b.bits;
}

// The lower-case name of one flag ("idle"); "unknown" for a newer one.
RTWATCH_API std::string_view flag_name(std::uint32_t flag) noexcept;

// enum rtwatch_task_attr
struct task {
	std::optional<std::int32_t> pid; // thread id in the initial namespace
	std::optional<std::int32_t> tgid;
	std::optional<std::string> comm; // any bytes: clean it before showing it
	std::optional<sched_policy> policy;
	std::optional<std::uint32_t> prio; // rt_priority, 1..99, else 0
	std::optional<nanoseconds> wait;   // runnable and waiting for so long
	bool kthread = false;
};

// enum rtwatch_frame_attr; exactly one of the two is there.
struct frame {
	std::optional<std::string> symbol;    // kernel: symbol+0xoffset/0xsize [module]
	std::optional<std::uint64_t> user_ip; // user: address in the task
};

// enum rtwatch_field: what the tick of one CPU recorded.
struct sample {
	std::optional<cpu_id> cpu;
	std::optional<std::uint64_t> seq; // per CPU, from 1, no gaps
	std::optional<nanoseconds> time;
	std::optional<cpu_flags> flags;
	std::optional<rtwatch::level> level;
	std::optional<nanoseconds> level_since;
	std::optional<nanoseconds> rt_time;            // FIFO and RR run time since load
	std::optional<nanoseconds> dl_time;            // deadline run time since load
	std::optional<nanoseconds> streak;             // nothing below RT ran for so long
	std::optional<std::uint32_t> rt_share_1s_ppm;  // 0..1000000
	std::optional<std::uint32_t> rt_share_10s_ppm; // 0..1000000
	std::optional<nanoseconds> tick_age;           // grows in idle
	std::optional<nanoseconds> stuck;              // without a tick although not idle
	std::optional<nanoseconds> tick_gap; // longest since load; in a sample, since the last
	std::optional<nanoseconds> touch_age;
	std::optional<nanoseconds> hrtimer_age;
	std::optional<std::uint64_t> gp_seq; // the low two bits are the state
	std::optional<nanoseconds> gp_age;   // zero: no grace period in progress
	std::optional<nanoseconds> rq_rt_time;
	std::optional<nanoseconds> rq_rt_runtime; // may be `unlimited`
	std::optional<std::uint32_t> nr_running;
	std::optional<std::uint32_t> rt_nr_running;
	std::optional<std::int32_t> culprit_pid;
};

// enum rtwatch_field: all that is known of one CPU now.
struct cpu_state : sample {
	std::optional<task> culprit;
	std::optional<task> worst_victim;
	std::optional<std::uint32_t> victims_total; // in the last scan
	std::optional<std::uint64_t> samples_pushed;
	std::optional<std::uint32_t> dl_share_1s_ppm;    // 0..1000000
	std::optional<std::uint32_t> dl_share_10s_ppm;   // 0..1000000
	std::optional<std::uint64_t> rt_throttled_count; // since load
	std::optional<nanoseconds> fair_server_runtime;  // zero: it is off
	std::optional<nanoseconds> fair_server_period;
	std::optional<std::uint64_t> cfs_timer_runs;       // since load
	std::optional<nanoseconds> cfs_timer_max;          // the longest of them
	std::optional<std::uint64_t> cfs_timer_over_100us; // those that took so long or longer
	std::optional<std::uint64_t> cfs_timer_over_1ms;
	std::optional<std::uint64_t> cfs_timer_over_10ms;
	std::optional<nanoseconds> steal_time; // that the host took, since boot
	std::optional<std::uint64_t> rcu_callbacks;
};

// Samples of one CPU, oldest first. received + lost = pushed.
struct cpu_samples {
	cpu_id cpu;
	std::uint64_t lost = 0; // overwritten before they could be read
	std::vector<sample> samples;
};

// enum rtwatch_incident_attr
struct incident {
	std::optional<std::uint64_t> id;
	std::optional<std::uint32_t> revision; // grows with each change
	std::optional<incident_type> type;
	std::optional<cpu_id> cpu;
	std::optional<rtwatch::level> level; // the worst it reached
	bool active = false;
	std::optional<nanoseconds> start;    // when the condition began
	std::optional<nanoseconds> detected; // when it was recorded
	std::optional<nanoseconds> end;
	std::optional<nanoseconds> start_realtime; // CLOCK_REALTIME
	std::optional<nanoseconds> peak;           // the longest age seen
	std::optional<task> culprit;
	std::vector<task> victims; // at most RTWATCH_VICTIMS_MAX of victims_total
	std::optional<std::uint32_t> victims_total;
	std::optional<rtwatch::cause> cause;
	std::vector<frame> frames;                // innermost first
	std::optional<nanoseconds> rq_rt_runtime; // of this CPU; may be `unlimited`
	std::optional<nanoseconds> rt_runtime;    // sched_rt_runtime_us; may be `unlimited`
	std::optional<nanoseconds> rt_period;     // sched_rt_period_us
	std::optional<std::uint64_t> gp_seq;
	std::optional<std::uint32_t> events;     // how often it happened while it lasted
	std::optional<std::string> donor_cpus;   // who lent runtime, like "0,2-3"
	std::optional<std::string> wait_channel; // the function that the victims are blocked in
	std::optional<std::string> lock;         // what they wait for: kind, and name if it has one
	std::optional<std::string> cgroup;
	std::optional<std::uint32_t> queues;  // throttled run queues that one run served, the most
	std::optional<std::uint64_t> periods; // of the cgroup, as in cpu.stat
	std::optional<std::uint64_t> throttled_periods;
	std::optional<nanoseconds> throttled_time;
	std::optional<std::string> holdout_cpus; // that the grace period waits for, like "0,2-3"
	std::optional<task> holdout;             // a preempted reader that it waits for
	std::optional<nanoseconds> gp_kthread_age;
	std::optional<std::uint64_t> rcu_callbacks;     // queued on all CPUs
	bool expedited = false;                         // the grace period is an expedited one
	std::optional<nanoseconds> fair_server_runtime; // of this CPU; zero: it is off
	std::optional<nanoseconds> fair_server_period;
	std::optional<hook_id> hook;          // that disarmed itself
	std::optional<nanoseconds> hook_mean; // what a call of it took
	std::optional<nanoseconds> budget;    // what it may take
	// Waits for a lock of the culprit, which has its priority meanwhile.
	std::optional<task> booster;
};

// The incident log, oldest first.
struct incident_log {
	std::uint64_t lost = 0; // overwritten before they could be read
	std::vector<incident> incidents;
};

// enum rtwatch_sensor_attr
struct sensor_info {
	std::optional<sensor_id> id;
	std::optional<std::string> name;
	bool available = false;
	std::optional<std::string> source; // where its readings come from
	std::optional<std::string> reason; // what is missing and why, or escapes it now
};

// enum rtwatch_info_attr; counters count since the module was loaded.
struct module_info {
	std::optional<std::string> version;
	std::optional<std::uint32_t> abi; // RTWATCH_ABI of the module
	std::optional<rtwatch::tier> tier;
	bool debug = false; // has SIM_SET
	std::optional<std::uint32_t> cpus_possible;
	std::optional<std::uint32_t> cpus_online;
	std::optional<std::uint32_t> ring_depth; // samples a CPU
	std::optional<std::uint64_t> ring_bytes; // memory of one CPU's ring
	std::optional<std::uint64_t> incidents_total;
	std::optional<std::uint64_t> incidents_lost;
	std::optional<std::uint64_t> incidents_suppressed;
	std::optional<std::uint64_t> ntf_sent;
	std::optional<std::uint64_t> ntf_failed;
	std::optional<std::uint32_t> notifiers;
	std::optional<sched_policy> notifier_policy;
	std::optional<std::uint64_t> ticks_missed;
	std::optional<std::uint64_t> patrol_rounds;
	std::optional<nanoseconds> loaded;
	std::optional<std::uint64_t> pauses;           // times that the whole machine stood still
	std::optional<nanoseconds> paused;             // how long in all; no age counts it
	std::optional<std::uint32_t> log_depth;        // incidents that the log holds at most
	std::optional<std::uint32_t> log_used;         // that it holds now
	std::optional<std::uint32_t> incidents_active; // those of them that last
	std::optional<std::uint64_t> memory_bytes;     // of the module, all of it
	std::optional<nanoseconds> notifier_time;      // CPU time of the delivery threads
};

// enum rtwatch_hook_attr: the module's own handler, without what the kernel
// takes to call it. Every so many calls one is timed: the mean is time / timed.
struct hook_cost {
	std::optional<hook_id> id;
	std::optional<std::uint64_t> calls;
	std::optional<std::uint64_t> timed; // absent: none was
	std::optional<nanoseconds> time;    // all timed calls together
	std::optional<nanoseconds> max;     // the longest of them
};

// enum rtwatch_stat_attr: what the module has done on one CPU since it was loaded.
struct cpu_stat {
	cpu_id cpu;
	std::optional<std::uint64_t> samples_pushed;
	std::optional<std::uint64_t> samples_lost;  // of these, overwritten by now
	std::optional<std::uint64_t> patrol_rounds; // that this CPU completed
	std::optional<std::uint64_t> patrol_ticks;  // parts of a round that it did in a tick
	std::optional<std::uint64_t> patrol_timers; // and in a timer of the patrol
	std::vector<hook_cost> hooks;
};

// enum rtwatch_config_attr; the ranges are in the uAPI header, and the module
// refuses what is outside. In a set request the empty ones stay as they are.
struct config {
	std::optional<std::uint32_t> sample_interval_ms;
	std::optional<std::uint32_t> rt_starvation_ms;
	std::optional<std::uint32_t> soft_lockup_ms;
	std::optional<std::uint32_t> irqs_off_ms;
	std::optional<std::uint32_t> hard_lockup_ms;
	std::optional<std::uint32_t> rcu_stall_ms;
	std::optional<std::uint32_t> clear_ms;
	std::optional<std::uint32_t> hung_task_ms;
	std::optional<std::uint32_t> cfs_bandwidth_us;
	std::optional<std::uint32_t> budget_ns; // 0: no limit; setting it arms hooks again
};

// The stack of whatever ran on a CPU when the request came.
struct backtrace {
	cpu_id cpu;
	std::optional<rtwatch::task> task; // who was met there
	std::vector<frame> frames;         // innermost first: kernel, then user
};

// enum rtwatch_sim_attr: what the sensors of one CPU shall report (debug builds).
struct simulation {
	incident_type type = incident_type::rt_starvation;
	nanoseconds age{0}; // zero ends the simulation
	std::optional<std::int32_t> culprit_pid;
};

} // namespace rtwatch
