// SPDX-License-Identifier: BSD-3-Clause
// Which file a user address belongs to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rtwatchctl
{

struct file_position {
	std::string file;
	std::uint64_t offset = 0; // in the file
};

// `maps` is the text of /proc/PID/maps.
std::optional<file_position> find_in_maps(std::string_view maps, std::uint64_t address);

// The text of /proc/PID/maps; empty when it may not be read or the task is gone.
std::string read_maps(std::int32_t pid);

} // namespace rtwatchctl
