// SPDX-License-Identifier: BSD-3-Clause
// Checks wishes for knobs.
#include <algorithm>
#include <cerrno>
#include <charconv>

#include "knobs_plan.hpp"

namespace rtwatch
{
namespace
{

std::optional<std::int64_t> to_integer(std::string_view text)
{
	std::int64_t out = 0;
	const auto [stop, code] = std::from_chars(text.data(), text.data() + text.size(), out);
	if (code != std::errc() || stop != text.data() + text.size())
		return {};
	return out;
}

std::string_view without_prefix(std::string_view name)
{
	for (const std::string_view prefix : {"kernel.", "rcupdate."})
		if (name.substr(0, prefix.size()) == prefix)
			return name.substr(prefix.size());
	return name;
}

// "fair_server.cpu3.runtime_ns" is "fair_server.runtime_ns" of "cpu3".
struct split_name {
	std::string spec;
	std::string cpu;
};

split_name split(std::string_view name)
{
	const auto first = name.find('.');
	const auto last = name.rfind('.');
	if (first == last)
		return {std::string(name), ""};
	return {std::string(name.substr(0, first)) + std::string(name.substr(last)),
		std::string(name.substr(first + 1, last - first - 1))};
}

const knob_spec *find_spec(std::string_view name)
{
	for (const auto &one : knob_specs())
		if (one.name == name)
			return &one;
	return nullptr;
}

error bad_value(const std::string &name, const std::string &value, const std::string &advice)
{
	return {EINVAL, name + " cannot be '" + value + "'", advice};
}

// The value as the kernel will show it.
result<std::string> checked_value(const knob_machine &m, const knob_spec &spec,
				  const std::string &name, const std::string &value)
{
	if (spec.kind == knob_kind::feature) {
		if (value == "on" || value == "1")
			return std::string("on");
		if (value == "off" || value == "0")
			return std::string("off");
		return bad_value(name, value, "give on or off");
	}
	if (spec.kind == knob_kind::mask) {
		const auto cpus = parse_cpu_list(value);
		if (!cpus)
			return bad_value(name, value, "give a list of CPUs like 0-3,8");
		const auto text = m.files.read("/sys/devices/system/cpu/possible");
		const auto possible = text ? parse_cpu_list(*text) : std::nullopt;
		for (const auto cpu : *cpus)
			if (possible &&
			    std::find(possible->begin(), possible->end(), cpu) == possible->end())
				return bad_value(name, value, "the CPUs here are " + *text);
		return cpu_list_text(*cpus);
	}
	const auto number = to_integer(value);
	if (!number || *number < spec.least || *number > spec.most)
		return bad_value(
			name, value,
			"give a number from " + std::to_string(spec.least) + " to " +
				std::to_string(spec.most) +
				(spec.unit.empty() ? "" : " (" + std::string(spec.unit) + ")"));
	return std::to_string(*number);
}

// What else a change means that its name does not tell.
std::string note_on(const knob_machine &m, const knob_spec &spec, const knob_step &step)
{
	const auto &to = step.change.after;
	if (spec.name == "sched_rt_runtime_us" && to == "-1" && !m.fair_server)
		return "a real-time task that does not sleep now keeps everyone else off its CPU";
	if (spec.name == "sched_rt_runtime_us" && to == "0" && !m.fair_server)
		return "real-time tasks do not run at all";
	if (spec.name == "sched_rt_runtime_us" && step.change.before == to)
		return "written again: that hands borrowed runtime back";
	if (server_file(spec) == "runtime" && spec.kind == knob_kind::server && to == "0")
		return "a real-time task that does not sleep now keeps everyone else off this CPU";
	if (to == "0" && (spec.name == "watchdog" || spec.name == "watchdog_thresh"))
		return "lockups are not told any more";
	if (to == "1" && spec.name == "rcu_cpu_stall_suppress")
		return "stalled grace periods are not told any more";
	return {};
}

class planner
{
public:
	explicit planner(const knob_machine &m) : m_(m) {}

	result<void> take(const knob_value &wish);
	result<void> finish();
	knob_plan steps;

private:
	result<void> take(const knob_spec &spec, const std::string &cpu, const knob_value &wish);
	knob_step *find(std::string_view name);
	result<void> check_pair(const std::string &runtime, const std::string &period);

