// SPDX-License-Identifier: BSD-3-Clause
// From what a report says to what it means.
#ifndef RTWATCH_SPLAT_EXPLAIN_HPP
#define RTWATCH_SPLAT_EXPLAIN_HPP

#include "../assembler.hpp"

namespace rtwatch::splat::detail
{

// Why a hang came about, as far as its report tells.
enum class cause_code {
	rt_hog,
	softirq_starved,
	rcu_kthread_starved,
	rcu_reader_preempted,
	irqs_off,
	preempt_off,
	lock_owner,
	ipi_wait,
	io_wait,
	rcu_wait,
	cfs_bandwidth_storm,
	timer_lost,
	worker_busy,
	rcu_tasks_holdout,
	clock_unreliable,
	irq_storm,
	unknown,
};

const char *to_string(cause_code code);

struct verdict {
	cause_code code{cause_code::unknown};
	std::string why;
};

verdict find_cause(const report &r);

// What to look at next, and the settings that decide, for a cause.
void add_advice(cause_code code, incident &inc);

// Every number of the report in words.
void add_meanings(report &r);

// "G: proprietary module loaded; W: ..." of the taint flags.
std::string taint_words(view flags);

std::string summarise(const report &r, cause_code cause);

// Where a sleeping task is, past the scheduler's helpers.
std::string blocked_in(const incident &inc);

// What a function is the sign of.
bool is_lock_slowpath(view function);
bool is_ipi_wait(view function);
bool is_rcu_wait(view function);
bool is_work_wait(view function);
bool is_io_wait(view function);
bool is_sleeping_lock(view function);

bool ran_no_softirq(const cpu_state &cpu);
bool is_idle(const cpu_state &cpu);

} // namespace rtwatch::splat::detail

#endif
