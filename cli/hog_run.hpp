// SPDX-License-Identifier: BSD-3-Clause
// The hog itself, and who ends it.
//
// Five things end a hog, each of them when the others fail:
//   1. it looks at the clock in its loop;
//   2. the kernel's limit on real-time CPU time without sleep (RLIMIT_RTTIME),
//      and that on CPU time (RLIMIT_CPU), which holds for deadline tasks, too;
//   3. a kernel timer, armed on another CPU, that kills it;
//   4. a guard, real-time itself, on other CPUs, that kills it;
//   5. the guard's own death, whatever ends that.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "hog_plan.hpp"

namespace rtwatchctl
{

struct hog_end {
	std::string by; // "itself", "interrupt", "guard", "limit" or "signal"
	rtwatch::nanoseconds ran{0};
	rtwatch::nanoseconds cpu_time{0};
	bool bound = true; // it was bound to its CPU
};

// Starts the hog, calls `begun` with its thread id, and waits for its end; the
// caller becomes the guard, on the CPUs `free`, and stays it. SIGINT, SIGTERM
// and SIGHUP end the hog. EPERM no right to be real-time; EBUSY deadline tasks
// were promised too much already.
rtwatch::result<hog_end> run_hog(const hog_plan &plan, const std::vector<unsigned> &free,
				 const std::function<void(pid_t)> &begun);

} // namespace rtwatchctl
