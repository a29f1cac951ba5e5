// SPDX-License-Identifier: BSD-3-Clause
// Hears from the module: incidents and level changes as they happen.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <variant>

#include <rtwatch/export.hpp>
#include <rtwatch/result.hpp>
#include <rtwatch/types.hpp>

namespace rtwatch
{

// Which multicast groups to join, a bit set.
enum class groups : unsigned {
	incidents = 1U << 0, // joining may need CAP_NET_ADMIN or CAP_SYS_ADMIN
	levels = 1U << 1,    // open to all
	all = incidents | levels,
};

// An incident began, changed or ended.
struct incident_notice {
	rtwatch::incident incident;
};

// A CPU has a new level. Only cpu, level, level_since and perhaps time are set.
struct level_notice {
	cpu_state state;
};

// Notifications that never reached this reader. The log still has the
// incidents: client::incidents() catches up.
struct loss_notice {
	groups group = groups::all;
	// How many. Empty when the socket overflowed: the next notice of the
	// group then tells the number by the gap in its count.
	std::optional<std::uint64_t> count;
};

using notice = std::variant<incident_notice, level_notice, loss_notice>;

// A socket of its own. One thread at a time may use it, and it starts none.
class RTWATCH_API monitor
{
public:
	struct impl;

	// Errors as client::connect(), and EPERM when a group is not open to
	// the caller. What happens after the return is not missed.
	static result<monitor> open(groups which = groups::all);

	monitor(monitor &&other) noexcept;
	monitor &operator=(monitor &&other) noexcept;
	~monitor();

	// Readable when next() has something to tell, for poll() and the like;
	// then call next() with a timeout of zero until it returns nothing.
	// Owned by the monitor.
	int fd() const noexcept;

	// The next notice, waiting at most `timeout` (negative: for ever);
	// nothing when the time passed or a signal came. ENODEV: the module was
	// unloaded, open a new monitor once it is back. EBADMSG: one notice was
	// malformed and is dropped, the monitor can go on.
	result<std::optional<notice>> next(std::chrono::milliseconds timeout);

	// For the library and its tests.
	explicit monitor(std::unique_ptr<impl> self) noexcept;

private:
	std::unique_ptr<impl> self_;
};

} // namespace rtwatch
