// SPDX-License-Identifier: BSD-3-Clause
// Parts of the sentences of a verdict.
#pragma once

#include <string>

#include <rtwatch/types.hpp>

namespace rtwatch
{

// "surfaceflinger (pid 121, SCHED_FIFO 50)", with what is known of it; empty
// when nothing is.
std::string describe(const task &who);
// Has RCU's own thread lent the culprit its priority, so that it leaves a read-side
// section?
bool boosted_by_rcu(const incident &what);

// "1" for CPU 1, "?" when the incident has none.
std::string cpu_number(const incident &what);

} // namespace rtwatch
