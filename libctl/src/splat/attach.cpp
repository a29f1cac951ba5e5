// SPDX-License-Identifier: BSD-3-Clause
// Dumps: where one starts and ends, and whose it is.
#include "assembler.hpp"

#include <algorithm>

namespace rtwatch::splat::detail
{

namespace
{

constexpr std::size_t most_contexts = 64;
constexpr double one_report_s = 10; // one report is printed within so long
constexpr double apart_s = 30;      // a dump later than this belongs to something else

bool has(const std::vector<int> &numbers, int wanted)
{
	return std::find(numbers.begin(), numbers.end(), wanted) != numbers.end();
}

// First lines of reports that are none of ours: their dumps must not be taken for ours.
bool is_foreign_report(view body, word_set words)
{
	static constexpr view heads[] = {
		"BUG: unable to handle",
		"BUG: kernel NULL pointer",
		"Oops",
		"general protection fault",
		"kernel BUG at",
		"------------[ cut here ]",
		"WARNING: ",
		"BUG: KASAN",
		"BUG: scheduling while",
		"INFO: possible recursive",
		"INFO: possible circular",
		"BUG: spinlock",
		"INFO: lockdep is turned off",
		"Unable to handle kernel",
		"Internal error: ",
		"BUG: sleeping function",
		"divide error",
		"invalid opcode",
		"BUG: Bad page",
		"INFO: trying to register",
		"BUG: KCSAN",
		"BUG: KFENCE",
		"WARNING: possible",
		"BUG: using smp_processor_id",
		"stack segment",
		"double fault",
		"traps: ",
		"Out of memory",
		"kernel tried to execute",
	};
	for (const view head : heads) {
		if (head[0] == body[0] && starts_with(body, head))
			return true;
	}
	return (words & word_foreign) != 0 &&
	       (contains(body.substr(0, 120), " invoked oom-killer") ||
		contains(body.substr(0, 120), ": page allocation failure"));
}

int rank_lockup(const report &target, const dump &d)
{
	const incident &inc = target.inc;
	if (d.skipped)
		return 0;
	if (d.cpu) {
		if (inc.cpus.empty())
			return target.panic ? 3 : 0;
		if (!has(inc.cpus, *d.cpu))
			return 0;
		if (inc.pid && d.pid && *inc.pid != *d.pid)
			return 1;
		return 3;
	}
	if (inc.pid && d.pid)
		return *inc.pid == *d.pid ? 2 : 0;
	return d.task ? 0 : 1;
}

int rank_stall(const report &target, const dump &d)
{
	const incident &inc = target.inc;
	if (d.kthread || d.skipped)
		return 0;
	const bool self = inc.type == incident_type::rcu_stall_self;
	if (d.cpu) {
		// Its own dump follows its last line: this may be that of another report.
		if (has(inc.cpus, *d.cpu) && self &&
		    (!target.footer || d.first_line < target.footer_line))
			return 2;
		if (has(inc.cpus, *d.cpu))
			return d.task ? 3 : 4;
		return self && inc.cpus.empty() && !d.kthread_cpu ? 3 : 0;
	}
	if (d.task)
		return d.pid && has(inc.blocked_tasks, *d.pid) ? 2 : 0;
	return self && !d.kthread_cpu ? 1 : 0;
}

int rank_hung(const report &target, const dump &d)
{
	if (target.panic)
		return 0;
	if (!d.task)
		return !d.named && !d.cpu && !d.frames.empty() ? 1 : 0;
	if (d.pid && target.inc.pid)
		return *d.pid == *target.inc.pid ? 4 : 0;
	return !target.inc.comm || d.comm == target.inc.comm->substr(0, 15) ? 3 : 0;
}

// Who had the CPU that the grace-period kthread should have had.
void note_keeper(report &target, const dump &d)
{
	constexpr std::uint64_t near_lines = 200;
	const incident &inc = target.inc;
	if (inc.type != incident_type::rcu_kthread_starved &&
	    inc.type != incident_type::rcu_timer_issue)
		return;
	if (d.first_line > inc.first_line + near_lines ||
	    (d.monotonic_s && inc.monotonic_s && *d.monotonic_s > *inc.monotonic_s + one_report_s))
		return;
	if (!target.kept_by.empty() || d.kthread || d.skipped || d.comm.empty() || !inc.kthread ||
	    !inc.kthread->cpu)
		return;
	const bool there = d.cpu ? *d.cpu == *inc.kthread->cpu : d.kthread_cpu;
	const bool itself = d.comm == inc.kthread->name || (d.pid && inc.pid && *d.pid == *inc.pid);
	if (!there || itself)
		return;
	target.kept_by = task_and_place(d.comm, d.pid, top_function(d, false),
					in_user_mode(d).value_or(false));
}

// What the task does that has the lock: its dump follows that of the task that waits.
void note_owner(report &target, const dump &d)
{
	incident &inc = target.inc;
	if (inc.type != incident_type::hung_task || !inc.owner || !d.task ||
	    d.pid != inc.owner->pid)
		return;
	for (const field &f : inc.fields) {
		if (f.name == "owner_in")
			return;
	}
	std::string places;
	int shown = 0;
	for (const stack_frame &f : d.frames) {
		if (!f.reliable || is_sleep_helper(f.function))
			continue;
		places += (shown > 0 ? ", called by " : "") + f.function;
		if (++shown == 2)
			break;
	}
	if (shown > 0)
		inc.fields.push_back({"owner_in", std::move(places), {}});
	inc.last_line = std::max(inc.last_line, d.last_line);
}

} // namespace

std::string task_and_place(const std::string &comm, std::optional<int> pid,
			   const std::string &function, bool user_mode)
{
	std::string text = comm;
	if (pid)
		text += ":" + std::to_string(*pid);
	if (user_mode)
		text += " in user mode";
	else if (!function.empty())
		text += " in " + function + "()";
	return text;
}

int rank_dump(const report &target, const dump &d)
{
	if (target.touched_s && d.monotonic_s && *d.monotonic_s > *target.touched_s + apart_s)
		return 0;
	switch (target.inc.type) {
	case incident_type::soft_lockup:
	case incident_type::hard_lockup:
		return rank_lockup(target, d);
	case incident_type::rcu_stall_self:
	case incident_type::rcu_stall_detected:
	case incident_type::rcu_stall_expedited:
		return rank_stall(target, d);
	case incident_type::rcu_kthread_starved:
	case incident_type::rcu_timer_issue:
		// Before 5.5 no line says whose dump follows.
		return d.kthread || (d.task && target.inc.kthread &&
				     d.comm == target.inc.kthread->name.substr(0, 15))
			       ? 3
			       : 0;
	case incident_type::hung_task:
		return rank_hung(target, d);
	case incident_type::rcu_tasks_stall:
	case incident_type::srcu_stall:
		if (!d.task)
			return 0;
		return d.pid && has(target.inc.blocked_tasks, *d.pid) ? 4 : 2;
	case incident_type::workqueue_lockup:
		// "Showing backtraces of running workers in stalled CPU-bound worker pools:"
		return d.task && target.list_open ? 2 : 0;
	case incident_type::rcu_stall_ended:
	case incident_type::hung_task_muted:
	case incident_type::rt_throttled:
	case incident_type::dl_replenish_lag:
	case incident_type::cfs_period_short:
	case incident_type::clocksource_unstable:
	case incident_type::workqueue_cpu_hog:
	case incident_type::irq_storm:
		return 0;
	}
	return 0;
}

void use_dump(report &target, const dump &d)
{
	incident &inc = target.inc;
	const bool task_known = inc.comm.has_value();
	// The header's own words about the task count more than the dump's.
	const bool keep = task_known && (inc.type == incident_type::soft_lockup ||
					 inc.type == incident_type::hung_task);
	if (!keep && !d.comm.empty()) {
		inc.comm = d.comm;
		inc.pid = d.pid;
	}
	if (inc.cpus.empty() && d.cpu &&
	    (target.panic || inc.type == incident_type::rcu_stall_self))
		inc.cpus.push_back(*d.cpu);
	if (inc.type == incident_type::rcu_tasks_stall && d.pid && !has(inc.blocked_tasks, *d.pid))
		inc.blocked_tasks.push_back(*d.pid);
	if (!d.kernel.empty())
		inc.kernel = d.kernel;
	if (!d.arch.empty())
		inc.arch = d.arch;
	if (!d.taint.empty())
		target.taint = d.taint;
	if (!d.hardware.empty())
		target.hardware = d.hardware;
	if (!d.workqueue.empty())
		target.workqueue = d.workqueue;
	target.irqs_off = d.irqs_off;
	target.dump_cpu = d.cpu;
	const bool sleeping = inc.type == incident_type::hung_task ||
			      inc.type == incident_type::rcu_tasks_stall ||
			      inc.type == incident_type::rcu_kthread_starved;
	const std::string top = top_function(d, sleeping);
	if (!sleeping)
		inc.user_mode = in_user_mode(d);
	inc.top_function = top.empty() && !inc.user_mode.value_or(false) ? target.named_top : top;
	inc.trace = d.frames;
	target.waits_for_rcu.reset();
	target.waits_for_work.reset();
	inc.last_line = std::max(inc.last_line, d.last_line);
}

assembler::context &assembler::context_of(const record &r)
{
	if (!r.stamped && !r.logged && last_context_ < contexts_.size())
		return contexts_[last_context_];
	for (std::size_t i = 0; i < contexts_.size(); ++i) {
		if (contexts_[i].caller == r.caller) {
			last_context_ = i;
			return contexts_[i];
		}
	}
	if (contexts_.size() >= most_contexts) {
		end_dump(contexts_.front());
		contexts_.erase(contexts_.begin());
	}
	contexts_.push_back({r.caller, {}});
	last_context_ = contexts_.size() - 1;
	return contexts_.back();
}

void assembler::start_dump(context &c, const record &r)
{
	end_dump(c);
	c.current.first_line = r.first_line;
	c.current.monotonic_s = r.monotonic_s;
	c.current.broken = foreign_;
}

void assembler::end_dump(context &c)
{
	const dump done = std::move(c.current);
	c.current = dump();
	if (!done.empty() && !done.broken)
		attach(done);
}

void assembler::attach(const dump &d)
{
	constexpr std::uint64_t same_lines = 24;
	const report *chosen = nullptr;
	for (auto it = reports_.rbegin(); it != reports_.rend(); ++it) {
		if (!it->open || it->inc.first_line > d.last_line)
			continue;
		note_keeper(*it, d);
		note_owner(*it, d);
		const int rank = rank_dump(*it, d);
		if (rank <= it->dump_rank)
			continue;
		// One dump can serve two reports only where they were printed into each other.
		if (chosen != nullptr && it->inc.first_line + same_lines < chosen->inc.first_line)
			break;
		if (chosen != nullptr && it->inc.type == chosen->inc.type)
			continue;
		use_dump(*it, d);
		it->dump_rank = rank;
		if (chosen == nullptr)
			chosen = &*it;
	}
}

bool assembler::take_dump_start(view text, const record &r)
{
	const view body = trim(text);
	context &c = context_of(r);
	if (starts_with(body, "NMI backtrace for cpu ")) {
		start_dump(c, r);
		c.current.cpu = small_number_after(body, "cpu ");
		c.current.skipped = contains(body, " skipped");
		return true;
	}
	if (starts_with(body, "Task dump for CPU ")) {
		start_dump(c, r);
		c.current.cpu = small_number_after(body, "CPU ");
		return true;
	}
	if ((words_ & word_kthread) != 0 &&
	    (contains(body, "kthread stack dump:") || contains(body, "GP kthread last ran:"))) {
		start_dump(c, r);
		c.current.kthread = contains(body, "kthread stack dump:");
		c.current.kthread_cpu = !c.current.kthread;
		return true;
	}
	if (starts_with(body, "Sending NMI ") || starts_with(body, "sending NMI ")) {
		start_dump(c, r);
		return true;
	}
	// "CPU 3:" and "CPU 3" of 2.6 and 3.x
	cursor cpu(body);
	if (cpu.eat("CPU ")) {
		const auto number = cpu.small_number();
		cpu.eat(':');
		cpu.blanks();
		if (number && cpu.end()) {
			if (!c.current.cpu || *c.current.cpu != *number || c.current.named)
				start_dump(c, r);
			c.current.cpu = number;
			return true;
		}
	}
	return false;
}

bool assembler::take_task(view text, const record &r)
{
	dump fresh;
	const bool cpu = (words_ & word_task) != 0 && read_cpu_and_task(text, fresh);
	if (!cpu && !read_task_line(text, fresh))
		return false;
	context &c = context_of(r);
	dump &d = c.current;
	const bool other_cpu = d.cpu && fresh.cpu && *d.cpu != *fresh.cpu;
	if (d.named || d.skipped || other_cpu || (!d.frames.empty() && !d.kthread))
		start_dump(c, r);
	if (d.empty() && !d.kthread && !d.kthread_cpu)
		start_dump(c, r);
	if (fresh.cpu)
		d.cpu = fresh.cpu;
	d.named = true;
	d.task = fresh.task;
	d.comm = std::move(fresh.comm);
	d.pid = fresh.pid;
	d.state = std::move(fresh.state);
	if (!fresh.kernel.empty())
		d.kernel = std::move(fresh.kernel);
	if (!fresh.taint.empty())
		d.taint = std::move(fresh.taint);
	return true;
}

// Frames right below a header, with all between them cut out.
bool assembler::starts_bare_trace(const record &r) const
{
	constexpr std::uint64_t below = 2;
	return !foreign_ && !reports_.empty() && reports_.back().open &&
	       reports_.back().dump_rank == 0 &&
	       r.first_line <= reports_.back().touched_line + below;
}

// Whether what came before makes frames likely.
bool assembler::in_dump(const context &c) const
{
	return c.current.in_trace || c.current.named || c.current.cpu || !c.current.pc.empty();
}

bool assembler::take_trace(view text, const record &r)
{
	context &c = context_of(r);
	const view body = trim(text);
	for (const view head : {view("Call Trace:"), view("Call trace:"), view("Backtrace:")}) {
		if (!starts_with(body, head))
			continue;
		if (!c.current.frames.empty())
			start_dump(c, r);
		c.current.in_trace = true;
		const view rest = body.substr(head.size());
		if (!trim(rest).empty())
			read_trace(rest, c.current);
		return true;
	}
	const bool begun =
		in_dump(c) || (starts_bare_trace(r) && quick_look(text).kind == quick_kind::frame);
	if (!begun || !read_trace(text, c.current))
		return false;
	c.current.in_trace = true;
	return true;
}

bool assembler::take_dump_line(view text, const record &r)
{
	const view body = trim_left(text);
	if (body.empty())
		return false;
	if (is_foreign_report(body, words_)) {
		end_dump(context_of(r));
		foreign_ = true;
		return false;
	}
	if (starts_with(body, "---[ end trace") || starts_with(body, "Kernel panic")) {
		end_dump(context_of(r));
		return true;
	}
	context &c = context_of(r);
	bool used = take_dump_start(text, r) || take_task(text, r);
	if (!used && starts_with(body, "Hardware name: ")) {
		c.current.hardware = std::string(trim(body.substr(15)));
		used = true;
	} else if (!used && starts_with(body, "Workqueue: ")) {
		c.current.workqueue = std::string(trim(body.substr(11)));
		used = true;
	}
	used = used || read_registers(text, c.current) || take_trace(text, r);
	if (used)
		note_line(r);
	return used;
}

// A line of the current dump.
void assembler::note_line(const record &r)
{
	dump &d = context_of(r).current;
	if (d.first_line == 0)
		d.first_line = r.first_line;
	d.last_line = r.last_line;
	if (!d.monotonic_s)
		d.monotonic_s = r.monotonic_s;
}

bool assembler::take_frame(const quick_line &line, const record &r)
{
	context &c = context_of(r);
	if (!in_dump(c) && !starts_bare_trace(r))
		return false;
	add_frame(line.function, line.offset, line.module, line.reliable, c.current);
	c.current.in_trace = true;
	return true;
}

void assembler::take_quick(const record &r, const quick_line &line)
{
	expire(r);
	if (!active() || (line.kind == quick_kind::frame && !take_frame(line, r)) ||
	    (line.kind == quick_kind::trace && !take_trace(line.text, r)))
		return;
	note_line(r);
	touch_newest(r);
}

} // namespace rtwatch::splat::detail
