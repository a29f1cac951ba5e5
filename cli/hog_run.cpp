// SPDX-License-Identifier: BSD-3-Clause
#include "hog_run.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.hpp"
#include "deadline.hpp"

namespace rtwatchctl
{
namespace
{

using rtwatch::nanoseconds;

// What the hog tells before it begins.
struct hog_report {
	int code = 0; // errno, 0: it begins
	bool bound = true;
};

rtwatch::error cannot(const char *what, int code, const char *advice = "")
{
	return {code, std::string("cannot ") + what + ": " + std::strerror(code),
		code == EPERM ? "needs CAP_SYS_NICE: run as root" : advice};
}

cpu_set_t set_of(const std::vector<unsigned> &cpus)
{
	cpu_set_t out;
	CPU_ZERO(&out);
	for (const auto cpu : cpus)
		CPU_SET(cpu, &out);
	return out;
}

bool bind_to(const std::vector<unsigned> &cpus)
{
	const auto where = set_of(cpus);
	return ::sched_setaffinity(0, sizeof(where), &where) == 0;
}

bool become_real_time(int policy, unsigned prio)
{
	sched_param wanted{};
	wanted.sched_priority = static_cast<int>(prio);
	return ::sched_setscheduler(0, policy, &wanted) == 0;
}

// All of a CPU. Bound, where the kernel binds deadline tasks; else it begins
// there, and nobody else makes it go.
int become_deadline_hog(bool &bound)
{
	const std::chrono::milliseconds all_of_it(100);
	const int code = set_deadline(all_of_it, all_of_it);
	if (code != EPERM)
		return code;
	cpu_set_t any;
	std::memset(&any, 0xff, sizeof(any));
	if (::sched_setaffinity(0, sizeof(any), &any) != 0)
		return errno;
	bound = false;
	return set_deadline(all_of_it, all_of_it);
}

void limit(decltype(RLIMIT_CPU) what, std::uint64_t soft, std::uint64_t hard)
{
	const rlimit wanted{soft, hard};
	static_cast<void>(::setrlimit(what, &wanted));
}

void set_limits(const hog_plan &plan)
{
	constexpr std::uint64_t second_us = 1'000'000;
	limit(RLIMIT_RTTIME, (plan.seconds + 1) * second_us, (plan.seconds + 2) * second_us);
	limit(RLIMIT_CPU, plan.seconds + 2, plan.seconds + 3);
	limit(RLIMIT_CORE, 0, 0);
	std::signal(SIGXCPU, SIG_DFL);
}

// The timer is the kernel's and stays on the CPU where it was armed, so this is
// called before the hog goes to its own.
void arm_timer(nanoseconds end)
{
	sigevent kill{};
	kill.sigev_notify = SIGEV_SIGNAL;
	kill.sigev_signo = SIGKILL;
	timer_t timer{};
	itimerspec when{};
	const auto at = end + std::chrono::milliseconds(1500);
	when.it_value.tv_sec = at.count() / 1'000'000'000;
	when.it_value.tv_nsec = at.count() % 1'000'000'000;
	if (::timer_create(CLOCK_MONOTONIC, &kill, &timer) == 0)
		static_cast<void>(::timer_settime(timer, TIMER_ABSTIME, &when, nullptr));
}

// Its socket becomes the first descriptor after the standard ones, and no other
// stays: a claim of the guard's must not outlive the guard.
void keep_only(int socket)
{
	if (socket != STDERR_FILENO + 1)
		::dup2(socket, STDERR_FILENO + 1);
	static_cast<void>(::syscall(SYS_close_range, STDERR_FILENO + 2, ~0U, 0));
}

[[noreturn]] void be_the_hog(const hog_plan &plan, pid_t guard, int socket)
{
	constexpr int talk = STDERR_FILENO + 1;
	hog_report report;
	keep_only(socket);
	::prctl(PR_SET_PDEATHSIG, SIGKILL);
	::prctl(PR_SET_NAME, "rtwatch-hog");
	if (::getppid() != guard)
		::_exit(1); // the guard was gone before that took hold
	sigset_t none;
	::sigemptyset(&none);
	::sigprocmask(SIG_SETMASK, &none, nullptr);
	// The guard is told by the terminal; it ends the hog.
	for (const int one : {SIGINT, SIGQUIT, SIGTSTP, SIGHUP})
		std::signal(one, SIG_IGN);
	set_limits(plan);
	// Before the timer, because on a slow machine it takes a second and more.
	static_cast<void>(::mlockall(MCL_CURRENT | MCL_FUTURE));
	arm_timer(monotonic_now() + std::chrono::seconds(plan.seconds));

	if (!bind_to({plan.cpu}))
		report.code = errno;
	else if (plan.policy == rtwatch::sched_policy::deadline)
		report.code = become_deadline_hog(report.bound);
	else if (!become_real_time(plan.policy == rtwatch::sched_policy::rr ? SCHED_RR : SCHED_FIFO,
				   plan.prio))
		report.code = errno;
	char go = 0;
	if (::write(talk, &report, sizeof(report)) != sizeof(report) || report.code != 0 ||
	    ::read(talk, &go, 1) != 1)
		::_exit(1);
	const auto end = monotonic_now() + std::chrono::seconds(plan.seconds);
	while (monotonic_now() < end)
		;
	::_exit(0);
}

// One look at what happens, at most until `until`. 0: nothing did.
int next_signal(const sigset_t &wanted, nanoseconds until)
{
	const auto left = std::max(nanoseconds(0), until - monotonic_now()).count();
	const timespec limit{left / 1'000'000'000, left % 1'000'000'000};
	const int got = ::sigtimedwait(&wanted, nullptr, &limit);
	return got < 0 ? 0 : got;
}

hog_end stand_guard(const hog_plan &plan, pid_t hog, const sigset_t &wanted, nanoseconds begin)
{
	hog_end out;
	const auto limit = begin + std::chrono::seconds(plan.seconds) + std::chrono::seconds(1);
	int status = 0;
	rusage used{};
	while (::wait4(hog, &status, WNOHANG, &used) == 0) {
		const bool over = monotonic_now() >= limit;
		const int got = over ? 0 : next_signal(wanted, limit);
		if (got == SIGCHLD || (got == 0 && !over))
			continue;
		out.by = over ? "guard" : "interrupt";
		::kill(hog, SIGKILL);
		::wait4(hog, &status, 0, &used);
		break;
	}
	out.ran = monotonic_now() - begin;
	const auto time = [](const timeval &value) {
		return std::chrono::seconds(value.tv_sec) +
		       std::chrono::microseconds(value.tv_usec);
	};
	out.cpu_time = time(used.ru_utime) + time(used.ru_stime);
	if (!out.by.empty())
		return out;
	if (WIFEXITED(status))
		out.by = "itself";
	else
		out.by = WTERMSIG(status) == SIGXCPU ? "limit" : "signal";
	return out;
}

} // namespace

rtwatch::result<hog_end> run_hog(const hog_plan &plan, const std::vector<unsigned> &free,
				 const std::function<void(pid_t)> &begun)
{
	const bool deadline = plan.policy == rtwatch::sched_policy::deadline;
	// Above its hog, and elsewhere.
	if (!bind_to(free))
		return cannot("stay off the hog's CPU", errno);
	if (!become_real_time(SCHED_FIFO, deadline ? 99 : std::min(plan.prio + 1, 99U)))
		return cannot("become a real-time task", errno);
	static_cast<void>(::mlockall(MCL_CURRENT | MCL_FUTURE));
	sigset_t wanted;
	::sigemptyset(&wanted);
	for (const int one : {SIGCHLD, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP})
		::sigaddset(&wanted, one);
	::sigprocmask(SIG_BLOCK, &wanted, nullptr);
	int ends[2];
	if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return cannot("start the hog", errno);
	const auto guard = ::getpid();
	const auto hog = ::fork();
	if (hog == 0)
		be_the_hog(plan, guard, ends[1]);
	::close(ends[1]);
	hog_report report;
	report.code = hog < 0 ? errno : EIO;
	if (hog >= 0)
		static_cast<void>(::read(ends[0], &report, sizeof(report)));
	if (report.code == 0) {
		// Told before it begins: afterwards a terminal may have to wait.
		begun(hog);
		if (::send(ends[0], "", 1, MSG_NOSIGNAL) != 1)
			report.code = errno;
	}
	::close(ends[0]);
	if (report.code != 0) {
		if (hog > 0) {
			::kill(hog, SIGKILL);
			::waitpid(hog, nullptr, 0);
		}
		return cannot("start the hog", report.code,
			      report.code == EBUSY
				      ? "deadline tasks were promised too much already: end "
					"those, or rtwatchctl knobs set sched_rt_runtime_us=-1"
				      : "");
	}
	auto out = stand_guard(plan, hog, wanted, monotonic_now());
	out.bound = report.bound;
	return out;
}

} // namespace rtwatchctl
