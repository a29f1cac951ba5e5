// SPDX-License-Identifier: BSD-3-Clause
#include "record.hpp"

#include <utility>

namespace rtwatch::splat::detail
{

namespace
{

constexpr std::size_t console_width = 80;
constexpr std::size_t most_pieces = 256; // of one physical line

// Text that a splat glued into one line starts anew with. Only where nothing else can look so.
constexpr view starts[] = {
	" Modules linked in: ",
	" Hardware name: ",
	" RIP: 0010:",
	" RIP: 0033:",
	" Call Trace: ",
	" Call trace: ",
	" Workqueue: ",
	" NMI backtrace for cpu ",
	" Sending NMI from CPU ",
	" Task dump for CPU ",
	" Code: ",
	" <TASK> ",
	" watchdog: BUG: ",
	" rcu: INFO: ",
	" INFO: task ",
	" NMI watchdog: BUG: ",
	" \"echo 0 > /proc/sys/kernel/hung_task",
	" Tainted: ",
	" RSP: ",
};

// Where the next glued message begins in text, npos if nowhere.
std::size_t next_start(view text)
{
	std::size_t best = npos;
	for (const view start : starts) {
		const std::size_t at = text.find(start, 1);
		if (at == npos || at >= best)
			continue;
		// "CPU: 1 PID: 2 Comm: x Tainted: G": the flags are of that line
		if (start == view(" Tainted: ") && contains(text, "omm:"))
			continue;
		best = at;
	}
	const std::size_t cpu = text.find(" CPU: ", 1);
	if (cpu != npos && cpu < best) {
		cursor c(text, cpu + 6);
		if (c.small_number() && (c.eat(" PID: ") || c.eat(" UID: ")))
			best = cpu;
	}
	return best;
}

void push(view text, record like, std::vector<record> &out)
{
	if (out.size() >= most_pieces)
		return;
	out.push_back(std::move(like));
	out.back().text = std::string(text);
}

// One stamped piece; long ones are looked at for glued messages.
void push_pieces(view text, record like, std::vector<record> &out)
{
	constexpr std::size_t long_line = 160;
	const bool glued = text.size() > long_line;
	while (glued) {
		const std::size_t at = next_start(text);
		if (at == npos || out.size() + 1 >= most_pieces)
			break;
		push(text.substr(0, at), like, out);
		text = text.substr(at + 1);
	}
	push(text, std::move(like), out);
}

void apply(const prefix &p, record &r)
{
	if (!p.time.empty() && (r.time.empty() || !r.logged))
		r.time = p.time;
	if (p.monotonic_s)
		r.monotonic_s = p.monotonic_s;
	if (p.caller.kind != 0)
		r.caller = p.caller;
	r.stamped |= p.stamped;
	r.logged |= p.logged;
	r.kernel |= p.kernel;
}

// One line without carriage returns: split at every stamp in it.
void split_line(view line, const record &like, const prefix *known, std::vector<record> &out)
{
	record base = like;
	std::size_t from = 0;
	while (from <= line.size()) {
		const prefix p = known != nullptr ? *known : read_prefix(line.substr(from));
		known = nullptr;
		record r = base;
		apply(p, r);
		const std::size_t text = from + p.length;
		// A stamp that read_prefix does not take for one is text, also at the very front.
		const std::size_t stamp = find_stamp(line, text > from ? text : from + 1);
		const view piece = line.substr(text, stamp == npos ? npos : stamp - text);
		if (stamp == npos) {
			push_pieces(piece, std::move(r), out);
			return;
		}
		if (trim(piece).empty()) {
			base = std::move(
				r); // the date before the stamp is of the message behind it
		} else {
			push_pieces(piece, std::move(r), out);
			base = like;
			const char last = trim(piece).back();
			base.quoted = last == '"' || last == '`' || last == '\'';
		}
		from = stamp;
		if (out.size() >= most_pieces)
			return;
	}
}

} // namespace

void split_records(view line, std::uint64_t number, std::vector<record> &out, const prefix *known)
{
	record base;
	base.first_line = base.last_line = number;
	base.full_width = line.size() == console_width;
	base.wider = line.size() > console_width;

	record entry = base;
	if (read_json(line, entry)) {
		const std::string text = std::move(entry.text);
		std::string cleaned;
		view rest = clean(text, cleaned) ? view(cleaned) : view(text);
		while (out.size() < most_pieces) {
			const std::size_t at = rest.find('\r');
			split_line(rest.substr(0, at), entry, nullptr, out);
			if (at == npos)
				break;
			rest = rest.substr(at + 1);
		}
		return;
	}

	std::string cleaned;
	if (clean(line, cleaned)) {
		line = cleaned;
		known = nullptr;
	}
	while (out.size() < most_pieces) {
		const std::size_t at = line.find('\r');
		const view part = line.substr(0, at);
		// It was read of the whole line.
		if (!part.empty() || at == npos)
			split_line(part, base, at == npos ? known : nullptr, out);
		known = nullptr;
		if (at == npos)
			break;
		line = line.substr(at + 1);
	}
}

std::uint64_t dropped_records(view text)
{
	// "** 123 printk messages dropped **", "Missed 12 kernel messages"
	std::size_t at = text.find(" messages dropped");
	if (at == npos)
		at = text.find(" kernel messages");
	if (at == npos)
		return 0;
	while (at > 0 && !is_digit(text[at - 1]) && text[at - 1] != '*')
		--at;
	std::size_t from = at;
	while (from > 0 && is_digit(text[from - 1]))
		--from;
	const view before = text.substr(0, from);
	if (!ends_with(before, "** ") && !ends_with(before, "Missed "))
		return 0;
	return cursor(text, from).number().value_or(0);
}

} // namespace rtwatch::splat::detail
