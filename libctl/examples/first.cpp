// SPDX-License-Identifier: BSD-3-Clause
// A first program with librtwatch: who is starved now, and then what happens
// during the next seconds.
//
//   c++ -std=c++17 first.cpp -o first $(pkg-config --cflags --libs rtwatch)
//
// Exit status: 0 fine, 1 an error.
#include <chrono>
#include <cstdio>

#include <rtwatch/client.hpp>
#include <rtwatch/fields.hpp>
#include <rtwatch/monitor.hpp>
#include <rtwatch/verdict.hpp>

namespace
{

int fail(const rtwatch::error &why)
{
	std::fprintf(stderr, "first: %s\n", why.text().c_str());
	return 1;
}

rtwatch::nanoseconds now()
{
	return std::chrono::steady_clock::now().time_since_epoch(); // CLOCK_MONOTONIC
}

} // namespace

int main()
{
	auto client = rtwatch::client::connect();
	if (!client)
		return fail(client.error());
	auto cpus = client->cpus();
	if (!cpus)
		return fail(cpus.error());
	for (const auto &cpu : *cpus) {
		std::printf("CPU %u:", cpu.cpu ? cpu.cpu->value : 0);
		// Every field by name: those of a newer library too.
		for (const auto &field : fields(cpu))
			if (const auto *number = std::get_if<std::int64_t>(&field.value))
				std::printf(" %.*s=%lld", static_cast<int>(field.key.size()),
					    field.key.data(), static_cast<long long>(*number));
		std::printf("\n");
	}

	auto monitor = rtwatch::monitor::open();
	if (!monitor)
		return fail(monitor.error());
	for (int i = 0; i < 3; i++) {
		auto notice = monitor->next(std::chrono::seconds(1));
		if (!notice)
			return fail(notice.error());
		if (!*notice)
			continue;
		if (const auto *one = std::get_if<rtwatch::incident_notice>(&**notice))
			std::printf("%s\n%s\n", summary(one->incident, now()).c_str(),
				    remedy(one->incident).c_str());
	}
	return 0;
}
