// SPDX-License-Identifier: BSD-3-Clause
// What one look at the machine takes: look [TIMES]. One line each time: nanoseconds of a full
// snapshot through librtwatch, of reading and parsing the scheduler's debugfs text, of the bare
// question what the module is. Each is a section that the plugin count.c counts, and so are
// nothing at all and a loop of known length; therefore it stays on one CPU.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sched.h>
#include <string>
#include <string_view>
#include <unistd.h>

#include <rtwatch/client.hpp>

#include "section.h"

namespace
{

using clock_type = std::chrono::steady_clock;

long long since(clock_type::time_point start)
{
	return std::chrono::nanoseconds(clock_type::now() - start).count();
}

std::string read_all(const char *path)
{
	std::string text;
	char buffer[65536];
	const int fd = open(path, O_RDONLY);
	if (fd < 0)
		return text;
	for (ssize_t got; (got = read(fd, buffer, sizeof buffer)) > 0;)
		text.append(buffer, static_cast<std::size_t>(got));
	close(fd);
	return text;
}

// What a monitor needs at least: the lines, their CPUs, and each task's state, pid and switches.
unsigned parse(std::string_view text)
{
	unsigned tasks = 0;
	bool listing = false;
	for (std::size_t begin = 0; begin < text.size();) {
		const std::size_t end = std::min(text.find('\n', begin), text.size());
		const std::string_view line = text.substr(begin, end - begin);
		begin = end + 1;
		if (line.substr(0, 4) == "cpu#")
			listing = false;
		else if (line.find("runnable tasks") != line.npos)
			listing = true;
		char copy[256], comm[64];
		long pid;
		double vruntime;
		long switches;
		if (!listing || line.size() < 10 || line.size() >= sizeof copy)
			continue;
		copy[line.copy(copy, sizeof copy)] = '\0';
		// A mark and the state come before the name.
		if (std::sscanf(copy, "%*2c %63s %ld %lf %ld", comm, &pid, &vruntime, &switches) ==
		    4)
			++tasks;
	}
	return tasks;
}

// Two instructions a round, and the one that sets the number of rounds.
void burden()
{
	unsigned rounds;
	SECTION(SECTION_BURDEN);
	asm volatile("mov $499, %0; 1: sub $1, %0; jnz 1b; nop" : "=r"(rounds) : : "cc");
	SECTION(SECTION_END);
}

bool stay_on(int cpu)
{
	cpu_set_t one;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	return sched_setaffinity(0, sizeof one, &one) == 0;
}

} // namespace

int main(int argc, char **argv)
{
	const int times = argc > 1 ? std::atoi(argv[1]) : 20;
	const char *debug = access("/sys/kernel/debug/sched/debug", R_OK) == 0
				    ? "/sys/kernel/debug/sched/debug"
				    : "/proc/sched_debug";
	if (!stay_on(0))
		return std::perror("look: sched_setaffinity"), 1;
	auto client = rtwatch::client::connect();
	if (!client)
		return std::fprintf(stderr, "look: %s\n", client.error().text().c_str()), 1;
	for (int i = 0; i < times; i++) {
		SECTION(SECTION_EMPTY);
		SECTION(SECTION_END);
		burden();
		auto start = clock_type::now();
		SECTION(SECTION_STATUS);
		const auto cpus = client->cpus();
		SECTION(SECTION_END);
		const long long snapshot = since(start);
		if (!cpus || cpus->size() < static_cast<std::size_t>(sysconf(_SC_NPROCESSORS_ONLN)))
			return std::fprintf(stderr, "look: not all CPUs were told\n"), 1;
		start = clock_type::now();
		SECTION(SECTION_TEXT);
		const unsigned tasks = parse(read_all(debug));
		SECTION(SECTION_END);
		const long long text = since(start);
		if (tasks < 20)
			return std::fprintf(stderr, "look: %u tasks in %s?\n", tasks, debug), 1;
		start = clock_type::now();
		SECTION(SECTION_INFO);
		const bool answered = static_cast<bool>(client->info());
		SECTION(SECTION_END);
		if (!answered)
			return 1;
		std::printf("%lld %lld %lld\n", snapshot, text, since(start));
	}
	return 0;
}
