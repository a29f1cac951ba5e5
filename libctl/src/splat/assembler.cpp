// SPDX-License-Identifier: BSD-3-Clause
#include "assembler.hpp"

#include "prefilter.hpp"

#include <algorithm>

namespace rtwatch::splat::detail
{

namespace
{

// A report goes quiet: after this many lines, or seconds, nothing more is its own.
constexpr std::uint64_t quiet_lines = 250;
constexpr double quiet_s = 60;
// How many incidents wait for later ones that may be related.
constexpr std::size_t window = 32;
constexpr std::size_t most_cpus = 4096;

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

} // namespace

void assembler::touch(report &target, const record &r)
{
	target.inc.last_line = std::max(target.inc.last_line, r.last_line);
	target.touched_line = r.last_line;
	if (r.monotonic_s)
		target.touched_s = r.monotonic_s;
}

void assembler::touch_newest(const record &r)
{
	if (foreign_)
		return;
	for (auto it = reports_.rbegin(); it != reports_.rend(); ++it) {
		if (it->open) {
			touch(*it, r);
			return;
		}
	}
}

report *assembler::newest(bool (*wanted)(const report &))
{
	for (auto it = reports_.rbegin(); it != reports_.rend(); ++it) {
		if (it->open && wanted(*it))
			return &*it;
	}
	return nullptr;
}

void assembler::close()
{
	for (context &c : contexts_)
		end_dump(c);
	contexts_.clear();
	last_context_ = 0;
	for (report &target : reports_)
		target.open = false;
	open_count_ = 0;
	foreign_ = false;
}

void assembler::expire(const record &r)
{
	bool live = false;
	for (const report &target : reports_) {
		if (!target.open)
			continue;
		const bool old = r.last_line > target.touched_line + quiet_lines ||
				 (r.monotonic_s && target.touched_s &&
				  *r.monotonic_s > *target.touched_s + quiet_s);
		live = live || !old;
	}
	if (!live && open_count_ > 0)
		close();
}

// The oldest ones cannot wait for their dumps forever.
void assembler::make_room()
{
	if (reports_.size() >= 2 * window)
		reports_.front().open = false;
	retire(window);
}

// Gives the oldest reports out of hand until at most so many are left.
void assembler::retire(std::size_t left)
{
	while (reports_.size() > left && !reports_.front().open) {
		relate(reports_);
		report &front = reports_.front();
		explain(front);
		done_.push_back(std::move(front.inc));
		reports_.pop_front();
	}
}

bool assembler::next(incident &out, bool flush)
{
	if (flush)
		retire(0);
	if (done_.empty())
		return false;
	out = std::move(done_.front());
	done_.pop_front();
	return true;
}

bool assembler::take_boot(view text)
{
	const std::size_t at = text.find("Linux version ");
	if (at == npos || !trim(text.substr(0, at)).empty())
		return false;
	close();
	boot_kernel_ = std::string(word_after(text, "Linux version "));
	boot_arch_.clear();
	tasks_flavor_.clear();
	return true;
}

// "rcu_tasks_wait_gp: rcu_tasks grace period number 85 (since boot) is 10658 jiffies old." comes
// before the stall report and is the only line that says how long.
void assembler::take_tasks_age(view text)
{
	const view words = " grace period number ";
	const std::size_t at = text.find(words);
	const std::size_t is = text.find(") is ", at == npos ? 0 : at);
	if (at == npos || is == npos)
		return;
	const auto jiffies = cursor(text, is + 5).signed_number();
	std::size_t from = at;
	while (from > 0 && is_name(text[from - 1]))
		--from;
	if (!jiffies || !contains(text.substr(is), "jiffies old"))
		return;
	tasks_flavor_ = std::string(text.substr(from, at - from));
	tasks_jiffies_ = *jiffies;
}

void assembler::take(const record &r)
{
	lost_ += dropped_records(r.text);
	if (take_boot(r.text))
		return;
	take_tasks_age(r.text);
	expire(r);
	if (find_phrase(r.text) != npos)
		take_headers(r);
	else if (active() && take_line(r.text, r))
		touch_newest(r);
}

void assembler::take_headers(const record &r)
{
	const view text = r.text;
	std::size_t from = 0;
	header h;
	std::size_t search = 0;
	bool opened = false;
	while (find_header(text, search, h) && h.end > search) {
		search = h.end;
		if (!is_plausible(r, h))
			continue;
		const view before = text.substr(from, h.begin > from ? h.begin - from : 0);
		if (active() && !trim(before).empty())
			take_line(before, r);
		from = h.end;
		if (adds_to_known(h, r))
			continue;
		// What stands behind a header up to the next one is its own.
		header following;
		std::size_t end = text.size();
		if (find_header(text, h.end, following) && following.begin >= h.end)
			end = following.begin;
		const view rest = text.substr(h.end, end - h.end);
		make_room();
		open_report(std::move(h), r);
		opened = true;
		take_rest(reports_.back(), rest, r);
		from = end;
		h = header();
	}
	if (!active())
		return;
	const view rest = text.substr(from);
	if (!trim(rest).empty() && take_line(rest, r) && !opened)
		touch_newest(r);
}

// Of several reports of one type, the one that the record's own printer began.
report &assembler::same_caller(report &otherwise, const record &r)
{
	for (auto it = reports_.rbegin(); it != reports_.rend(); ++it) {
		if (it->inc.type == otherwise.inc.type && it->caller == r.caller)
			return *it;
	}
	return otherwise;
}

// The owner of the lock that an already reported task waits for, the panic behind a lockup: no
// incident of their own.
bool assembler::adds_to_known(const header &h, const record &r)
{
	for (auto it = reports_.rbegin(); it != reports_.rend(); ++it) {
		if (it->inc.type != h.seed.type)
			continue;
		if (h.about_known) {
			if (it->inc.pid != h.seed.pid || !it->inc.duration || it->inc.owner)
				continue;
			it->inc.owner = h.seed.owner;
			for (const field &f : h.seed.fields)
				it->inc.fields.push_back(f);
			if (it->open)
				touch(*it, r);
			return true;
		}
		if (h.panic) {
			const bool same = h.seed.cpus.empty() || it->inc.cpus.empty() ||
					  has_cpu(it->inc, h.seed.cpus.front());
			if (!same)
				continue;
			report &known = it->caller == r.caller ? *it : same_caller(*it, r);
			known.inc.fields.push_back({"panic", "yes", {}});
			return true;
		}
	}
	return false;
}

void assembler::open_report(header &&h, const record &r)
{
	end_dump(context_of(r));
	foreign_ = false;
	report target;
	target.inc = std::move(h.seed);
	target.inc.index = next_index_++;
	target.inc.first_line = r.first_line;
	target.inc.time = r.time;
	target.inc.monotonic_s = r.monotonic_s;
	target.inc.kernel = boot_kernel_;
	target.inc.arch = boot_arch_;
	if (is_tasks_stall(target.inc.type) && !tasks_flavor_.empty() &&
	    tasks_flavor_ == target.inc.flavor)
		target.inc.duration = duration{tasks_jiffies_, duration_unit::jiffies};
	target.caller = r.caller;
	target.panic = h.panic;
	touch(target, r);
	reports_.push_back(std::move(target));
	++open_count_;
}

void assembler::take_rest(report &target, view rest, const record &r)
{
	incident &inc = target.inc;
	if (is_stall(inc.type)) {
		view list = rest;
		const std::size_t open = rest.find('{');
		if (open != npos) {
			list = rest.substr(open + 1);
			target.list_open = list.find('}') == npos;
		}
		if (open != npos || !contains(rest, "ticks this GP"))
			read_stall_list(list, inc);
		take_rcu_line(rest, r);
	} else if (inc.type == incident_type::workqueue_lockup) {
		take_workqueue_line(rest, r);
	} else if (!trim(rest).empty()) {
		take_line(rest, r);
	}
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
	if (target == nullptr || target->inc.per_cpu.size() >= most_cpus)
		return;
	add_cpu(target->inc, cpu.cpu);
	if (!rest.empty() && target->inc.fields.size() < 64)
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
	incident &inc = target->inc;
	target->footer = true;
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

bool assembler::take_rcu_line(view text, const record &r)
{
	report *stall = newest([](const report &x) { return is_rcu(x.inc.type); });
	if (stall == nullptr)
		return false;
	bool used = false;
	std::string rest;
	if (auto cpu = read_cpu_line(text, &rest)) {
		take_cpu(std::move(*cpu), std::move(rest), r);
		used = true;
	}
	report *listing = newest([](const report &x) { return x.list_open; });
	if (listing != nullptr && !used && text.find('{') == npos &&
	    (trim(text).empty() || is_digit(trim(text)[0]) || trim(text)[0] == 'P' ||
	     trim(text)[0] == '}')) {
		read_stall_list(text, listing->inc);
		listing->list_open = text.find('}') == npos;
		used = true;
	} else if (stall->inc.cpus.empty() && stall->inc.blocked_tasks.empty() &&
		   is_stall(stall->inc.type) && !stall->footer && starts_with(trim(text), "{")) {
		const view list = text.substr(text.find('{') + 1);
		read_stall_list(list, stall->inc);
		stall->list_open = list.find('}') == npos;
		used = true;
	}
	const std::size_t tail = text.find(" jiffies s: ");
	report *expedited = newest(
		[](const report &x) { return x.inc.type == incident_type::rcu_stall_expedited; });
	if (tail != npos && expedited != nullptr) {
		std::size_t from = tail;
		while (from > 0 && is_digit(text[from - 1]))
			--from;
		if (const auto jiffies = cursor(text, from).signed_number())
			expedited->inc.duration = duration{*jiffies, duration_unit::jiffies};
		expedited->list_open = false;
		expedited->footer = true;
		if (const auto s = number_after(text, " s: ", tail))
			expedited->inc.fields.push_back({"s", to_text(*s), {}});
		const view root = word_after(text, "root: ", {}, tail);
		if (!root.empty())
			expedited->inc.fields.push_back({"root", std::string(root), {}});
		used = true;
	}
	if (const auto footer = read_footer(text)) {
		take_stall_footer(*footer, r);
		used = true;
	}
	if (read_blocked_tasks(text, stall->inc) || read_rcu_remark(text, stall->inc))
		used = true;
	if (is_tasks_stall(stall->inc.type)) {
		const view body = trim_left(text);
		cursor c(body);
		if (c.eat('P')) {
			const auto pid = c.small_number();
			if (pid && c.peek() == ':') {
				if (!has_task(stall->inc, *pid) &&
				    stall->inc.blocked_tasks.size() < 256)
					stall->inc.blocked_tasks.push_back(*pid);
				used = true;
			}
		}
		used = used || contains(body, " nvcsw: ") || ends_with(body, " holdouts");
	}
	if (used)
		touch(*stall, r);
	return used;
}

bool assembler::take_workqueue_line(view text, const record &r)
{
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
		if ((starts_with(line, "in-flight") || starts_with(line, "pool ")) &&
		    inc.fields.size() < 64)
			inc.fields.push_back(
				{starts_with(line, "in") ? "in_flight" : "pool",
				 std::string(body.substr(line == view("pool ") ? 5 : 11)),
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
	const view body = trim(text);
	// "potential CPU hogs:" of RT and vendor kernels: "\tcomm (pid)"
	report *throttled =
		newest([](const report &x) { return x.inc.type == incident_type::rt_throttled; });
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
