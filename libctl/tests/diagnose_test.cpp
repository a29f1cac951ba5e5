// SPDX-License-Identifier: BSD-3-Clause
#include <rtwatch/diagnose.hpp>

#include <gtest/gtest.h>

#include "fake_host.hpp"
#include "fake_module.hpp"

namespace rtwatch
{
namespace
{

using namespace std::chrono_literals;

constexpr auto this_moment = 1000s;
constexpr auto window = 1h;

// The hogged machine; its settings are those that let it happen.
situation hogged_situation(const char *features = "RT_RUNTIME_SHARE",
			   const char *runtime = "950000")
{
	const auto module = testing::hogged_machine();
	auto machine = testing::debian12();
	machine.files["/sys/kernel/debug/sched/features"] = features;
	machine.sysctl("sched_rt_runtime_us", runtime);
	situation out;
	out.cpus = module->cpus;
	out.log = module->log;
	out.sensors = module->sensors;
	out.knobs = read_knobs(machine);
	out.now = this_moment;
	return out;
}

incident &add(situation &to, incident_type type, std::optional<cpu_id> cpu)
{
	incident out;
	out.id = 20 + to.log.incidents.size();
	out.type = type;
	out.cpu = cpu;
	out.level = level::starving;
	out.active = true;
	out.start = this_moment - 1s;
	out.cause = cause::unknown;
	to.log.incidents.push_back(out);
	return to.log.incidents.back();
}

incident &first(situation &of)
{
	return of.log.incidents[0];
}

verdict only(const situation &of)
{
	const auto found = diagnose(of, window);
	EXPECT_EQ(found.verdicts.size(), 1u);
	return found.verdicts.empty() ? verdict() : found.verdicts[0];
}

bool tells(const std::string &text, const char *part)
{
	return text.find(part) != std::string::npos;
}

TEST(diagnose, a_healthy_machine_has_no_verdict_but_was_looked_at)
{
	situation of;
	of.cpus = testing::healthy_machine()->cpus;
	of.sensors = testing::healthy_machine()->sensors;
	const auto found = diagnose(of, window);
	EXPECT_TRUE(found.verdicts.empty());
	EXPECT_EQ(found.looked_at, "4 CPUs, 1 sensor and 0 incidents of the last 1 h 0 min");
	EXPECT_TRUE(found.unseen.empty());
	of.sensors.push_back({sensor_id::rcu, "rcu", false, {}, "no symbol"});
	EXPECT_EQ(diagnose(of, window).unseen, std::vector<std::string>{"rcu: no symbol"});
}

TEST(diagnose, tells_the_whole_case)
{
	const auto one = only(hogged_situation());
	EXPECT_EQ(one.cause, "rt_runtime_share");
	EXPECT_EQ(one.incidents, std::vector<std::uint64_t>{12});
	EXPECT_TRUE(tells(one.sentence, "CPU 1 is starved for 3.2 s by surfaceflinger"));
	EXPECT_TRUE(tells(one.now, "rtwatchctl knobs set RT_RUNTIME_SHARE=off"));
	EXPECT_TRUE(tells(one.now, "chrt -o -p 0 121"));
	EXPECT_FALSE(one.for_good.empty());
	const auto ground = [&](const char *source, const char *name) -> std::string {
		for (const auto &each : one.grounds)
			if (each.source == source && each.name == name)
				return each.value;
		return "none";
	};
	EXPECT_EQ(ground("incident", "rq_rt_runtime_ns"), "1000000000");
	EXPECT_EQ(ground("setting", "RT_RUNTIME_SHARE"), "on");
	EXPECT_EQ(ground("setting", "sched_rt_runtime_us"), "950000");
	EXPECT_EQ(ground("cpu", "streak_ns"), "3200000000");
}

TEST(diagnose, asks_for_the_rewrite_only_when_sharing_is_off_already)
{
	const auto one = only(hogged_situation("NO_RT_RUNTIME_SHARE"));
	EXPECT_EQ(one.cause, "rt_runtime_share");
	EXPECT_TRUE(tells(one.now, "knobs set sched_rt_runtime_us=950000")) << one.now;
	EXPECT_FALSE(tells(one.now, "RT_RUNTIME_SHARE=off"));
}

// The hog is gone for a minute.
void end(situation &of)
{
	first(of).active = false;
	first(of).end = this_moment - 60s;
	of.cpus = testing::healthy_machine()->cpus;
}

TEST(diagnose, speaks_of_the_past_and_of_what_has_changed_since)
{
	auto of = hogged_situation("NO_RT_RUNTIME_SHARE");
	end(of);
	const auto one = only(of);
	EXPECT_TRUE(tells(one.sentence, "CPU 1 was starved"));
	EXPECT_EQ(one.now, "");
	EXPECT_TRUE(tells(one.for_good, "RT_RUNTIME_SHARE is off by now")) << one.for_good;
	for (const auto &each : one.grounds)
		EXPECT_NE(each.source, "cpu");
	EXPECT_TRUE(diagnose(of, 30s).verdicts.empty());
}

TEST(diagnose, knows_the_cause_from_the_settings_where_the_module_does_not)
{
	auto of = hogged_situation("NO_RT_RUNTIME_SHARE", "-1");
	first(of).cause = cause::unknown;
	first(of).rt_runtime.reset();
	first(of).rq_rt_runtime.reset();
	auto one = only(of);
	EXPECT_EQ(one.cause, "rt_unlimited");
	EXPECT_TRUE(tells(one.sentence, "because sched_rt_runtime_us is -1"));
	// The settings of now say nothing about then.
	end(of);
	EXPECT_EQ(only(of).cause, "unknown");
	first(of).rt_runtime = 1s;
	EXPECT_EQ(only(of).cause, "rt_full_period");
}

TEST(diagnose, tells_throttling_that_did_not_act)
{
	auto of = hogged_situation("NO_RT_RUNTIME_SHARE");
	first(of).cause = cause::unknown;
	first(of).rq_rt_runtime = 950ms;
	const auto one = only(of);
	EXPECT_EQ(one.cause, "throttling_failed");
	EXPECT_TRUE(tells(one.sentence, "yet it did not act"));
	// Within two periods it is no failure.
	first(of).start = this_moment - 1500ms;
	first(of).peak = 1500ms;
	EXPECT_EQ(only(of).cause, "unknown");
}

TEST(diagnose, tells_a_hog_above_the_kernels_own_threads)
{
	auto of = hogged_situation("NO_RT_RUNTIME_SHARE");
	first(of).cause = cause::rt_throttled;
	EXPECT_EQ(only(of).cause, "rt_throttled");
	first(of).victims[1].policy = sched_policy::fifo;
	first(of).victims[1].prio = 1;
	const auto one = only(of);
	EXPECT_EQ(one.cause, "rt_outranks_kthreads");
	EXPECT_TRUE(tells(one.for_good, "rcutree.kthread_prio"));
	first(of).victims[1].prio = 60;
	EXPECT_EQ(only(of).cause, "rt_throttled");
}

TEST(diagnose, folds_what_follows_from_a_hog_into_its_verdict)
{
	auto of = hogged_situation();
	auto &stall = add(of, incident_type::rcu_stall, cpu_id{1});
	stall.gp_seq = 4101;
	const auto one = only(of);
	EXPECT_EQ(one.what.type, incident_type::rt_starvation);
	ASSERT_EQ(one.follows.size(), 1u);
	EXPECT_TRUE(tells(one.follows[0], "RCU grace period"));
	EXPECT_EQ(one.incidents, (std::vector<std::uint64_t>{12, 21}));
}

TEST(diagnose, folds_a_stall_by_holdout_kthread_and_what_waits_for_it)
{
	auto of = hogged_situation();
	first(of).victims[2].comm = "rcu_preempt";
	add(of, incident_type::rcu_stall, {});
	add(of, incident_type::hung_task, {}).wait_channel = "wait_rcu_gp";
	auto one = only(of);
	EXPECT_EQ(one.follows.size(), 2u);
	first(of).victims[2].comm = "other";
	of.log.incidents[1].holdout_cpus = "1,3";
	EXPECT_EQ(only(of).follows.size(), 2u);
	of.log.incidents[1].holdout_cpus = "2-3";
	EXPECT_EQ(diagnose(of, window).verdicts.size(), 2u);
}

TEST(diagnose, tells_a_frozen_filesystem_by_the_stack)
{
	auto of = hogged_situation();
	of.log.incidents.clear();
	auto &what = add(of, incident_type::hung_task, {});
	what.active = true;
	for (const char *symbol : {"percpu_rwsem_wait+0xf0/0x100", "__percpu_down_read+0x5f/0x60",
				   "vfs_write+0x3a/0x4c0"})
		what.frames.emplace_back().symbol = symbol;
	of.cpus.clear();
	const auto one = only(of);
	EXPECT_EQ(one.cause, "fs_frozen");
	EXPECT_TRUE(tells(one.sentence, "The filesystem is frozen"));
	EXPECT_TRUE(tells(one.now, "fsfreeze -u"));
	// The same semaphore guards other things.
	what.frames[2].symbol = "cgroup_procs_write_start+0x3a/0x4c0";
	EXPECT_EQ(only(of).cause, "unknown");
}

TEST(diagnose, blames_the_stall_where_rcu_has_boosted_the_reader)
{
	auto of = hogged_situation();
	of.cpus.clear();
	first(of).culprit->policy = sched_policy::other;
	auto &stall = add(of, incident_type::rcu_stall, {});
	stall.holdout = stall.culprit = first(of).culprit;
	stall.start = *first(of).start - 500ms;
	stall.cause = cause::rcu_reader;
	const auto one = only(of);
	EXPECT_EQ(one.cause, "rcu_reader");
	EXPECT_EQ(one.follows.size(), 1u);
	// The same where throttling holds it now and then.
	first(of).type = incident_type::rt_throttled;
	first(of).level = level::late;
	EXPECT_EQ(only(of).cause, "rcu_reader");
	first(of).type = incident_type::rt_starvation;
	first(of).level = level::starving;
	// Who boosts it may spin meanwhile, elsewhere.
	first(of).culprit->policy = sched_policy::fifo;
	first(of).culprit->comm = "rcub/0";
	first(of).culprit->pid = 20;
	first(of).culprit->kthread = true;
	EXPECT_EQ(only(of).cause, "rcu_reader");
	first(of).culprit = stall.culprit;
	// A hog in its own right is the root.
	first(of).culprit->policy = sched_policy::fifo;
	EXPECT_EQ(only(of).what.type, incident_type::rt_starvation);
}

TEST(diagnose, tells_real_time_tasks_that_wait_below_another_one)
{
	auto of = hogged_situation("", "950000");
	of.cpus.clear();
	auto &what = first(of);
	what.cause = cause::rt_outranks;
	what.victims[0].policy = sched_policy::fifo;
	what.victims[0].prio = 10;
	const auto program = only(of);
	EXPECT_EQ(program.cause, "rt_outranks");
	EXPECT_TRUE(tells(program.sentence, "helps who is real-time itself")) << program.sentence;
	EXPECT_TRUE(tells(program.for_good, "higher priority")) << program.for_good;
	first(of).victims[0].kthread = true;
	const auto thread = only(of);
	EXPECT_EQ(thread.cause, "rt_outranks_kthreads");
	EXPECT_TRUE(tells(thread.for_good, "rcutree.kthread_prio")) << thread.for_good;
}

TEST(diagnose, tells_a_hog_that_has_only_inherited_its_priority)
{
	auto of = hogged_situation("", "-1");
	of.cpus.clear();
	auto &what = first(of);
	what.cause = cause::pi_boosted;
	what.culprit->policy = sched_policy::other;
	what.booster.emplace().comm = "urgent";
	what.booster->pid = 77;
	what.rt_runtime = unlimited;
	// A grace period that waits for its CPU is no reason for the boost.
	const auto culprit = what.culprit; // the list moves when it grows
	add(of, incident_type::rcu_stall, cpu_id{1}).culprit = culprit;
	const auto one = only(of);
	EXPECT_EQ(one.cause, "pi_boosted");
	EXPECT_EQ(one.what.type, incident_type::rt_starvation);
	EXPECT_TRUE(tells(one.sentence,
			  "inherited the priority of urgent (pid 77), which waits for "
			  "a lock that it holds, and sched_rt_runtime_us is -1"))
		<< one.sentence;
	EXPECT_TRUE(tells(one.now, "knobs set sched_rt_runtime_us=950000"));
	EXPECT_TRUE(tells(one.now, "chrt -o -p 0 77"));
	EXPECT_FALSE(tells(one.now, "sysctl"));
	EXPECT_TRUE(tells(one.for_good, "for a short time only"));
}

TEST(diagnose, asks_for_a_share_only_where_there_is_none)
{
	auto of = hogged_situation("", "950000");
	first(of).cause = cause::pi_boosted;
	first(of).rt_runtime = 950ms;
	first(of).booster.emplace().comm = "rcub/0";
	const auto one = only(of);
	EXPECT_FALSE(tells(one.now, "share")) << one.now;
	EXPECT_FALSE(tells(one.now, "chrt"));
	EXPECT_TRUE(tells(one.for_good, "rcutree.kthread_prio"));
	EXPECT_TRUE(tells(one.sentence, "for its RCU read-side section to end")) << one.sentence;
}

TEST(diagnose, tells_how_far_it_is_to_the_kernels_own_report)
{
	auto of = hogged_situation();
	of.log.incidents.clear();
	of.cpus.clear();
	auto &what = add(of, incident_type::soft_lockup, cpu_id{3});
	what.start = this_moment - 12900ms;
	const auto set = [&](const char *name, const char *value) {
		for (auto &one : of.knobs)
			if (one.name == name)
				one.value = value;
	};
	set("watchdog_thresh", "10");
	EXPECT_TRUE(tells(only(of).sentence, "would report it after 20.0 s, in 7.1 s"))
		<< only(of).sentence;
	what.start = this_moment - 21s;
	EXPECT_FALSE(tells(only(of).sentence, "kernel itself"));
	set("watchdog_thresh", "0");
	EXPECT_TRUE(tells(only(of).sentence, "does not report it: watchdog_thresh is 0"));
	what.active = false;
	what.end = this_moment - 1s;
	EXPECT_FALSE(tells(only(of).sentence, "kernel itself"));
	of.log.incidents.clear();
	add(of, incident_type::hung_task, {});
	set("hung_task_timeout_secs", "120");
	set("hung_task_warnings", "0");
	EXPECT_TRUE(tells(only(of).sentence, "does not report it: hung_task_warnings is 0"));
	set("hung_task_warnings", "-1");
	EXPECT_TRUE(tells(only(of).sentence, "after 2 min 0 s")) << only(of).sentence;
}

TEST(diagnose, keeps_two_sicknesses_apart)
{
	auto of = hogged_situation();
	add(of, incident_type::irqs_off, cpu_id{3}).cause = cause::irqs_off;
	add(of, incident_type::rcu_stall, cpu_id{3});
	const auto found = diagnose(of, window);
	ASSERT_EQ(found.verdicts.size(), 2u);
	for (const auto &one : found.verdicts)
		EXPECT_EQ(one.follows.size(), one.what.type == incident_type::irqs_off ? 1u : 0u);
	// Long before the hog there was another reason.
	auto earlier = hogged_situation();
	auto &stall = add(earlier, incident_type::rcu_stall, cpu_id{1});
	stall.start = this_moment - 60s;
	EXPECT_EQ(diagnose(earlier, window).verdicts.size(), 2u);
}

TEST(diagnose, tells_one_hold_on_a_cpu_once)
{
	auto of = hogged_situation();
	of.log.incidents.clear();
	add(of, incident_type::irqs_off, cpu_id{3});
	add(of, incident_type::hard_lockup, cpu_id{3});
	of.cpus[1].level = level::ok;
	EXPECT_EQ(only(of).what.type, incident_type::hard_lockup);
}

TEST(diagnose, counts_what_repeats)
{
	auto of = hogged_situation();
	for (int i = 0; i < 3; i++) {
		auto again = first(of);
		again.id = 1 + i;
		again.active = false;
		again.start = std::chrono::seconds(100 + 100 * i);
		again.end = *again.start + 5s;
		of.log.incidents.push_back(again);
	}
	const auto one = only(of);
	EXPECT_TRUE(one.what.active);
	EXPECT_EQ(one.times, 4u);
	EXPECT_EQ(one.incidents[0], 12u);
	EXPECT_TRUE(one.follows.empty());
	// On another CPU at the same time: told.
	auto other = first(of);
	other.id = 30;
	other.cpu = cpu_id{2};
	of.log.incidents.push_back(other);
	EXPECT_TRUE(tells(only(of).follows.at(0), "The same on CPU 2: "));
	of.log.incidents.back().culprit->comm = "another";
	EXPECT_EQ(diagnose(of, window).verdicts.size(), 2u);
}

TEST(diagnose, tells_a_starving_cpu_without_an_incident)
{
	auto of = hogged_situation();
	of.log.incidents.clear();
	const auto one = only(of);
	EXPECT_TRUE(tells(one.sentence, "CPU 1 is starved for 3.2 s by surfaceflinger"));
	EXPECT_TRUE(one.incidents.empty());
	EXPECT_EQ(one.cause, "rt_runtime_share");
}

TEST(diagnose, has_two_remedies_for_every_type_and_cause)
{
	for (std::uint32_t type = 1; type <= 8; type++)
		for (std::uint32_t why = 0; why <= 15; why++) {
			auto of = hogged_situation();
			first(of).type = static_cast<incident_type>(type);
			first(of).cause = static_cast<cause>(why);
			for (const auto &one : diagnose(of, window).verdicts) {
				EXPECT_FALSE(one.now.empty()) << type << " " << why;
				EXPECT_FALSE(one.for_good.empty()) << type << " " << why;
				EXPECT_EQ(one.sentence.back(), '.');
				EXPECT_FALSE(tells(one.now, "For good"));
				EXPECT_FALSE(tells(one.now, "Now:"));
			}
		}
}

TEST(diagnose, manages_with_nothing_known)
{
	situation of;
	of.now = this_moment;
	of.log.incidents.emplace_back();
	of.log.incidents.emplace_back().active = true;
	EXPECT_FALSE(diagnose(of, window).verdicts.empty());
}

} // namespace
} // namespace rtwatch
