// SPDX-License-Identifier: BSD-3-Clause
// Is this machine ready for the next hang? Looks at what protects it, what
// would notice, and what would be left to read afterwards.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <rtwatch/export.hpp>
#include <rtwatch/host.hpp>
#include <rtwatch/types.hpp>

namespace rtwatch
{

enum class severity {
	fine,     // as it should be
	note,     // good to know; a matter of taste or of the machine's purpose
	warning,  // the next hang costs more time or leaves less to read than it must
	critical, // nothing stops or nothing tells the next hang
};

enum class doctor_area {
	protection, // what keeps real-time tasks from taking a whole CPU
	detectors,  // who notices
	order,      // the order of time-outs
	panic,      // what the kernel does in the end
	traces,     // crash dumps and logs that outlive a restart
	console,    // what can be read while it hangs
	rtwatch,    // this module
};

RTWATCH_API std::string_view to_string(severity value) noexcept;
RTWATCH_API std::string_view to_string(doctor_area value) noexcept;

struct finding {
	std::string code; // documented in doctor.md
	doctor_area area = doctor_area::protection;
	rtwatch::severity severity = rtwatch::severity::fine;
	std::string text; // what is, in a sentence
	std::string fix;  // what to do about it; empty when it is fine
};

// What the module tells; empty where it could not be asked.
struct module_facts {
	std::optional<module_info> info;
	std::vector<sensor_info> sensors;
	std::vector<cpu_state> cpus;
};

// Findings by area, also of what is fine. Reads files only.
RTWATCH_API std::vector<finding> examine(const host &machine, const module_facts &module);

// The worst of them; fine when there are none.
RTWATCH_API severity worst(const std::vector<finding> &findings) noexcept;

} // namespace rtwatch
