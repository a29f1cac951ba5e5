// SPDX-License-Identifier: BSD-3-Clause
// What a hog is to do, and whether the machine can bear it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <rtwatch/host.hpp>
#include <rtwatch/knobs.hpp>
#include <rtwatch/result.hpp>
#include <rtwatch/types.hpp>

namespace rtwatchctl
{

// Longer only with --force; and no longer than that at all.
inline constexpr unsigned hog_seconds_max = 60;
inline constexpr unsigned hog_seconds_forced_max = 3600;

struct hog_plan {
	unsigned cpu = 0;
	rtwatch::sched_policy policy = rtwatch::sched_policy::fifo;
	unsigned prio = 50; // none for deadline
	unsigned seconds = 10;
	bool force = false;
};

// The online CPUs besides the hog's that run ordinary programs: not those
// isolated at boot. EINVAL when its own is not online, EBUSY when none is left.
rtwatch::result<std::vector<unsigned>> hog_neighbours(const rtwatch::host &machine,
						      const hog_plan &plan);

// EBUSY when a setting would make such a hog panic the machine, unless forced.
rtwatch::result<void> hog_is_bearable(const std::vector<rtwatch::knob> &knobs,
				      const hog_plan &plan);

// What will happen, in a sentence or two: whether anything holds the hog back.
std::string hog_forecast(const std::vector<rtwatch::knob> &knobs, const hog_plan &plan);

// Those of the CPUs on which a sleeping ordinary thread still wakes in time. A
// CPU that is hogged, even one that is throttled, is not among them. Takes
// 0.2 s, and 1.5 s when one does not answer.
std::vector<unsigned> answering(const std::vector<unsigned> &cpus);

// Holds a CPU for this process, so that a second hog counts it as taken, until
// the process ends. EBUSY when another hog has it.
class hog_claim
{
public:
	hog_claim() = default;
	~hog_claim();
	hog_claim(const hog_claim &) = delete;
	hog_claim &operator=(const hog_claim &) = delete;

	// "cpu3", or "start" while it is decided which CPUs are free.
	rtwatch::result<void> take(const std::string &what);
	void give();

private:
	int socket_ = -1;
};

} // namespace rtwatchctl
