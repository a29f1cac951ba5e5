// SPDX-License-Identifier: BSD-3-Clause
// What it means to be found in a function.
#include "explain.hpp"

namespace rtwatch::splat::detail
{

namespace
{

template <std::size_t N>
bool has_part(view function, const view (&parts)[N])
{
	for (const view part : parts) {
		if (contains(function, part))
			return true;
	}
	return false;
}

} // namespace

bool is_lock_slowpath(view function)
{
	static constexpr view parts[] = {
		"spin_lock_slowpath",  "_raw_spin_lock",      "queued_read_lock",
		"queued_write_lock",   "__pv_queued_spin",    "do_raw_spin_lock",
		"_spin_lock",          "arch_spin_lock",      "osq_lock",
		"mutex_spin_on_owner", "rwsem_spin_on_owner", "_raw_read_lock",
		"_raw_write_lock",     "__delay_spin",        "rtlock_slowlock",
		"splpar_spin_yield",
	};
	return has_part(function, parts);
}

bool is_ipi_wait(view function)
{
	static constexpr view parts[] = {
		"smp_call_function", "csd_lock_wait",    "on_each_cpu",      "multi_cpu_stop",
		"stop_one_cpu",      "flush_tlb_others", "native_flush_tlb", "text_poke_sync",
	};
	return has_part(function, parts);
}

bool is_rcu_wait(view function)
{
	static constexpr view parts[] = {
		"synchronize_rcu",      "wait_rcu_gp",        "rcu_barrier",
		"synchronize_srcu",     "wait_rcu_exp_gp",    "synchronize_sched",
		"synchronize_net",      "cond_synchronize",   "rcu_exp_wait_wake",
		"synchronize_rcu_mult", "kvfree_rcu_barrier",
	};
	return has_part(function, parts);
}

bool is_work_wait(view function)
{
	static constexpr view parts[] = {
		"flush_work",        "drain_workqueue",
		"destroy_workqueue", "cancel_work_sync",
		"work_on_cpu",       "cancel_work_timer",
		"flush_delayed",     "schedule_on_each_cpu",
		"flush_rcu_work",    "cancel_delayed_work_sync",
		"lru_add_drain_all", "kthread_flush_work",
	};
	return has_part(function, parts);
}

bool is_io_wait(view function)
{
	static constexpr view parts[] = {
		"io_schedule",    "wait_on_page",   "folio_wait",     "wait_on_buffer",
		"bit_wait_io",    "blk_mq_get_tag", "get_request",    "submit_bio_wait",
		"blk_execute_rq", "rq_qos_wait",    "jbd2_log_wait",  "nfs_wait",
		"rpc_wait_bit",   "bio_wait",       "wait_on_bit_io", "xlog_wait",
		"blk_mq_freeze",
	};
	return has_part(function, parts);
}

bool is_sleeping_lock(view function)
{
	static constexpr view parts[] = {
		"mutex_lock", "rwsem_down",   "down_write",  "down_read", "rt_mutex",
		"__down",     "rt_spin_lock", "percpu_down", "lock_page",
	};
	return has_part(function, parts);
}

std::string blocked_in(const incident &inc)
{
	std::string deepest;
	for (const stack_frame &f : inc.trace) {
		if (!f.reliable)
			continue;
		if (!is_sleep_helper(f.function))
			return f.function;
		deepest = f.function;
	}
	return deepest; // cut off before it gets interesting
}

bool ran_no_softirq(const cpu_state &cpu)
{
	return cpu.softirq_start && cpu.softirq_now && *cpu.softirq_start == *cpu.softirq_now;
}

// idle=a/b/c: b is the nesting of "not idle", c that of interrupts; both nothing: the CPU idles.
bool is_idle(const cpu_state &cpu)
{
	if (!cpu.idle)
		return false;
	const std::size_t first = cpu.idle->find('/');
	return first != std::string::npos &&
	       (ends_with(*cpu.idle, "/0/0x0") || cpu.idle->compare(first, npos, "/0/0") == 0);
}

} // namespace rtwatch::splat::detail
