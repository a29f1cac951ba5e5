// SPDX-License-Identifier: BSD-3-Clause
// Incidents for people.
#pragma once

#include <rtwatch/splat.hpp>

#include <string>

namespace rtwatchctl
{

// Everything known about one incident, wrapped to the width of the terminal.
[[nodiscard]] std::string to_text(const rtwatch::splat::incident &incident, std::size_t number,
				  std::size_t base, bool color, std::size_t width);

} // namespace rtwatchctl
