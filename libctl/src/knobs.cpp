// SPDX-License-Identifier: BSD-3-Clause
// Reads the knobs.
#include <rtwatch/knobs.hpp>

#include <cerrno>
#include <charconv>

#include "knob_read.hpp"

namespace rtwatch
{
namespace
{

bool below_debugfs(const std::string &path)
{
	return path.rfind("/sys/kernel/debug/", 0) == 0;
}

// The preset of a knob whose preset this kernel's configuration decides.
std::string from_option(const knob_machine &m, const knob_spec &spec)
{
	const auto told = m.config.value(spec.preset_option);
	// Not set is what the table says, too.
	if (!told || *told == "n" || told->empty())
		return std::string(spec.preset);
	if (*told == "y")
		return "1";
	if (told->rfind("0x", 0) != 0)
		return *told;
	unsigned number = 0;
	std::from_chars(told->data() + 2, told->data() + told->size(), number, 16);
	return std::to_string(number);
}

std::optional<std::string> watched_cpus(const host &machine)
{
	const auto possible = machine.read("/sys/devices/system/cpu/possible");
	if (!possible)
		return {};
	auto cpus = parse_cpu_list(*possible);
	if (!cpus)
		return {};
	const auto text = machine.read("/sys/devices/system/cpu/nohz_full");
	const auto silent = text ? parse_cpu_list(*text) : std::nullopt;
	std::vector<unsigned> out;
	for (const auto cpu : *cpus) {
		bool left_out = false;
		for (const auto other : silent.value_or(std::vector<unsigned>()))
			left_out = left_out || other == cpu;
		if (!left_out)
			out.push_back(cpu);
	}
	return cpu_list_text(out);
}

std::optional<std::string> preset_of(const knob_machine &m, const knob_spec &spec)
{
	if (!spec.preset_option.empty())
		return from_option(m, spec);
	if (!spec.preset.empty())
		return std::string(spec.preset);
	if (spec.kind == knob_kind::mask)
		return watched_cpus(m.files);
	if (spec.name == "sched_rt_runtime_us") {
		// Kernels that protect by two servers gave up the old limit.
		const bool newest = !m.files.list("/sys/kernel/debug/sched/ext_server").empty();
		return newest ? "1000000" : "950000";
	}
	if (spec.name == "rcu_task_stall_timeout") {
		const auto hz = m.config.value("HZ");
		unsigned number = 0;
		if (!hz ||
		    std::from_chars(hz->data(), hz->data() + hz->size(), number).ec != std::errc())
			return {};
		return std::to_string(number * 600); // ten minutes
	}
	// Threads of RCU begin as ordinary ones unless boosting is built in.
	if (spec.name == "rcutree.kthread_prio" && m.config.known())
		return m.config.value("RCU_BOOST") == "y" ? "1" : "0";
	if (spec.name == "rcutree.use_softirq" && m.config.known())
		return m.config.value("PREEMPT_RT") == "y" ? "0" : "1";
	return {};
}

std::string remark_of(const knob_machine &m, const knob_spec &spec)
{
	if (!m.fair_server || m.config.value("RT_GROUP_SCHED") == "y")
		return {};
	if (spec.name == "sched_rt_runtime_us" || spec.name == "sched_rt_period_us")
		return "here it limits only what deadline tasks may be promised; the fair server "
		       "protects the others";
	if (spec.name == "RT_RUNTIME_SHARE")
		return "without effect here: this kernel does not throttle, its fair server "
		       "protects";
	return {};
}

std::string why_absent(const knob_machine &m, const knob_spec &spec, const std::string &path,
		       int code)
{
	if (code == EACCES || code == EPERM)
		return below_debugfs(path)
			       ? "only root may look into debugfs, and nobody under kernel lockdown"
			       : "only root may read it";
	if (code != ENOENT && code != ENOTDIR)
		return "it cannot be read";
	if (below_debugfs(path)) {
		if (m.files.list("/sys/kernel/debug").empty())
			return m.files.exists("/sys/kernel/debug")
				       ? "debugfs cannot be seen: run as root, and mount it: mount "
					 "-t debugfs none /sys/kernel/debug"
				       : "this kernel has no debugfs";
		if (spec.kind == knob_kind::server && server_folder(spec) == "fair_server")
			return "this kernel has no fair server: it throttles real-time tasks "
			       "instead";
		if (spec.kind == knob_kind::server)
			return "this kernel has no server for BPF schedulers";
	}
	if (!spec.option.empty() && m.config.value(spec.option).value_or("n") == "n")
		return (m.config.known() ? "this kernel is built without CONFIG_"
					 : "this kernel does not have it; it comes with CONFIG_") +
		       std::string(spec.option);
	return "this kernel does not have it";
}

std::string feature_value(const std::string &list, const knob_spec &spec)
{
	const auto words = " " + list + " ";
	const std::string name(spec.name);
	if (words.find(" " + name + " ") != std::string::npos)
		return "on";
	return words.find(" NO_" + name + " ") != std::string::npos ? "off" : "";
}

} // namespace

std::string_view to_string(knob_group value) noexcept
{
	switch (value) {
	case knob_group::throttling:
		return "throttling";
	case knob_group::fair_server:
		return "fair_server";
	case knob_group::cfs_bandwidth:
		return "cfs_bandwidth";
	case knob_group::lockups:
		return "lockups";
	case knob_group::hung_task:
		return "hung_task";
	case knob_group::rcu:
		return "rcu";
	case knob_group::workqueue:
		return "workqueue";
	case knob_group::panic:
		return "panic";
	}
	return "unknown";
}

knob_machine::knob_machine(const host &of)
	: files(of), config(kernel_config::of(of)),
	  fair_server(!of.list("/sys/kernel/debug/sched/fair_server").empty())
{
}

knob read_knob(const knob_machine &m, const knob_spec &spec, std::string_view cpu)
{
	knob out;
	out.name = spec.name;
	if (!cpu.empty())
		out.name = std::string(server_folder(spec)) + "." + std::string(cpu) + "." +
			   std::string(spec.name.substr(spec.name.find('.') + 1));
	out.group = spec.group;
	out.unit = spec.unit;
	out.meaning = spec.meaning;
	out.preset = preset_of(m, spec);
	out.remark = remark_of(m, spec);
	int code = ENOENT;
	for (const auto &path : knob_paths(spec, cpu)) {
		auto text = m.files.read(path);
		if (!text && text.error().code == ENOENT)
			continue;
		out.path = path;
		if (!text) {
			code = text.error().code;
			break;
		}
		if (spec.kind == knob_kind::feature)
			*text = feature_value(*text, spec);
		if (text->empty())
			break; // the file is there, this feature is not
		// A parameter that is a truth value is Y or N.
		if (*text == "Y" || *text == "N")
			*text = *text == "Y" ? "1" : "0";
		out.value = std::move(*text);
		out.writable = spec.kind != knob_kind::boot && m.files.writable(path);
		return out;
	}
	if (out.path.empty())
		out.path = knob_paths(spec, cpu).front();
	out.absent = why_absent(m, spec, out.path, code);
	return out;
}

std::vector<knob> read_knobs(const host &machine)
{
	const knob_machine m(machine);
	std::vector<knob> out;
	for (const auto &spec : knob_specs()) {
		if (spec.kind != knob_kind::server) {
			out.push_back(read_knob(m, spec, ""));
			continue;
		}
		const auto cpus =
			machine.list("/sys/kernel/debug/sched/" + std::string(server_folder(spec)));
		for (const auto &cpu : cpus)
			out.push_back(read_knob(m, spec, cpu));
		if (cpus.empty())
			out.push_back(read_knob(m, spec, ""));
	}
	return out;
}

} // namespace rtwatch
