// SPDX-License-Identifier: BSD-3-Clause
#include "hog_plan.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <sched.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

#include "clock.hpp"

namespace rtwatchctl
{
namespace
{

using rtwatch::knob;

std::optional<long long> value_of(const std::vector<knob> &knobs, const std::string &name)
{
	for (const auto &one : knobs) {
		if (one.name != name || !one.value)
			continue;
		long long out = 0;
		const auto &text = *one.value;
		if (std::from_chars(text.data(), text.data() + text.size(), out).ec == std::errc())
			return out;
	}
	return {};
}

std::vector<unsigned> cpus_in(const rtwatch::host &machine, const char *name)
{
	const auto text = machine.read(std::string("/sys/devices/system/cpu/") + name);
	const auto list = text ? rtwatch::parse_cpu_list(*text) : std::nullopt;
	return list.value_or(std::vector<unsigned>());
}

bool contains(const std::vector<unsigned> &list, unsigned cpu)
{
	return std::find(list.begin(), list.end(), cpu) != list.end();
}

struct probe {
	unsigned cpu = 0;
	std::atomic<pid_t> tid{0};
	std::atomic<bool> done{false};
	std::atomic<bool> late{false};
};

// Twenty short naps. Throttling leaves less than their time in one piece, so
// beside a hog one of them lasts nearly a second, or for ever.
void nap(probe &self)
{
	using namespace std::chrono_literals;
	cpu_set_t where;
	CPU_ZERO(&where);
	CPU_SET(self.cpu, &where);
	self.tid = static_cast<pid_t>(::syscall(SYS_gettid));
	if (::sched_setaffinity(0, sizeof(where), &where) != 0) {
		self.late = true;
		self.done = true;
		return;
	}
	for (int i = 0; i < 20; i++) {
		const auto before = monotonic_now();
		std::this_thread::sleep_for(10ms);
		if (monotonic_now() - before > 500ms)
			self.late = true;
	}
	self.done = true;
}

} // namespace

rtwatch::result<std::vector<unsigned>> hog_neighbours(const rtwatch::host &machine,
						      const hog_plan &plan)
{
	const auto online = cpus_in(machine, "online");
	const auto isolated = cpus_in(machine, "isolated");
	if (!contains(online, plan.cpu))
		return rtwatch::error{EINVAL, "CPU " + std::to_string(plan.cpu) + " is not online",
				      "online are " + rtwatch::cpu_list_text(online)};
	std::vector<unsigned> out;
	for (const auto cpu : online)
		if (cpu != plan.cpu && !contains(isolated, cpu))
			out.push_back(cpu);
	if (out.empty())
		return rtwatch::error{EBUSY,
				      "CPU " + std::to_string(plan.cpu) +
					      " is the only one that runs ordinary programs",
				      "nothing would be left to stop the hog; use a machine with "
				      "two CPUs"};
	return out;
}

rtwatch::result<void> hog_is_bearable(const std::vector<knob> &knobs, const hog_plan &plan)
{
	if (plan.force)
		return {};
	const auto refuse = [&](const char *trigger, long long limit) {
		return rtwatch::error{EBUSY,
				      std::string(trigger) + " is set: a hog of " +
					      std::to_string(plan.seconds) +
					      " s may make the machine panic after " +
					      std::to_string(limit) + " s",
				      "choose a shorter --for, or --force"};
	};
	const auto rcu = value_of(knobs, "rcu_cpu_stall_timeout");
	if (value_of(knobs, "panic_on_rcu_stall").value_or(0) > 0 && rcu && plan.seconds >= *rcu)
		return refuse("panic_on_rcu_stall", *rcu);
	const auto hung = value_of(knobs, "hung_task_timeout_secs");
	if (value_of(knobs, "hung_task_panic").value_or(0) > 0 && hung && *hung > 0 &&
	    plan.seconds >= *hung)
		return refuse("hung_task_panic", *hung);
	return {};
}

std::string hog_forecast(const std::vector<knob> &knobs, const hog_plan &plan)
{
	const auto cpu = "CPU " + std::to_string(plan.cpu);
	const auto share = [](long long runtime, long long period) {
		const auto permille = period > 0 ? runtime * 1000 / period : 0;
		return std::to_string(permille / 10) + "." + std::to_string(permille % 10) + " %";
	};
	const auto unhindered = ": nothing else runs on " + cpu + " meanwhile";
	const auto stem = "fair_server.cpu" + std::to_string(plan.cpu);
	if (const auto runtime = value_of(knobs, stem + ".runtime_ns")) {
		if (*runtime == 0)
			return "The fair server of " + cpu + " is off" + unhindered + ".";
		return "The fair server of " + cpu + " leaves ordinary tasks " +
		       share(*runtime, value_of(knobs, stem + ".period_ns").value_or(1)) +
		       ", so the CPU will hardly starve.";
	}
	if (plan.policy == rtwatch::sched_policy::deadline)
		return "Throttling does not hold deadline tasks back" + unhindered + ".";
	const auto runtime = value_of(knobs, "sched_rt_runtime_us");
	const auto period = value_of(knobs, "sched_rt_period_us").value_or(1'000'000);
	if (!runtime || *runtime < 0 || *runtime >= period)
		return "Throttling is off" + unhindered + ".";
	for (const auto &one : knobs)
		if (one.name == "RT_RUNTIME_SHARE" && one.value == "on")
			return "RT_RUNTIME_SHARE is on, so throttling does not hold it back" +
			       unhindered + ".";
	return "Throttling leaves everybody else " + share(period - *runtime, period) + " of " +
	       cpu +
	       ", so it will hardly starve. To see it starve: rtwatchctl knobs set "
	       "sched_rt_runtime_us=-1, and afterwards rtwatchctl knobs restore.";
}

std::vector<unsigned> answering(const std::vector<unsigned> &cpus)
{
	using namespace std::chrono_literals;
	// A few are enough to be saved by; more would disturb the machine.
	constexpr std::size_t most = 16;
	std::vector<probe> probes(std::min(cpus.size(), most));
	std::vector<std::thread> threads;
	for (std::size_t i = 0; i < probes.size(); i++) {
		probes[i].cpu = cpus[i];
		threads.emplace_back(nap, std::ref(probes[i]));
	}
	const auto until = monotonic_now() + 1500ms;
	const auto all_done = [&] {
		return std::all_of(probes.begin(), probes.end(),
				   [](const probe &one) { return one.done.load(); });
	};
	while (!all_done() && monotonic_now() < until)
		std::this_thread::sleep_for(10ms);
	std::vector<unsigned> out;
	for (const auto &one : probes)
		if (one.done && !one.late)
			out.push_back(one.cpu);
	// Who is stuck behind a hog ends its naps elsewhere.
	cpu_set_t anywhere;
	CPU_ZERO(&anywhere);
	for (const auto cpu : out)
		CPU_SET(cpu, &anywhere);
	if (out.empty())
		CPU_SET(static_cast<std::size_t>(std::max(0, ::sched_getcpu())), &anywhere);
	for (const auto &one : probes)
		if (!one.done && one.tid != 0)
			static_cast<void>(
				::sched_setaffinity(one.tid, sizeof(anywhere), &anywhere));
	for (auto &one : threads)
		one.join();
	return out;
}

hog_claim::~hog_claim()
{
	give();
}

void hog_claim::give()
{
	if (socket_ >= 0)
		::close(socket_);
	socket_ = -1;
}

// A name that only one process can have, that needs no file system, and that the
// kernel takes back however the process ends.
rtwatch::result<void> hog_claim::take(const std::string &what)
{
	sockaddr_un address{};
	address.sun_family = AF_UNIX;
	const auto name = "rtwatch-hog-" + what;
	std::memcpy(address.sun_path + 1, name.data(), name.size());
	const auto size = offsetof(sockaddr_un, sun_path) + 1 + name.size();
	socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (socket_ >= 0 && ::bind(socket_, reinterpret_cast<const sockaddr *>(&address),
				   static_cast<socklen_t>(size)) == 0)
		return {};
	const int code = errno == EADDRINUSE ? EBUSY : errno;
	give();
	return rtwatch::error{code,
			      code == EBUSY ? "another hog has " + what + " already"
					    : std::string("cannot claim ") + what + ": " +
						      std::strerror(code),
			      code == EBUSY ? "wait until it ends" : ""};
}

} // namespace rtwatchctl
