// SPDX-License-Identifier: BSD-3-Clause
// How the findings of an examination look.
#pragma once

#include <string>
#include <vector>

#include <rtwatch/doctor.hpp>

#include "json.hpp"

namespace rtwatchctl
{

std::string doctor_text(const std::vector<rtwatch::finding> &findings, bool color,
			std::size_t width);
json doctor_json(const std::vector<rtwatch::finding> &findings);

// "CRITICAL: 1 critical, 2 warnings: the worst finding in words"
std::string doctor_line(const std::vector<rtwatch::finding> &findings);

} // namespace rtwatchctl
