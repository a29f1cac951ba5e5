// SPDX-License-Identifier: BSD-3-Clause
// Checked wishes, ready to be written.
#pragma once

#include <string>
#include <vector>

#include "knob_read.hpp"

namespace rtwatch
{

struct knob_step {
	knob_change change;
	const knob_spec *spec = nullptr;
	std::string path;
};
using knob_plan = std::vector<knob_step>;

result<knob_plan> make_plan(const knob_machine &m, const std::vector<knob_value> &wishes);

} // namespace rtwatch
