// SPDX-License-Identifier: BSD-3-Clause
#include "header.hpp"

namespace rtwatch::splat::detail
{

namespace
{

// "kworker/u16:5:120" in front of end, back to from
std::optional<task_name> task_before(view text, std::size_t from, std::size_t end)
{
	constexpr std::size_t longest = 64;
	view name = text.substr(from, end - from);
	// Some kernels print the printk caller behind the pid: "(T117)"
	if (!name.empty() && name.back() == ')') {
		const std::size_t open = name.rfind('(');
		if (open == npos)
			return std::nullopt;
		name = name.substr(0, open);
	}
	const std::size_t colon = name.rfind(':');
	if (colon == npos || colon == 0 || colon > longest)
		return std::nullopt;
	cursor c(name, colon + 1);
	const auto pid = c.small_number();
	if (!pid || !c.end())
		return std::nullopt;
	return task_name{std::string(name.substr(0, colon)), *pid, end};
}

// "kworker/u16:5:120" and what may follow: "(T120)", ".", " <writer>"
std::optional<lock_owner> task_at(view text, std::size_t at)
{
	view name = text.substr(at);
	for (const view stop : {view(" <"), view("("), view(". ")}) {
		const std::size_t end = name.find(stop);
		if (end != npos)
			name = name.substr(0, end);
	}
	name = trim(name);
	while (!name.empty() && !is_digit(name.back()))
		name.remove_suffix(1);
	const auto task = task_before(name, 0, name.size());
	if (!task)
		return std::nullopt;
	return lock_owner{task->comm, task->pid};
}

} // namespace

// "INFO: task jbd2/sda2-8:295 blocked in I/O wait for more than 120 seconds."
bool find_hung_task(view text, std::size_t from, header &out)
{
	const view muted = "Future hung task reports are suppressed";
	const std::size_t mute = text.find(muted, from);
	for (std::size_t at = text.find("INFO: task ", from); at != npos;
	     at = text.find("INFO: task ", at + 1)) {
		const std::size_t name = at + 11;
		const std::size_t blocked = text.find(" blocked", name);
		const std::size_t more = text.find(" for more than ", name);
		if (blocked == npos || more == npos || more < blocked || more - blocked > 48)
			continue;
		auto task = task_before(text, name, blocked);
		cursor c(text, more + 15);
		c.blanks();
		const auto seconds = c.signed_number();
		c.blanks();
		if (!task || !seconds || !c.eat("second"))
			continue;
		out.seed.type = incident_type::hung_task;
		out.seed.comm = std::move(task->comm);
		out.seed.pid = task->pid;
		out.seed.duration = duration{*seconds, duration_unit::s};
		const view in = trim(text.substr(blocked + 8, more - blocked - 8));
		if (!in.empty())
			out.seed.fields.push_back({"blocked", std::string(in), {}});
		out.begin = at;
		c.eat("s.");
		out.end = c.at();
		out.complete = true;
		return true;
	}
	if (mute == npos)
		return false;
	out.seed.type = incident_type::hung_task_muted;
	out.begin = mute;
	out.end = mute + muted.size();
	out.complete = true;
	return true;
}

// "INFO: task a:117 is blocked on a mutex likely owned by task b:120."
bool find_lock_owner(view text, std::size_t from, header &out)
{
	const std::size_t at = text.find("INFO: task ", from);
	if (at == npos)
		return false;
	std::size_t blocked = text.find(" blocked on a", at);
	if (blocked == npos)
		return false;
	const std::size_t on = blocked + 12;
	std::size_t name_end = blocked;
	for (const view skip : {view(" is"), view(" <writer>"), view(" <reader>")}) {
		if (ends_with(text.substr(0, name_end), skip))
			name_end -= skip.size();
	}
	auto task = task_before(text, at + 11, name_end);
	if (!task)
		return false;
	out.seed.type = incident_type::hung_task;
	out.seed.comm = std::move(task->comm);
	out.seed.pid = task->pid;
	const std::size_t lock_end = text.find_first_of(",", on);
	const std::size_t likely = text.find(" likely ", on);
	const std::size_t end = likely < lock_end ? likely : lock_end;
	cursor lock(text, on);
	lock.word();
	lock.blanks();
	if (end != npos && end > lock.at())
		out.seed.fields.push_back(
			{"lock", std::string(text.substr(lock.at(), end - lock.at())), {}});
	const std::size_t by = text.find(" by task ", on);
	if (by != npos)
		out.seed.owner = task_at(text, by + 9);
	out.begin = at;
	out.end = text.size();
	// It is long: mail breaks it anywhere behind the lock's article.
	out.complete = out.seed.owner || contains(text, "not found");
	out.about_known = true;
	return true;
}

} // namespace rtwatch::splat::detail
