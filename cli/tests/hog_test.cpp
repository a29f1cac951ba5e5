// SPDX-License-Identifier: BSD-3-Clause
#include "hog_plan.hpp"

#include <cerrno>
#include <gtest/gtest.h>
#include <sched.h>

#include "fake_host.hpp"

namespace rtwatchctl
{
namespace
{

using rtwatch::testing::debian12;
using rtwatch::testing::debian13;

hog_plan on_cpu(unsigned cpu, unsigned seconds)
{
	hog_plan out;
	out.cpu = cpu;
	out.seconds = seconds;
	return out;
}

std::string forecast(const rtwatch::host &machine, const hog_plan &plan)
{
	return hog_forecast(rtwatch::read_knobs(machine), plan);
}

TEST(hog, needs_another_cpu_that_runs_ordinary_programs)
{
	auto machine = debian12();
	EXPECT_EQ(*hog_neighbours(machine, on_cpu(1, 1)), std::vector<unsigned>{0});
	machine.files["/sys/devices/system/cpu/isolated"] = "0";
	EXPECT_EQ(hog_neighbours(machine, on_cpu(1, 1)).error().code, EBUSY);
	machine.files["/sys/devices/system/cpu/isolated"] = "";
	machine.files["/sys/devices/system/cpu/online"] = "1";
	EXPECT_EQ(hog_neighbours(machine, on_cpu(1, 1)).error().code, EBUSY);
	EXPECT_EQ(hog_neighbours(machine, on_cpu(0, 1)).error().code, EINVAL);
}

TEST(hog, does_not_make_the_machine_panic_unless_forced)
{
	auto machine = debian12();
	machine.sysctl("panic_on_rcu_stall", "1");
	auto plan = on_cpu(1, 21);
	EXPECT_EQ(hog_is_bearable(rtwatch::read_knobs(machine), plan).error().code, EBUSY);
	plan.force = true;
	EXPECT_TRUE(hog_is_bearable(rtwatch::read_knobs(machine), plan));
	EXPECT_TRUE(hog_is_bearable(rtwatch::read_knobs(machine), on_cpu(1, 20)));
	machine.sysctl("panic_on_rcu_stall", "0");
	machine.sysctl("hung_task_panic", "1");
	machine.sysctl("hung_task_timeout_secs", "5");
	EXPECT_EQ(hog_is_bearable(rtwatch::read_knobs(machine), on_cpu(1, 5)).error().code, EBUSY);
}

TEST(hog, foretells_what_holds_it_back)
{
	auto machine = debian12();
	EXPECT_EQ(forecast(machine, on_cpu(1, 5)).substr(0, 47),
		  "Throttling leaves everybody else 5.0 % of CPU 1");
	machine.files["/sys/kernel/debug/sched/features"] = "RT_RUNTIME_SHARE";
	EXPECT_NE(forecast(machine, on_cpu(1, 5)).find("does not hold it back"), std::string::npos);
	machine.sysctl("sched_rt_runtime_us", "-1");
	EXPECT_EQ(forecast(machine, on_cpu(1, 5)),
		  "Throttling is off: nothing else runs on CPU 1 meanwhile.");
	auto newer = debian13();
	EXPECT_EQ(forecast(newer, on_cpu(1, 5)),
		  "The fair server of CPU 1 leaves ordinary tasks 5.0 %, so the CPU will hardly "
		  "starve.");
	newer.files["/sys/kernel/debug/sched/fair_server/cpu1/runtime"] = "0";
	EXPECT_EQ(forecast(newer, on_cpu(1, 5)),
		  "The fair server of CPU 1 is off: nothing else runs on CPU 1 meanwhile.");
}

TEST(hog, cannot_have_a_cpu_that_another_has)
{
	hog_claim first, second;
	ASSERT_TRUE(first.take("test"));
	EXPECT_EQ(second.take("test").error().code, EBUSY);
	first.give();
	EXPECT_TRUE(second.take("test"));
}

TEST(hog, a_cpu_that_naps_in_time_answers_and_an_absent_one_does_not)
{
	cpu_set_t mine;
	ASSERT_EQ(::sched_getaffinity(0, sizeof(mine), &mine), 0);
	std::vector<unsigned> cpus;
	for (unsigned cpu = 0; cpu < 64; cpu++)
		if (CPU_ISSET(cpu, &mine))
			cpus.push_back(cpu);
	EXPECT_FALSE(answering(cpus).empty());
	EXPECT_TRUE(answering({1023}).empty());
	EXPECT_TRUE(answering({}).empty());
}

} // namespace
} // namespace rtwatchctl
