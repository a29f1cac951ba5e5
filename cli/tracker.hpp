// SPDX-License-Identifier: BSD-3-Clause
// Tells what is new about an incident: the log and the notifications overlap,
// and each change shall be shown once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

#include <rtwatch/types.hpp>

namespace rtwatchctl
{

enum class news { begin, change, end, nothing };

const char *to_string(news value);

class tracker
{
public:
	// Remembers that many incidents; the module's log has 256.
	static constexpr std::size_t most = 1024;

	news take(const rtwatch::incident &what);

private:
	struct seen {
		std::uint32_t revision = 0;
		bool active = false;
	};
	std::map<std::uint64_t, seen> seen_;
};

} // namespace rtwatchctl
