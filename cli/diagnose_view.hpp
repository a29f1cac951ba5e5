// SPDX-License-Identifier: BSD-3-Clause
// How verdicts look.
#pragma once

#include <string>

#include <rtwatch/diagnose.hpp>

#include "json.hpp"

namespace rtwatchctl
{

// `width` wraps sentences, 0: not.
std::string diagnosis_text(const rtwatch::diagnosis &found, rtwatch::nanoseconds now, bool color,
			   std::size_t width);
json to_json(const rtwatch::verdict &one, rtwatch::nanoseconds now, std::uint64_t lost);

} // namespace rtwatchctl
