// SPDX-License-Identifier: BSD-3-Clause
// How quotas of cgroups look, and the timer behind them.
#pragma once

#include <string>
#include <vector>

#include <rtwatch/quotas.hpp>
#include <rtwatch/types.hpp>

#include "json.hpp"

namespace rtwatchctl
{

struct quotas_seen {
	rtwatch::quota_reading reading;
	bool interval = false; // the reading has what was counted since another
	// The module's view, empty where it could not be asked.
	std::vector<rtwatch::cpu_state> cpus;
	std::vector<std::string> unseen; // what is missing, and why
};

struct quotas_style {
	bool color = false;
	bool all = false; // also what was never throttled, and all CPUs
	std::size_t width = 0;
};

std::string quotas_text(const quotas_seen &seen, const quotas_style &style);
json quotas_json(const quotas_seen &seen, bool all);

} // namespace rtwatchctl
