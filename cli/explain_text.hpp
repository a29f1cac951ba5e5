// SPDX-License-Identifier: BSD-3-Clause
// Incidents for people.
#pragma once

#include <rtwatch/splat.hpp>

#include <string>

namespace rtwatchctl
{

// Everything known about one incident, in lines of at most width columns. base is added to its
// number and to those of its relatives.
[[nodiscard]] std::string to_text(const rtwatch::splat::incident &incident, std::size_t base,
				  bool color, std::size_t width);

} // namespace rtwatchctl
