// SPDX-License-Identifier: BSD-3-Clause
#include "assembler.hpp"

#include "prefilter.hpp"

#include <algorithm>

namespace rtwatch::splat::detail
{

namespace
{

// A report goes quiet: after this many lines, or seconds, nothing more is its own.
constexpr std::uint64_t quiet_lines = 120;
constexpr std::uint64_t quiet_lines_dumped = 48; // when its dump has been read
constexpr double quiet_s = 60;
// How many incidents wait for later ones that may be related.
constexpr std::size_t kept_reports = 32;

// Whether a panic printed now can be that of a report: it ends what the report began.
bool follows_soon(const report &of, const record &r)
{
	if (of.touched_s && r.monotonic_s)
		return *r.monotonic_s <= *of.touched_s + quiet_s;
	return r.first_line <= of.touched_line + 4 * quiet_lines;
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
	open_types_ = 0;
	foreign_ = false;
}

void assembler::expire(const record &r)
{
	if (!active())
		return;
	// The newest ones are usually those that live.
	for (auto it = reports_.rbegin(); it != reports_.rend(); ++it) {
		if (!it->open)
			continue;
		const std::uint64_t quiet = it->dump_rank > 0 ? quiet_lines_dumped : quiet_lines;
		const bool old = r.last_line > it->touched_line + quiet ||
				 (r.monotonic_s && it->touched_s &&
				  *r.monotonic_s > *it->touched_s + quiet_s);
		if (!old)
			return;
	}
	close();
}

// The oldest ones cannot wait for their dumps forever.
void assembler::make_room()
{
	if (reports_.size() >= 2 * kept_reports)
		reports_.front().open = false;
	retire(kept_reports);
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
	// Whatever is looked for while nothing is open has a phrase.
	const bool phrase = find_phrase(r.text) != npos;
	if (phrase) {
		lost_ += dropped_records(r.text);
		if (take_boot(r.text))
			return;
		take_tasks_age(r.text);
	}
	expire(r);
	if (phrase || active())
		words_ = find_words(r.text);
	if (phrase)
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
			if (!follows_soon(*it, r))
				continue;
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
	target.named_top = target.inc.top_function;
	target.caller = r.caller;
	target.panic = h.panic;
	touch(target, r);
	reports_.push_back(std::move(target));
	++open_count_;
	open_types_ |= type_bit(reports_.back().inc.type);
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

} // namespace rtwatch::splat::detail
