// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <charconv>

#include "doctor_parts.hpp"

namespace rtwatch
{

std::string_view to_string(severity value) noexcept
{
	switch (value) {
	case severity::fine:
		return "fine";
	case severity::note:
		return "note";
	case severity::warning:
		return "warning";
	case severity::critical:
		return "critical";
	}
	return "unknown";
}

std::string_view to_string(doctor_area value) noexcept
{
	switch (value) {
	case doctor_area::protection:
		return "protection";
	case doctor_area::detectors:
		return "detectors";
	case doctor_area::order:
		return "order";
	case doctor_area::panic:
		return "panic";
	case doctor_area::traces:
		return "traces";
	case doctor_area::console:
		return "console";
	case doctor_area::rtwatch:
		return "rtwatch";
	}
	return "unknown";
}

examination::examination(const host &on, const module_facts &by)
	: machine(on), module(by), config(kernel_config::of(on)), knobs(read_knobs(on))
{
}

const knob *examination::knob_named(std::string_view name) const
{
	for (const auto &one : knobs)
		if (one.name == name)
			return &one;
	return nullptr;
}

std::optional<std::int64_t> examination::number(std::string_view name) const
{
	const auto *found = knob_named(name);
	if (!found || !found->value)
		return {};
	std::int64_t out = 0;
	const auto &value = *found->value;
	const auto [stop, code] = std::from_chars(value.data(), value.data() + value.size(), out);
	if (code != std::errc() || stop != value.data() + value.size())
		return {};
	return out;
}

std::string examination::text(const std::string &path) const
{
	auto out = machine.read(path);
	return out ? *out : std::string();
}

std::optional<std::string> examination::boot_option(std::string_view begin) const
{
	const auto line = " " + text("/proc/cmdline") + " ";
	// The last one counts.
	const auto at = line.rfind(" " + std::string(begin));
	if (at == std::string::npos)
		return {};
	const auto from = at + 1 + begin.size();
	return line.substr(from, line.find(' ', from) - from);
}

void examination::add(doctor_area area, severity how, const char *code, std::string what,
		      std::string fix)
{
	findings.push_back({code, area, how, std::move(what), std::move(fix)});
}

std::vector<finding> examine(const host &machine, const module_facts &module)
{
	examination e(machine, module);
	examine_protection(e);
	examine_detectors(e);
	examine_order(e);
	examine_panic(e);
	examine_traces(e);
	examine_console(e);
	examine_module(e);
	return std::move(e.findings);
}

severity worst(const std::vector<finding> &findings) noexcept
{
	auto out = severity::fine;
	for (const auto &one : findings)
		out = std::max(out, one.severity);
	return out;
}

} // namespace rtwatch
