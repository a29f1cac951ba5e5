// SPDX-License-Identifier: BSD-3-Clause
// Where a CPU was, from the stack of an incident.
#pragma once

#include <string>

#include <rtwatch/types.hpp>

namespace rtwatch
{

// The innermost function of the kernel that the incident is about, without offset and
// size; empty when there is none. Where interrupts are served, the stack may have been
// taken in one: that is passed over, unless it carries something out that may itself
// take long (a softirq, a device's handler, another timer, a call from another CPU).
std::string innermost_function(const incident &what);

} // namespace rtwatch
