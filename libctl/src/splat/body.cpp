// SPDX-License-Identifier: BSD-3-Clause
// Lines below a header that are not of a dump: to which report they belong, and what they add.
#include "assembler.hpp"

#include <algorithm>

namespace rtwatch::splat::detail
{

namespace
{
constexpr std::size_t most_cpus = 4096;
constexpr std::size_t most_fields = 64;

// "P85: ... nesting: 1N cpu: 2", "0000000769f52cd: .N nvcsw: 2/2 holdout: 1 idle_cpu: -1/64"
bool read_holdout(view text, incident &into)
{
	constexpr std::size_t most_tasks = 256;
	const view body = trim_left(text);
	cursor c(body);
	if (c.eat('P')) {
		const auto pid = c.small_number();
		if (pid && c.peek() == ':') {
			if (!has_task(into, *pid) && into.blocked_tasks.size() < most_tasks)
				into.blocked_tasks.push_back(*pid);
			return true;
		}
	}
	return contains(body, " nvcsw: ") || ends_with(body, " holdouts");
}

} // namespace

bool is_stall(incident_type type)
{
	return type == incident_type::rcu_stall_self || type == incident_type::rcu_stall_detected ||
	       type == incident_type::rcu_stall_expedited;
}

bool is_tasks_stall(incident_type type)
{
	return type == incident_type::rcu_tasks_stall || type == incident_type::srcu_stall;
}

bool is_rcu(incident_type type)
{
	return is_stall(type) || is_tasks_stall(type) ||
	       type == incident_type::rcu_kthread_starved || type == incident_type::rcu_timer_issue;
}

bool has_cpu(const incident &inc, int cpu)
{
	return std::find(inc.cpus.begin(), inc.cpus.end(), cpu) != inc.cpus.end();
}

void add_cpu(incident &inc, int cpu)
{
	if (!has_cpu(inc, cpu) && inc.cpus.size() < most_cpus)
		inc.cpus.push_back(cpu);
}

bool has_task(const incident &inc, int pid)
{
	return std::find(inc.blocked_tasks.begin(), inc.blocked_tasks.end(), pid) !=
	       inc.blocked_tasks.end();
}

// CPUs that find their stalls at one moment print over each other, line by line: each has one line
// of each kind, and in the order of their headers where the printk caller does not tell.
report &assembler::self_in_turn(report &newest, const record &r, bool (*lacks)(const report &))
{
	constexpr std::uint64_t burst_lines = 32;
	report *first = &newest;
	for (auto it = reports_.rbegin(); it != reports_.rend(); ++it) {
		if (it->inc.first_line + burst_lines < newest.inc.first_line)
			break;
		if (!it->open || it->inc.type != incident_type::rcu_stall_self || !lacks(*it))
			continue;
		if (r.caller.kind != 0 && it->caller == r.caller)
			return *it;
		first = &*it;
	}
	return *first;
}

void assembler::take_cpu(cpu_state cpu, std::string rest, const record &r)
{
	report *target = nullptr;
	// The newest stall that has no last line yet; of two at once, the one that lacks this CPU.
	for (auto it = reports_.rbegin(); it != reports_.rend(); ++it) {
		if (!it->open || !is_stall(it->inc.type) || (it->footer && target != nullptr))
			continue;
		const bool known =
			std::any_of(it->inc.per_cpu.begin(), it->inc.per_cpu.end(),
				    [&](const cpu_state &c) { return c.cpu == cpu.cpu; });
		if (target == nullptr || (!it->footer && !known)) {
			target = &*it;
			if (!known && !it->footer)
				break;
		}
	}
	if (target != nullptr && target->inc.type == incident_type::rcu_stall_self)
		target = &self_in_turn(*target, r, [](const report &x) {
			return x.inc.per_cpu.empty() && !x.footer;
		});
	if (target == nullptr || target->inc.per_cpu.size() >= most_cpus)
		return;
	add_cpu(target->inc, cpu.cpu);
	if (!rest.empty() && target->inc.fields.size() < most_fields)
		target->inc.fields.push_back(
			{"cpu" + std::to_string(cpu.cpu) + ".note", std::move(rest), {}});
	target->inc.per_cpu.push_back(std::move(cpu));
	touch(*target, r);
}

void assembler::take_stall_footer(const stall_footer &f, const record &r)
{
	report *target = nullptr;
	for (auto it = reports_.rbegin(); it != reports_.rend(); ++it) {
		const bool other = it->inc.type == incident_type::rcu_stall_detected;
		const bool self = it->inc.type == incident_type::rcu_stall_self;
		if (it->open && !it->footer && (f.by_other ? other : self)) {
			target = &*it;
			break;
		}
	}
	if (target == nullptr)
		return;
	if (!f.by_other)
		target = &self_in_turn(*target, r, [](const report &x) { return !x.footer; });
	incident &inc = target->inc;
	target->footer = true;
	target->footer_line = r.first_line;
	target->list_open = false;
	inc.detected_by = f.detected_by;
	if (f.jiffies)
		inc.duration = duration{*f.jiffies, duration_unit::jiffies};
	inc.gp_seq = f.gp_seq;
	inc.queued_callbacks = f.queued;
	if (f.completed)
		inc.fields.push_back({"completed", to_text(*f.completed), {}});
	if (f.ncpus)
		inc.fields.push_back({"ncpus", std::to_string(*f.ncpus), {}});
	touch(*target, r);
}

// "} 6003 jiffies s: 985 root: 0x2/T"
bool assembler::take_expedited_footer(view text)
{
	std::size_t tail = text.find(" jiffies s: ");
	// "} 62703 jiffies": somebody left the rest out
	if (tail == npos && ends_with(trim(text), " jiffies") && contains(text, "} "))
		tail = text.rfind(" jiffies");
	report *target = newest(
		[](const report &x) { return x.inc.type == incident_type::rcu_stall_expedited; });
	if (tail == npos || target == nullptr)
		return false;
	std::size_t from = tail;
	while (from > 0 && is_digit(text[from - 1]))
		--from;
	if (const auto jiffies = cursor(text, from).signed_number())
		target->inc.duration = duration{*jiffies, duration_unit::jiffies};
	target->list_open = false;
	target->footer = true;
	if (const auto s = number_after(text, " s: ", tail))
		target->inc.fields.push_back({"s", to_text(*s), {}});
	const view root = word_after(text, "root: ", {}, tail);
	if (!root.empty())
		target->inc.fields.push_back({"root", std::string(root), {}});
	return true;
}

bool assembler::take_rcu_line(view text, const record &r)
{
	constexpr std::uint32_t types = type_bit(incident_type::rcu_stall_self) |
					type_bit(incident_type::rcu_stall_detected) |
					type_bit(incident_type::rcu_stall_expedited) |
					type_bit(incident_type::rcu_tasks_stall) |
					type_bit(incident_type::srcu_stall) |
					type_bit(incident_type::rcu_kthread_starved) |
					type_bit(incident_type::rcu_timer_issue);
	report *stall = has_open(types) ? newest([](const report &x) { return is_rcu(x.inc.type); })
					: nullptr;
	if (stall == nullptr)
		return false;
	bool used = false;
	std::string rest;
	if (auto cpu = read_cpu_line(text, &rest)) {
		take_cpu(std::move(*cpu), std::move(rest), r);
		used = true;
	}
	const view body = trim(text);
	const bool lists = body.empty() || is_digit(body[0]) || body[0] == 'P' || body[0] == '}';
	report *listing = lists && !used && !contains(text, '{')
				  ? newest([](const report &x) { return x.list_open; })
				  : nullptr;
	if (listing != nullptr) {
		read_stall_list(text, listing->inc);
		listing->list_open = text.find('}') == npos;
		used = true;
	} else if (stall->inc.cpus.empty() && stall->inc.blocked_tasks.empty() &&
		   is_stall(stall->inc.type) && !stall->footer && starts_with(body, "{")) {
		const view list = text.substr(text.find('{') + 1);
		read_stall_list(list, stall->inc);
		stall->list_open = list.find('}') == npos;
		used = true;
	}
	const bool words = (words_ & word_rcu) != 0;
	used = (words && take_expedited_footer(text)) || used;
	if (const auto footer = read_footer(text)) {
		take_stall_footer(*footer, r);
		used = true;
	}
	if (words && (read_blocked_tasks(text, stall->inc) || read_rcu_remark(text, stall->inc)))
		used = true;
	if (is_tasks_stall(stall->inc.type) && read_holdout(text, stall->inc))
		used = true;
	if (used)
		touch(*stall, r);
	return used;
}

bool assembler::take_workqueue_line(view text, const record &r)
{
	if (!has_open(type_bit(incident_type::workqueue_lockup)))
		return false;
	report *target = newest(
		[](const report &x) { return x.inc.type == incident_type::workqueue_lockup; });
	if (target == nullptr)
		return false;
	incident &inc = target->inc;
	if (!target->footer) {
		const view cpus = word_after(text, "cpus=");
		if (!cpus.empty() && inc.cpus.empty()) {
			inc.cpus = cpu_list(cpus);
			for (const view key : {view("node="), view("flags="), view("nice=")}) {
				const view value = word_after(text, key);
				if (!value.empty())
					inc.fields.push_back({"pool." + std::string(key.substr(
										0, key.size() - 1)),
							      std::string(value),
							      {}});
			}
		}
		const std::size_t stuck = text.find("stuck for ");
		if (stuck != npos) {
			const auto seconds = cursor(text, stuck + 10).signed_number();
			if (seconds)
				inc.duration = duration{*seconds, duration_unit::s};
			target->footer = true;
		}
		touch(*target, r);
		return !cpus.empty() || stuck != npos;
	}
	const view body = trim(text);
	static constexpr view lines[] = {
		"Showing busy workqueues",
		"Showing backtraces of running",
		"Showing all locks",
		"workqueue ",
		"pwq ",
		"pool ",
		"in-flight:",
		"pending:",
		"inactive:",
		"delayed:",
	};
	for (const view line : lines) {
		if (!starts_with(body, line))
			continue;
		// "pool 2:" alone is the head of its workers' traces.
		const bool tells = starts_with(line, "in-flight") ||
				   (starts_with(line, "pool ") && contains(body, "cpus="));
		const view said = trim(body.substr(line.size()));
		if (tells && !said.empty() && inc.fields.size() < most_fields)
			inc.fields.push_back({starts_with(line, "in") ? "in_flight" : "pool",
					      std::string(said),
					      {}});
		if (line == view("Showing backtraces of running"))
			target->list_open = true;
		touch(*target, r);
		return true;
	}
	return false;
}

bool assembler::take_small_line(view text, const record &r)
{
	if (!has_open(type_bit(incident_type::rt_throttled) | type_bit(incident_type::hung_task)))
		return false;
	const view body = trim(text);
	// "potential CPU hogs:" of RT and vendor kernels: "\tcomm (pid)"
	report *throttled = has_open(type_bit(incident_type::rt_throttled))
				    ? newest([](const report &x) {
					      return x.inc.type == incident_type::rt_throttled;
				      })
				    : nullptr;
	if (throttled != nullptr) {
		if (starts_with(body, "potential CPU hogs")) {
			throttled->list_open = true;
			return true;
		}
		const std::size_t open = body.rfind(" (");
		if (throttled->list_open && open != npos && body.back() == ')') {
			cursor c(body, open + 2);
			const auto pid = c.small_number();
			if (pid && c.eat(')') && c.end() && !throttled->inc.pid) {
				throttled->inc.pid = *pid;
				throttled->inc.comm = std::string(body.substr(0, open));
				touch(*throttled, r);
				return true;
			}
		}
	}
	if (body.empty() || !contains("\"dTNB", body[0]))
		return false;
	report *hung =
		newest([](const report &x) { return x.inc.type == incident_type::hung_task; });
	if (hung == nullptr)
		return false;
	if (starts_with(body, "\"echo 0 > /proc/sys/kernel/hung_task") ||
	    starts_with(body, "disables this message"))
		return true;
	if ((starts_with(body, "Tainted: ") || starts_with(body, "Not tainted")) &&
	    r.first_line <= hung->inc.first_line + 4) {
		read_version(body, hung->inc.kernel, hung->taint);
		return true;
	}
	if (starts_with(body, "Blocked by coredump")) {
		hung->inc.fields.push_back({"coredump", "yes", {}});
		return true;
	}
	return false;
}

bool assembler::take_line(view text, const record &r)
{
	// An && chain would do, but a glued line can be of several kinds.
	const bool rcu = take_rcu_line(text, r);
	const bool workqueue = !rcu && take_workqueue_line(text, r);
	const bool small = !rcu && !workqueue && take_small_line(text, r);
	return take_dump_line(text, r) || rcu || workqueue || small;
}

} // namespace rtwatch::splat::detail
