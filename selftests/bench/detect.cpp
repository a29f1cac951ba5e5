// SPDX-License-Identifier: BSD-3-Clause
// How long it takes until a reader knows: detect TIMES. Each time a SCHED_FIFO task holds CPU 1
// with throttling off. One line each: milliseconds from the first moment of the hog to the notice
// in this reader.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <rtwatch/monitor.hpp>

namespace
{

constexpr unsigned hogged = 1;
constexpr auto patience = std::chrono::seconds(10);

long long now_ns()
{
	timespec t = {};
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

void run_on(unsigned cpu)
{
	cpu_set_t one;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	sched_setaffinity(0, sizeof one, &one);
}

// Ends itself after two seconds, whatever becomes of us.
pid_t hog(volatile long long *begun)
{
	const pid_t child = fork();
	if (child != 0)
		return child;
	run_on(hogged);
	sched_param param = {};
	param.sched_priority = 50;
	if (sched_setscheduler(0, SCHED_FIFO, &param) != 0)
		_exit(1);
	*begun = now_ns();
	while (now_ns() - *begun < 2000000000LL)
		;
	_exit(0);
}

// Somebody who is starved.
pid_t worker()
{
	const pid_t child = fork();
	if (child != 0)
		return child;
	run_on(hogged);
	for (;;)
		getppid();
}

// The time of the first notice of an incident on that CPU that is (not) active; -1: none came.
long long wait_for(rtwatch::monitor &monitor, bool active)
{
	const auto until = std::chrono::steady_clock::now() + patience;
	while (std::chrono::steady_clock::now() < until) {
		const auto notice = monitor.next(std::chrono::milliseconds(500));
		if (!notice)
			return -1;
		if (!*notice)
			continue;
		const auto *one = std::get_if<rtwatch::incident_notice>(&**notice);
		if (one != nullptr && one->incident.cpu && one->incident.cpu->value == hogged &&
		    one->incident.active == active)
			return now_ns();
	}
	return -1;
}

} // namespace

int main(int argc, char **argv)
{
	const int times = argc > 1 ? std::atoi(argv[1]) : 50;
	auto *begun = static_cast<volatile long long *>(
		mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
	auto monitor = rtwatch::monitor::open(rtwatch::groups::incidents);
	if (!monitor)
		return std::fprintf(stderr, "detect: %s\n", monitor.error().text().c_str()), 1;
	const pid_t starved = worker();
	run_on(0);
	for (int i = 0; i < times; i++) {
		const pid_t child = hog(begun);
		const long long told = wait_for(*monitor, true);
		waitpid(child, nullptr, 0);
		if (told < 0 || wait_for(*monitor, false) < 0)
			return std::fprintf(stderr, "detect: nothing came in time\n"), 1;
		std::printf("%.1f\n", static_cast<double>(told - *begun) / 1e6);
		std::fflush(stdout);
	}
	kill(starved, SIGKILL);
	waitpid(starved, nullptr, 0);
	return 0;
}
