// SPDX-License-Identifier: BSD-3-Clause
// What the parts of an examination share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <rtwatch/doctor.hpp>
#include <rtwatch/knobs.hpp>

namespace rtwatch
{

class examination
{
public:
	examination(const host &machine, const module_facts &module);

	const knob *knob_named(std::string_view name) const;

	// The number that a knob is set to; empty when it is absent or none.
	std::optional<std::int64_t> number(std::string_view name) const;
	bool is_on(std::string_view name) const { return number(name).value_or(0) > 0; }

	// A file's text, empty when it cannot be read.
	std::string text(const std::string &path) const;

	// A word of the kernel's command line that begins so, without that beginning.
	std::optional<std::string> boot_option(std::string_view begin) const;

	void add(doctor_area area, severity how, const char *code, std::string what,
		 std::string fix = {});

	const host &machine;
	const module_facts &module;
	const kernel_config config;
	const std::vector<knob> knobs;
	std::vector<finding> findings;
};

void examine_protection(examination &e);
void examine_detectors(examination &e);
void examine_order(examination &e);
void examine_panic(examination &e);
void examine_traces(examination &e);
void examine_console(examination &e);
void examine_module(examination &e);

// A crash kernel is loaded, so a panic leaves a dump.
bool crash_kernel_loaded(const examination &e);

// The shortest time-out of a hardware watchdog that runs, in seconds.
std::optional<std::int64_t> hardware_watchdog_s(const examination &e);

} // namespace rtwatch
