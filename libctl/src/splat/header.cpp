// SPDX-License-Identifier: BSD-3-Clause
#include "header.hpp"

#include "prefilter.hpp"

namespace rtwatch::splat::detail
{

namespace
{

using finder = bool (*)(view, std::size_t, header &);
constexpr finder finders[] = {
	find_rcu,        find_rcu_kthread, find_soft_lockup, find_hard_lockup, find_hung_task,
	find_lock_owner, find_workqueue,   find_sched,       find_clock,       find_panic,
};

// What the kernel itself puts before a header.
constexpr view own_prefixes[] = {
	"rcu: ",
	"NMI watchdog: ",
	"watchdog: ",
	"Watchdog: ",
	"sched: ",
	"kernel:",
	"workqueue: ",
	"clocksource: ",
	"[sched_delayed] ",
	"BUG: ",
	"INFO: ",
	"NMI: ",
	"NMI ", // 2.6: "NMI Watchdog detected LOCKUP on CPU 0"
	"hung_task: ",
	"Kernel panic - not syncing: ",
};

std::size_t own_prefix_begin(view text, std::size_t at)
{
	bool moved = true;
	while (moved) {
		moved = false;
		for (const view own : own_prefixes) {
			if (ends_with(text.substr(0, at), own)) {
				at -= own.size();
				moved = true;
			}
		}
	}
	return at;
}

// Console noise in front of an unstamped message: a prompt.
bool is_prompt(view before)
{
	before = trim(before);
	return before.empty() || ends_with(before, "login:") || before.back() == '#' ||
	       before.back() == '$' || ends_with(before, "assword:");
}

// A header in quotes is somebody's sentence about it, even with its stamp.
bool starts_quote(view s)
{
	if (s.empty())
		return false;
	return s[0] == '"' || s[0] == '\'' || s[0] == '`' || starts_with(s, "\xe2\x80\x9c") ||
	       starts_with(s, "\xe2\x80\x9d") || starts_with(s, "\xe2\x80\x99");
}

// A list of changes or symptoms: no console prints so.
bool is_bullet(view before)
{
	before = trim(before);
	return before == "-" || before == "*" || before == "+" || before == "\xe2\x80\xa2";
}

bool has_letters(view s)
{
	for (const char c : s) {
		if (is_alpha(c))
			return true;
	}
	return false;
}

} // namespace

bool find_header(view text, std::size_t from, header &out)
{
	if (find_phrase(text, from) == npos)
		return false;
	bool found = false;
	for (const finder find : finders) {
		header h;
		if (!find(text, from, h))
			continue;
		h.begin = own_prefix_begin(text, h.begin);
		if (!found || h.begin < out.begin || (h.begin == out.begin && h.end > out.end)) {
			out = std::move(h);
			found = true;
		}
	}
	return found;
}

bool is_plausible(const record &r, const header &h)
{
	const view before = view(r.text).substr(0, h.begin);
	const view behind = view(r.text).substr(h.end < r.text.size() ? h.end : r.text.size());
	if (r.quoted || starts_quote(behind))
		return false;
	if (!before.empty()) {
		const char last = before.back();
		if (last == '"' || last == '\'' || last == '`' || last == '(' || last == '/')
			return false;
	}
	// A row of a table: no message of the kernel ends so.
	if (!r.stamped && ends_with(trim(r.text), "|"))
		return false;
	if (is_prompt(before))
		return true;
	// With the kernel's own stamp something else may have been printed in front of it on the
	// same line; without, text in front makes it a sentence.
	if (r.stamped)
		return true;
	if (r.logged && r.kernel)
		return true;
	return !has_letters(before) && !is_bullet(before);
}

std::optional<task_name> bracketed_task(view text, std::size_t at)
{
	constexpr std::size_t longest =
		80; // wider than any comm, for damage and long kworker names
	if (at >= text.size() || text[at] != '[')
		return std::nullopt;
	const view inside = text.substr(at + 1, longest);
	for (std::size_t close = inside.find(']'); close != npos;
	     close = inside.find(']', close + 1)) {
		const std::size_t colon = inside.substr(0, close).rfind(':');
		if (colon == npos || colon == 0)
			continue;
		cursor c(inside, colon + 1);
		const auto pid = c.small_number();
		if (!pid || c.at() != close)
			continue;
		return task_name{std::string(inside.substr(0, colon)), *pid, at + close + 2};
	}
	return std::nullopt;
}

bool header_goes_on(const header &h, view next)
{
	if (h.complete)
		return false;
	const view text = trim(next);
	switch (h.seed.type) {
	case incident_type::soft_lockup:
		return bracketed_task(text, 0).has_value() || starts_with(text, "stuck for ");
	case incident_type::rcu_kthread_starved:
	case incident_type::rcu_timer_issue:
		return contains(text, "->state=") || contains(text, "->cpu=") ||
		       contains(text, " f0x") || starts_with(text, "f0x") ||
		       starts_with(text, "RCU_GP_") || starts_with(text, "jiffies!");
	case incident_type::rcu_stall_expedited:
		return contains(text, "jiffies s:") || contains(text, "root:") ||
		       starts_with(text, "}");
	case incident_type::workqueue_lockup: {
		cursor seconds(text);
		if (seconds.digits() > 0)
			return seconds.eat(view("s!"));
		for (const view word : {view("stuck for "), view("for "), view("cpus="),
					view("node="), view("flags="), view("nice=")}) {
			if (starts_with(text, word))
				return true;
		}
		return false;
	}
	case incident_type::cfs_period_short:
		return contains(text, "cfs_period_us") || contains(text, "cfs_quota_us") ||
		       ends_with(text, ")");
	case incident_type::rt_throttled: { // vendors add "(cpu 1)"
		cursor cpu(text);
		return starts_with(text, "(cpu ") || (cpu.digits() > 0 && cpu.eat(')'));
	}
	case incident_type::hung_task: // the lock and its owner, or the owner alone: one word
		return contains(text, " by task ") || starts_with(text, "by task ") ||
		       starts_with(text, "task ") ||
		       (contains(text, ":") && text.find(' ') == npos);
	default:
		return false;
	}
}

} // namespace rtwatch::splat::detail
