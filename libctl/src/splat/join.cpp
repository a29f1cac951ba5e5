// SPDX-License-Identifier: BSD-3-Clause
#include "join.hpp"

#include "dump.hpp"
#include "header.hpp"
#include "rcu.hpp"

namespace rtwatch::splat::detail
{

namespace
{

constexpr int most_joined = 4;
constexpr int most_joined_by_console = 64; // lists of modules are long

bool may_start_header(view text)
{
	for (const view word :
	     {view("INFO"), view("BUG"), view("rcu"), view("atchdog"), view("LOCKUP"),
	      view("sched"), view("cfs_period"), view("locksource"), view("stall"),
	      view("Kernel panic"), view("workqueue:")}) {
		if (contains(text, word))
			return true;
	}
	return false;
}

// A header that is there only when both lines are read as one.
bool header_across(view text, view next, view separator)
{
	constexpr std::size_t overlap = 200;
	const view tail = text.size() > overlap ? text.substr(text.size() - overlap) : text;
	std::string both(tail);
	both += separator;
	both += next.substr(0, overlap);
	header whole;
	for (std::size_t from = 0; find_header(both, from, whole); from = whole.end) {
		if (whole.begin < tail.size() && whole.end > tail.size() + separator.size()) {
			header alone;
			const bool before = find_header(tail, whole.begin, alone);
			return !before || alone.seed.type != whole.seed.type || !alone.complete;
		}
		if (whole.end <= from)
			break;
	}
	return false;
}

// A line of 80 columns was broken by a console, in the middle of a word, or by chance by a mailer:
// a word of its own still needs its blank.
bool starts_word(view text, view fresh)
{
	if (text.empty() || is_alpha(text.back())) // "softir", "q=1/2"
		return false;
	for (const view word : {view("idle="), view("softirq="), view("fqs="), view("g="),
				view("c="), view("q="), view("ncpus="), view("rcuc=")}) {
		if (starts_with(fresh, word))
			return true;
	}
	return false;
}

} // namespace

bool joiner::try_join(const record &next)
{
	record &held = *pending_;
	// A console of 80 columns: of stamped lines, one without a stamp goes on a full one.
	const bool console = held.full_width && (held.stamped || held.logged) && !wide_;
	if (next.stamped || next.logged || next.first_line != held.last_line + 1 ||
	    joined_ >= (console ? most_joined_by_console : most_joined) || next.text.empty() ||
	    held.text.size() > parser::max_line)
		return false;
	const view fresh = trim_left(next.text);
	const view sep = held.full_width && !starts_word(held.text, fresh) ? view() : view(" ");
	view join_with = sep;
	header h;
	bool belongs = console;
	if (!belongs && (may_start_header(held.text) || may_start_header(fresh))) {
		std::size_t from = 0;
		header found;
		while (find_header(held.text, from, found) && found.end > from) {
			h = found;
			belongs = header_goes_on(h, fresh);
			from = found.end;
		}
		for (const view separator : {view(" "), view("")}) {
			if (!belongs && header_across(held.text, fresh, separator)) {
				join_with = separator;
				belongs = true;
			}
		}
	}
	belongs = belongs || rcu_line_goes_on(held.text, fresh) ||
		  dump_line_goes_on(held.text, fresh);
	if (!belongs)
		return false;
	if (join_with == view(" ") && !held.text.empty() && is_blank(held.text.back()))
		join_with = {};
	held.text += join_with;
	held.text += console && join_with.empty() ? view(next.text) : fresh;
	held.last_line = next.last_line;
	held.full_width = next.full_width;
	++joined_;
	return true;
}

std::optional<record> joiner::push(record next)
{
	wide_ = wide_ || next.wider;
	if (pending_ && try_join(next))
		return std::nullopt;
	std::optional<record> whole = std::move(pending_);
	pending_ = std::move(next);
	joined_ = 0;
	return whole;
}

std::optional<record> joiner::flush()
{
	std::optional<record> whole = std::move(pending_);
	pending_.reset();
	joined_ = 0;
	return whole;
}

} // namespace rtwatch::splat::detail
