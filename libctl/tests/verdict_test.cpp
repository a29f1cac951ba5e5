// SPDX-License-Identifier: BSD-3-Clause
#include <rtwatch/verdict.hpp>

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fake_module.hpp"

namespace rtwatch
{
namespace
{

using namespace std::chrono_literals;

constexpr auto now = 1000s;

bool has(const std::string &text, const char *part)
{
	return text.find(part) != std::string::npos;
}

TEST(summary, tells_who_what_where_how_long_and_why)
{
	EXPECT_EQ(summary(testing::hogged_incident(), now),
		  "CPU 1 is starved for 3.2 s by surfaceflinger (pid 121, SCHED_FIFO 50): victim "
		  "(pid 122) waits 3.2 s and 2 more; throttling did not stop it because "
		  "RT_RUNTIME_SHARE lent the CPU 1000 ms of runtime per 1000 ms (limit 950 ms).");
}

TEST(summary, speaks_of_the_past_when_it_ended)
{
	auto what = testing::hogged_incident();
	what.active = false;
	what.end = now + 5s;
	EXPECT_EQ(summary(what, now + 1h).substr(0, 66),
		  "CPU 1 was starved for 8.2 s by surfaceflinger (pid 121, SCHED_FIFO");
	EXPECT_TRUE(has(summary(what, now), "victim (pid 122) waited 3.2 s"));
}

TEST(summary, names_the_cpus_that_lent)
{
	auto what = testing::hogged_incident();
	what.donor_cpus = "0,2-3";
	EXPECT_TRUE(has(summary(what, now), "(limit 950 ms) taken from CPU 0,2-3."));
}

TEST(summary, of_throttling_does_not_speak_of_starving)
{
	auto what = testing::hogged_incident();
	what.type = incident_type::rt_throttled;
	what.cause = cause::rt_throttled;
	what.level = level::late;
	what.events = 3;
	EXPECT_EQ(summary(what, now),
		  "CPU 1 throttles its real-time tasks, 3 times in 3.2 s, because of "
		  "surfaceflinger (pid 121, SCHED_FIFO 50): victim (pid 122) waits 3.2 s and 2 "
		  "more; throttling works and leaves everyone else 50 ms per 1000 ms.");
	EXPECT_TRUE(has(remedy(what), "nobody starves"));
	what.events = 1;
	EXPECT_TRUE(has(summary(what, now), ", 1 time in "));
}

TEST(summary, tells_that_throttling_does_not_hold_a_deadline_task)
{
	auto what = testing::hogged_incident();
	what.culprit->policy = sched_policy::deadline;
	what.cause = cause::deadline;
	EXPECT_TRUE(has(summary(what, now), "does not stop a deadline task"));
	EXPECT_TRUE(has(remedy(what), "chrt -d -T"));
}

incident blocked_incident()
{
	incident what;
	what.type = incident_type::hung_task;
	what.active = true;
	what.start = now - 61s;
	what.victims.emplace_back().comm = "waiter";
	what.victims_total = 200;
	what.wait_channel = "do_unlinkat";
	return what;
}

TEST(summary, of_hung_tasks_names_the_lock_and_who_holds_it)
{
	auto what = blocked_incident();
	what.lock = "mutex cgroup_mutex";
	what.culprit.emplace().comm = "owner";
	what.culprit->pid = 12;
	what.cause = cause::lock_held;
	EXPECT_EQ(summary(what, now),
		  "waiter and 199 more have been blocked for 1 min 1 s, and nothing can interrupt "
		  "that, in do_unlinkat: they wait for a mutex cgroup_mutex that owner (pid 12) "
		  "holds.");
	EXPECT_TRUE(has(remedy(what), "/proc/12/stack"));
}

TEST(summary, of_one_hung_task_tells_io_from_locks)
{
	auto what = blocked_incident();
	what.victims_total = 1;
	what.cause = cause::io_wait;
	EXPECT_EQ(summary(what, now),
		  "waiter has been blocked for 1 min 1 s, and nothing can interrupt that, in "
		  "do_unlinkat: it waits for I/O.");
	EXPECT_TRUE(has(remedy(what), "dmsetup resume"));
}

TEST(summary, of_the_bandwidth_timer_names_the_cgroup)
{
	incident what;
	what.type = incident_type::cfs_bandwidth;
	what.cpu = cpu_id{2};
	what.start = now - 5s;
	what.end = now;
	what.peak = 12ms;
	what.events = 4;
	what.queues = 64;
	what.cgroup = "/kubepods/pod7";
	EXPECT_EQ(summary(what, now),
		  "The CFS bandwidth timer of cgroup /kubepods/pod7 kept interrupts off on CPU 2 "
		  "for up to 12 ms at a time, 4 times in 5.0 s, and served up to 64 throttled run "
		  "queues in one go.");
	EXPECT_TRUE(has(remedy(what), "the cgroup /kubepods/pod7"));

	what.queues.reset();
	EXPECT_EQ(summary(what, now),
		  "The CFS bandwidth timer of cgroup /kubepods/pod7 kept interrupts off on CPU 2 "
		  "for up to 12 ms at a time, 4 times in 5.0 s.");
}

TEST(summary, of_throttling_whose_culprit_is_not_shown_ends_well)
{
	incident what;
	what.type = incident_type::rt_throttled;
	what.cause = cause::rt_throttled;
	what.cpu = cpu_id{2};
	what.start = now - 5s;
	what.end = now;
	what.events = 4;
	EXPECT_EQ(summary(what, now), "CPU 2 throttled its real-time tasks, 4 times in 5.0 s; "
				      "throttling works and leaves everyone else a small rest.");
}

TEST(summary, of_a_stall_names_the_preempted_reader)
{
	incident what;
	what.type = incident_type::rcu_stall;
	what.active = true;
	what.start = now - 12s;
	what.gp_seq = 4 * 7 + 1;
	what.holdout.emplace().comm = "reader";
	what.rcu_callbacks = 900;
	what.cause = cause::reader_preempted;
	EXPECT_EQ(
		summary(what, now),
		"An RCU grace period (number 7) has waited 12.0 s for the reader reader; memory is "
		"not freed meanwhile (900 callbacks wait); the reader does not get to run, so it "
		"cannot leave.");
	what.holdout.reset();
	what.holdout_cpus = "1,3";
	EXPECT_TRUE(has(summary(what, now), "12.0 s for CPU 1,3;"));
}

TEST(summary, of_a_grace_period_that_does_not_begin)
{
	incident what;
	what.type = incident_type::rcu_stall;
	what.active = true;
	what.start = now - 12s;
	what.cpu = cpu_id{2};
	what.culprit.emplace().comm = "hog";
	what.cause = cause::gp_kthread_starved;
	EXPECT_EQ(summary(what, now),
		  "An RCU grace period has been wanted for 12.0 s and does not begin: RCU's own "
		  "thread is on CPU 2, where the culprit is hog; memory is not freed meanwhile; "
		  "RCU's own thread does not get to run.");
	what.gp_seq = 4 * 7 + 1;
	EXPECT_TRUE(has(summary(what, now), "(number 7) has waited 12.0 s for CPU 2"));
}

TEST(summary, tells_how_little_the_fair_server_gives)
{
	auto what = testing::hogged_incident();
	what.cause = cause::fair_server_small;
	what.fair_server_runtime = 1ms;
	what.fair_server_period = 4s;
	EXPECT_TRUE(has(summary(what, now), "gives everyone else only 1 ms per 4000 ms"));
	EXPECT_TRUE(has(remedy(what), "fair_server/cpu1/runtime"));
}

TEST(summary, tells_no_limit_apart_from_a_borrowed_one)
{
	auto what = testing::hogged_incident();
	what.cause = cause::rt_unlimited;
	const auto text = summary(what, now);
	EXPECT_TRUE(has(text, "because sched_rt_runtime_us is -1"));
	EXPECT_FALSE(has(text, "RT_RUNTIME_SHARE"));
}

TEST(summary, manages_without_identities)
{
	auto what = testing::hogged_incident();
	what.culprit.reset();
	what.victims.clear();
	EXPECT_EQ(summary(what, now).substr(0, 42), "CPU 1 is starved for 3.2 s: 3 tasks wait; ");
}

TEST(summary, of_any_type_and_cause_is_one_sentence)
{
	for (std::uint32_t type = 0; type <= 9; type++) {
		for (std::uint32_t why = 0; why <= 20; why++) {
			for (const bool bare : {false, true}) {
				auto what = bare ? incident{} : testing::hogged_incident();
				if (type != 0)
					what.type = static_cast<incident_type>(type);
				else
					what.type.reset();
				what.cause = static_cast<cause>(why);
				const auto text = summary(what, now);
				EXPECT_GT(text.size(), 20u);
				EXPECT_EQ(text.back(), '.');
				EXPECT_FALSE(has(text, "  ")) << text;
				EXPECT_FALSE(has(text, "\n")) << text;
				EXPECT_FALSE(remedy(what).empty());
			}
		}
	}
}

TEST(summary, names_the_function_that_keeps_interrupts_off)
{
	incident what;
	what.type = incident_type::hard_lockup;
	what.cpu = cpu_id{3};
	what.active = true;
	what.start = now - 12s;
	what.frames.emplace_back().symbol = "sick_spin+0x4/0x10 [sick]";
	EXPECT_EQ(summary(what, now),
		  "CPU 3 has taken no interrupt for 12.0 s: interrupts are off in sick_spin.");
	EXPECT_TRUE(has(remedy(what), "sick_spin"));
}

incident stalled_in(const std::vector<std::string> &functions)
{
	incident what;
	what.type = incident_type::rcu_stall;
	what.cause = cause::rcu_reader;
	what.cpu = cpu_id{1};
	what.active = true;
	what.start = now - 12s;
	for (const auto &function : functions)
		what.frames.emplace_back().symbol = function + "+0x10/0x20";
	return what;
}

TEST(remedy, passes_over_an_interrupt_that_the_stack_was_taken_in)
{
	auto what = stalled_in({"lapic_next_event", "hrtimer_interrupt",
				"asm_sysvec_apic_timer_interrupt", "preempt_schedule_irq",
				"irqentry_exit", "asm_sysvec_apic_timer_interrupt", "sick_reader",
				"kthread"});
	EXPECT_TRUE(has(remedy(what), "report sick_reader to"));
	what = stalled_in({"scheduler_tick", "tick_sched_timer", "__hrtimer_run_queues",
			   "hrtimer_interrupt", "asm_sysvec_apic_timer_interrupt", "sick_reader"});
	EXPECT_TRUE(has(remedy(what), "report sick_reader to"));
	what = stalled_in({"native_write_msr", "asm_sysvec_apic_timer_interrupt"});
	EXPECT_TRUE(has(remedy(what), "report the function at its top to"));
}

TEST(remedy, names_what_an_interrupt_carries_out)
{
	auto what = stalled_in({"sick_poll", "net_rx_action", "__do_softirq", "irq_exit_rcu",
				"asm_common_interrupt", "innocent"});
	EXPECT_TRUE(has(remedy(what), "report sick_poll to"));
	what = stalled_in({"distribute_cfs_runtime", "sched_cfs_period_timer",
			   "__hrtimer_run_queues", "hrtimer_interrupt",
			   "asm_sysvec_apic_timer_interrupt", "innocent"});
	EXPECT_TRUE(has(remedy(what), "report distribute_cfs_runtime to"));
	what = stalled_in({"sick_handler", "asm_common_interrupt", "innocent"});
	what.cause = cause::irqs_off;
	EXPECT_TRUE(has(remedy(what), "report sick_handler to"));
}

TEST(summary, cleans_a_name_that_would_move_the_cursor)
{
	auto what = testing::hogged_incident();
	what.culprit->comm = "\033[2Jhog";
	const auto text = summary(what, now);
	EXPECT_TRUE(has(text, "\\x1b[2Jhog"));
	EXPECT_FALSE(has(text, "\033"));
}

TEST(remedy, gives_the_borrowed_runtime_back_too)
{
	const auto text = remedy(testing::hogged_incident());
	EXPECT_TRUE(has(text, "echo NO_RT_RUNTIME_SHARE > /sys/kernel/debug/sched/features"));
	EXPECT_TRUE(has(text, "sysctl -w kernel.sched_rt_runtime_us=$(cat "
			      "/proc/sys/kernel/sched_rt_runtime_us)"));
	EXPECT_TRUE(has(text, "chrt -o -p 0 121"));
}

TEST(remedy, sets_a_limit_where_there_is_none)
{
	auto what = testing::hogged_incident();
	what.cause = cause::rt_unlimited;
	EXPECT_TRUE(has(remedy(what), "kernel.sched_rt_runtime_us=950000"));
	EXPECT_FALSE(has(remedy(what), "RT_RUNTIME_SHARE"));
}

TEST(consequence, tells_kernel_threads_by_name)
{
	task who;
	who.kthread = true;
	who.comm = "ksoftirqd/1";
	EXPECT_EQ(consequence(who), "packets and timers of this CPU wait");
	for (const char *rcu : {"rcu_preempt", "rcu_sched", "rcuog/0", "rcuc/1", "rcuop/3"}) {
		who.comm = rcu;
		EXPECT_TRUE(has(std::string(consequence(who)), "memory is not freed")) << rcu;
	}
	who.comm = "kworker/1:1H-kblockd";
	EXPECT_TRUE(has(std::string(consequence(who)), "work items stall"));
	who.comm = "irq/4-ttyS0";
	EXPECT_TRUE(has(std::string(consequence(who)), "interrupt"));
	who.comm = "something_new";
	EXPECT_EQ(consequence(who), "work of the kernel waits");
	who.comm.reset();
	EXPECT_EQ(consequence(who), "work of the kernel waits");
}

TEST(consequence, does_not_believe_the_name_of_a_program)
{
	task who;
	who.comm = "ksoftirqd/1";
	EXPECT_EQ(consequence(who), "the program does not run");
}

TEST(human, picks_the_unit_that_reads_well)
{
	EXPECT_EQ(human(0ns), "0 ns");
	EXPECT_EQ(human(999ns), "999 ns");
	EXPECT_EQ(human(1us), "1 us");
	EXPECT_EQ(human(2'500us), "2.5 ms");
	EXPECT_EQ(human(950ms), "950 ms");
	EXPECT_EQ(human(999'999us), "1.0 s");
	EXPECT_EQ(human(3200ms), "3.2 s");
	EXPECT_EQ(human(59'990ms), "1 min 0 s");
	EXPECT_EQ(human(245s), "4 min 5 s");
	EXPECT_EQ(human(51h), "2 d 3 h");
	EXPECT_EQ(human(unlimited), "unlimited");
	EXPECT_EQ(human(-5ms), "-5.0 ms");
}

TEST(duration, never_goes_below_zero)
{
	auto what = testing::hogged_incident();
	EXPECT_EQ(duration(what, 1s), 0ns);
	what.start.reset();
	EXPECT_EQ(duration(what, now), 0ns);
}

} // namespace
} // namespace rtwatch
