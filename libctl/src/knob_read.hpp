// SPDX-License-Identifier: BSD-3-Clause
// Reading one knob, and what that needs to know of the machine.
#pragma once

#include <string_view>

#include <rtwatch/knobs.hpp>

#include "knob_table.hpp"

namespace rtwatch
{

struct knob_machine {
	explicit knob_machine(const host &of);

	const host &files;
	kernel_config config;
	bool fair_server; // the kernel protects ordinary tasks by servers
};

// `cpu` ("cpu3") for servers; empty then: the knob of all CPUs, which has no value.
knob read_knob(const knob_machine &m, const knob_spec &spec, std::string_view cpu);

} // namespace rtwatch
