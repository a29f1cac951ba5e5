// SPDX-License-Identifier: BSD-3-Clause
// The kernel settings that decide whether a CPU can be starved, who notices,
// and what happens then.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <rtwatch/export.hpp>
#include <rtwatch/host.hpp>
#include <rtwatch/result.hpp>

namespace rtwatch
{

enum class knob_group {
	throttling,    // what keeps real-time tasks from taking a whole CPU
	fair_server,   // the same, from kernel 6.12 on
	cfs_bandwidth, // quotas of cgroups
	lockups,       // soft and hard lockup detectors
	hung_task,     // khungtaskd
	rcu,           // RCU CPU stall warnings
	workqueue,     // the workqueue watchdog
	panic,         // what the kernel does in the end
};

RTWATCH_API std::string_view to_string(knob_group value) noexcept;

// One setting. Names are those of the kernel without folder ("watchdog_thresh");
// a scheduler feature is called as in its file ("RT_RUNTIME_SHARE", on or off);
// servers are "fair_server.cpu3.runtime_ns".
struct knob {
	std::string name;
	knob_group group = knob_group::throttling;
	std::string path;                  // where it lives or would live
	std::optional<std::string> value;  // not there when it cannot be read
	std::string absent;                // why there is no value
	std::optional<std::string> preset; // what this kernel begins with, as far as it is known
	std::string unit;                  // "us", "ns", "s", "ms", "ticks" or empty
	std::string meaning;               // one line
	std::string remark;                // what is special about it on this kernel; may be empty
	bool writable = false;             // it has a value that can be changed at run time

	// The value is another than the preset.
	bool changed() const { return value && preset && *value != *preset; }
};

// All of them, also those that this kernel does not have (with the reason), in
// the order of the groups. Reads files only.
RTWATCH_API std::vector<knob> read_knobs(const host &machine);

struct knob_value {
	std::string name;
	std::string value;
};

// What a change did or would do.
struct knob_change {
	std::string name;
	std::string before;
	std::string after;
	std::string note; // what else there is to know; may be empty
};

// Checks wishes against names, ranges and each other, and tells what they mean;
// changes nothing. Names may have the prefix "kernel."; "fair_server.runtime_ns"
// means all CPUs. Turning RT_RUNTIME_SHARE off adds a rewrite of
// sched_rt_runtime_us, because not every kernel hands borrowed runtime back by
// itself. Errors: EINVAL a value or a combination that cannot be, ENOENT no such
// knob (here), EACCES it cannot be written.
RTWATCH_API result<std::vector<knob_change>> plan_knobs(const host &machine,
							const std::vector<knob_value> &wishes);

// The same, and does it: all or none. The kernel's own conditions between knobs
// (a runtime is within its period; bandwidth promised to deadline tasks) are met
// by writing in an order that fits. Errors as above and what the kernel answers
// (EBUSY: bandwidth is promised already), told with what to do; then everything
// is as before, or the message names what could not be put back.
RTWATCH_API result<std::vector<knob_change>> set_knobs(const host &machine,
						       const std::vector<knob_value> &wishes);

// Lines of NAME=VALUE; '#' begins a comment. What can be written, as it is now.
RTWATCH_API std::string knobs_to_text(const std::vector<knob> &knobs);

// EINVAL names the first line that is none.
RTWATCH_API result<std::vector<knob_value>> knobs_from_text(std::string_view text);

} // namespace rtwatch