	const knob_machine &m_;
};

knob_step *planner::find(std::string_view name)
{
	for (auto &one : steps)
		if (one.change.name == name)
			return &one;
	return nullptr;
}

result<void> planner::take(const knob_spec &spec, const std::string &cpu, const knob_value &wish)
{
	const auto now = read_knob(m_, spec, cpu);
	if (!now.value)
		return error{ENOENT, now.name + " cannot be set: " + now.absent, ""};
	if (!now.writable)
		return error{EACCES, now.name + " cannot be changed at run time",
			     spec.kind == knob_kind::boot
				     ? "give it as boot option " + now.name + "="
				     : "this kernel shows it only"};
	if (find(now.name))
		return error{EINVAL, now.name + " is there twice", "give one value"};
	auto value = checked_value(m_, spec, now.name, wish.value);
	if (!value)
		return value.error();
	knob_step step;
	step.change = {now.name, *now.value, *value, ""};
	step.change.note = note_on(m_, spec, step);
	step.spec = &spec;
	step.path = now.path;
	steps.push_back(std::move(step));
	return {};
}

result<void> planner::take(const knob_value &wish)
{
	const auto name = without_prefix(wish.name);
	auto parts = split(name);
	// A module's parameter has a dot, too.
	if (find_spec(name))
		parts = {std::string(name), ""};
	const auto *spec = find_spec(parts.spec);
	if (!spec)
		return error{ENOENT, "no knob is called '" + wish.name + "'",
			     "rtwatchctl knobs lists them"};
	if (spec->kind != knob_kind::server || !parts.cpu.empty())
		return take(*spec, parts.cpu, wish);
	const auto cpus =
		m_.files.list("/sys/kernel/debug/sched/" + std::string(server_folder(*spec)));
	if (cpus.empty())
		return take(*spec, "", wish); // tells why
	for (const auto &cpu : cpus)
		if (auto done = take(*spec, cpu, wish); !done)
			return done;
	return {};
}

// A runtime is a part of its period; both as they will be.
result<void> planner::check_pair(const std::string &runtime, const std::string &period)
{
	const auto *one = find(runtime), *other = find(period);
	if (!one && !other)
		return {};
	const auto value = [&](const std::string &name, const knob_step *step) {
		if (step)
			return to_integer(step->change.after);
		const auto parts = split(name);
		const auto now = read_knob(m_, *find_spec(parts.spec), parts.cpu);
		return now.value ? to_integer(*now.value) : std::nullopt;
	};
	const auto part = value(runtime, one), whole = value(period, other);
	if (!part || !whole || *part <= *whole)
		return {};
	return error{EINVAL,
		     runtime + "=" + std::to_string(*part) + " is more than " + period + "=" +
			     std::to_string(*whole),
		     "a runtime is a part of its period: give both"};
}

result<void> planner::finish()
{
	// Not every kernel hands borrowed runtime back by itself; all do when
	// the limit is written again.
	if (const auto *share = find("RT_RUNTIME_SHARE");
	    share && share->change.after == "off" && !find("sched_rt_runtime_us")) {
		const auto *spec = find_spec("sched_rt_runtime_us");
		const auto now = read_knob(m_, *spec, "");
		if (now.value)
			if (auto done = take(*spec, "", {now.name, *now.value}); !done)
				return done;
	}
	if (auto done = check_pair("sched_rt_runtime_us", "sched_rt_period_us"); !done)
		return done;
	for (const auto &one : std::vector<knob_step>(steps)) {
		if (one.spec->kind != knob_kind::server)
			continue;
		const auto stem = one.change.name.substr(0, one.change.name.rfind('.'));
		if (auto done = check_pair(stem + ".runtime_ns", stem + ".period_ns"); !done)
			return done;
	}
	return {};
}

} // namespace

result<knob_plan> make_plan(const knob_machine &m, const std::vector<knob_value> &wishes)
{
	planner out(m);
	for (const auto &one : wishes)
		if (auto done = out.take(one); !done)
			return done.error();
	if (auto done = out.finish(); !done)
		return done.error();
	return std::move(out.steps);
}

result<std::vector<knob_change>> plan_knobs(const host &machine,
					    const std::vector<knob_value> &wishes)
{
	auto plan = make_plan(knob_machine(machine), wishes);
	if (!plan)
		return plan.error();
	std::vector<knob_change> out;
	for (auto &one : *plan)
		out.push_back(std::move(one.change));
	return out;
}

} // namespace rtwatch
