// SPDX-License-Identifier: BSD-3-Clause
// What is known of each knob; the one place that a new knob is added to.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <rtwatch/knobs.hpp>

namespace rtwatch
{

enum class knob_kind {
	sysctl,    // /proc/sys/kernel/NAME, a whole number
	mask,      // the same, a list of CPUs
	parameter, // /sys/module/MODULE/parameters/NAME of "MODULE.NAME"; rcupdate without a dot
	boot,      // the same, but only a boot option changes it
	feature,   // a word in the scheduler's feature file in debugfs
	server,    // a folder for each CPU in debugfs
};

struct knob_spec {
	std::string_view name;
	knob_group group;
	knob_kind kind;
	std::int64_t least;
	std::int64_t most;
	std::string_view preset;        // empty: see knob_preset()
	std::string_view option;        // what the kernel must be built with; empty: nothing
	std::string_view preset_option; // that option's value is the preset
	std::string_view unit;
	std::string_view meaning;
};

const std::vector<knob_spec> &knob_specs();

// Where the file of a knob may be, the newest kernels' place first. `cpu` for
// servers only.
std::vector<std::string> knob_paths(const knob_spec &spec, std::string_view cpu);

// A server's folder below debugfs, and the file in it, of "fair_server.runtime_ns".
std::string_view server_folder(const knob_spec &spec);
std::string_view server_file(const knob_spec &spec);

} // namespace rtwatch
