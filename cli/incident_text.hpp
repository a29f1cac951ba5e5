// SPDX-License-Identifier: BSD-3-Clause
// An incident as a block of text.
#pragma once

#include <string>

#include <rtwatch/types.hpp>

namespace rtwatchctl
{

// `now` is CLOCK_MONOTONIC; `width` wraps sentences, 0: not.
std::string incident_text(const rtwatch::incident &what, rtwatch::nanoseconds now, bool color,
			  std::size_t width);

} // namespace rtwatchctl
