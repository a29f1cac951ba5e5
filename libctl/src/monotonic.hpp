// SPDX-License-Identifier: BSD-3-Clause
// The clock of the kernel's time stamps.
#ifndef RTWATCH_MONOTONIC_HPP
#define RTWATCH_MONOTONIC_HPP

#include <ctime>

#include <rtwatch/types.hpp>

namespace rtwatch
{

// CLOCK_MONOTONIC, as the module reads it.
inline nanoseconds monotonic_now()
{
	timespec now{};
	::clock_gettime(CLOCK_MONOTONIC, &now);
	return std::chrono::seconds(now.tv_sec) + nanoseconds(now.tv_nsec);
}

} // namespace rtwatch

#endif
