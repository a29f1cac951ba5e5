// SPDX-License-Identifier: BSD-3-Clause
// From readings to verdicts: what is wrong with this machine, or was, each
// sickness once, with its cause, what follows from it, and what to do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <rtwatch/export.hpp>
#include <rtwatch/knobs.hpp>
#include <rtwatch/types.hpp>

namespace rtwatch
{

// All that a diagnosis looks at; what is not known stays empty.
struct situation {
	std::vector<cpu_state> cpus;
	incident_log log;
	std::vector<sensor_info> sensors;
	std::vector<knob> knobs; // as they are now
	nanoseconds now{0};      // CLOCK_MONOTONIC
};

// A reading that a verdict rests on.
struct evidence {
	std::string source; // "incident", "setting" or "cpu"
	std::string name;   // the uAPI name with its unit, or the knob's
	std::string value;  // as the module or the kernel tells it
};

// One sickness.
struct verdict {
	std::string cause; // a code, documented in diagnose.md
	incident what;     // the incident nearest to the root, the cause filled in
	std::string sentence;
	std::string now;      // what to do now; empty when it is over
	std::string for_good; // so that it does not come back
	// What follows from it and what repeats it: a sentence each, and the
	// incidents behind.
	std::vector<std::string> follows;
	std::vector<std::uint64_t> incidents; // ids, that of `what` first
	std::size_t times = 1;                // how often the log has it
	std::vector<evidence> grounds;
};

struct diagnosis {
	std::vector<verdict> verdicts;   // active ones first, then the latest
	std::string looked_at;           // "4 CPUs, 9 sensors and 2 incidents of the last 10 min"
	std::vector<std::string> unseen; // sensors that are off, with the reason
};

// Incidents that ended longer ago than `window` are left out. A pure function.
RTWATCH_API diagnosis diagnose(const situation &of, nanoseconds window);

} // namespace rtwatch
