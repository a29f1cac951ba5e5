// SPDX-License-Identifier: BSD-3-Clause
// Makes this process one that no real-time hog can starve.
#pragma once

#include <rtwatch/result.hpp>
#include <rtwatch/types.hpp>

namespace rtwatchctl
{

// SCHED_DEADLINE with 10 ms in each 100 ms, and all memory locked, so that it
// waits neither for a CPU nor for a disk. EPERM without CAP_SYS_NICE; EBUSY
// when the system has promised too much to others.
rtwatch::result<void> become_deadline();

// SCHED_DEADLINE with so much of each period, for the calling thread. 0 or an
// errno: EPERM (also for a thread that is bound to a part of the CPUs), EBUSY.
int set_deadline(rtwatch::nanoseconds runtime, rtwatch::nanoseconds period);

} // namespace rtwatchctl
