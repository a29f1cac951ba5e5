// SPDX-License-Identifier: BSD-3-Clause
// What rtwatch itself costs, as text and as JSON.
#pragma once

#include <string>
#include <vector>

#include <rtwatch/types.hpp>

#include "json.hpp"

namespace rtwatchctl
{

struct bill {
	rtwatch::module_info info;
	rtwatch::config config;
	std::vector<rtwatch::sensor_info> sensors;
	std::vector<rtwatch::cpu_stat> cpus;
	rtwatch::nanoseconds now{0}; // CLOCK_MONOTONIC
};

// One hook on all CPUs, or on one.
struct hook_sum {
	rtwatch::hook_id id = rtwatch::hook_id::tick;
	std::uint64_t calls = 0;
	std::uint64_t timed = 0;
	rtwatch::nanoseconds time{0}; // of the timed calls
	rtwatch::nanoseconds max{0};

	// Zero where none was timed.
	rtwatch::nanoseconds mean() const;
};

// In the order of the uAPI; hooks that were never called are left out.
std::vector<hook_sum> sum_hooks(const std::vector<rtwatch::cpu_stat> &cpus);

// `each`: also a row a CPU and hook.
std::string bill_text(const bill &of, bool each, bool color);
json bill_json(const bill &of);

} // namespace rtwatchctl
