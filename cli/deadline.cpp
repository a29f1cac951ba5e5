// SPDX-License-Identifier: BSD-3-Clause
#include "deadline.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <linux/sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace rtwatchctl
{
namespace
{

// struct sched_attr of <linux/sched/types.h>, SCHED_ATTR_SIZE_VER0; that header
// clashes with the C library's <sched.h>.
struct deadline_attr {
	std::uint32_t size;
	std::uint32_t policy;
	std::uint64_t flags;
	std::int32_t nice;
	std::uint32_t priority;
	std::uint64_t runtime_ns;
	std::uint64_t deadline_ns;
	std::uint64_t period_ns;
};
static_assert(sizeof(deadline_attr) == 48);

constexpr std::chrono::milliseconds runtime(10);
constexpr std::chrono::milliseconds period(100);

const char *advice_for(int code)
{
	switch (code) {
	case EPERM:
		return "needs CAP_SYS_NICE and no restriction to a part of the CPUs: run as root, "
		       "without taskset";
	case EBUSY:
		return "other deadline tasks use the allowance up; watch without --deadline, or "
		       "raise "
		       "kernel.sched_rt_runtime_us";
	case ENOSYS:
	case EINVAL:
		return "this kernel has no SCHED_DEADLINE; watch without --deadline";
	default:
		return "";
	}
}

} // namespace

int set_deadline(rtwatch::nanoseconds of, rtwatch::nanoseconds each)
{
	deadline_attr wanted{};
	wanted.size = sizeof(wanted);
	wanted.policy = SCHED_DEADLINE;
	wanted.runtime_ns = static_cast<std::uint64_t>(of.count());
	wanted.deadline_ns = static_cast<std::uint64_t>(each.count());
	wanted.period_ns = static_cast<std::uint64_t>(each.count());
	return ::syscall(SYS_sched_setattr, 0, &wanted, 0) == 0 ? 0 : errno;
}

rtwatch::result<void> become_deadline()
{
	if (::mlockall(MCL_CURRENT | MCL_FUTURE) != 0)
		return rtwatch::error{errno,
				      std::string("cannot lock memory: ") + std::strerror(errno),
				      "needs CAP_IPC_LOCK or a larger ulimit -l: run as root"};
	const int code = set_deadline(runtime, period);
	if (code != 0)
		return rtwatch::error{
			code, std::string("cannot become SCHED_DEADLINE: ") + std::strerror(code),
			advice_for(code)};
	return {};
}

} // namespace rtwatchctl
