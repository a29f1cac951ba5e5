// SPDX-License-Identifier: BSD-3-Clause
// How the state of all CPUs looks.
#pragma once

#include <string>
#include <vector>

#include <rtwatch/diagnose.hpp>
#include <rtwatch/types.hpp>

#include "json.hpp"

namespace rtwatchctl
{

struct snapshot {
	std::vector<rtwatch::cpu_state> cpus;     // by number
	std::vector<rtwatch::incident> incidents; // active ones
	std::vector<rtwatch::verdict> verdicts;   // of these
	std::uint64_t lost = 0;                   // of the incident log
	rtwatch::nanoseconds now{0};              // CLOCK_MONOTONIC
};

struct status_style {
	bool color = false;
	bool worst_first = false;
	bool all = false;      // do not fold rows that are fine
	std::size_t width = 0; // wrap sentences; 0: do not
};

// More CPUs than this, and those that are fine share one line.
inline constexpr std::size_t status_fold_above = 16;

std::string status_text(const snapshot &seen, const status_style &style);
json status_json(const snapshot &seen, bool worst_first);

// Whether a CPU or an incident is starving, and all about it in one line.
struct health {
	bool starving = false;
	std::vector<rtwatch::cpu_id> cpus;
	std::string line;
};
health check(const snapshot &seen);

// "0-3,5,7"
std::string cpu_list(const std::vector<rtwatch::cpu_id> &cpus);

} // namespace rtwatchctl
