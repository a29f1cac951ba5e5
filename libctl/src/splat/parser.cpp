// SPDX-License-Identifier: BSD-3-Clause
// Bytes in, incidents out. Most of a log is skipped without being cut into lines.
#include <rtwatch/splat.hpp>

#include "assembler.hpp"
#include "join.hpp"
#include "prefilter.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace rtwatch::splat
{

namespace
{
constexpr std::size_t block_size = std::size_t{1} << 18;
// Lines read again in front of a phrase: a header may start on the line before it.
constexpr int lookback = 3;
} // namespace

struct parser::state {
	std::string buffer;    // text not yet looked at
	std::uint64_t line{1}; // number of the first line in buffer
	std::uint64_t cut{};   // lines that were too long
	bool dropping{};       // inside the rest of a line that was too long
	bool settled{};
	detail::joiner joiner;
	detail::assembler assembler;
	std::vector<detail::record> records;
	detail::record quick;
	detail::record dmesg_time; // of the next line, in dmesg's JSON
	std::string soft;          // a line that mail broke
	std::uint64_t soft_line{}; // and its number

	std::pair<std::size_t, std::size_t> skip(std::size_t from, std::size_t end, bool last);
	void process(std::size_t end, bool last);
	void read_line(std::string_view text);
	void read_whole(std::string_view text, std::uint64_t first);
	void flush();
	void cut_long_line();
	void hand(const std::optional<detail::record> &r);
};

namespace
{

// The start of the line that is count lines in front of at, not before from.
std::size_t lines_back(std::string_view text, std::size_t from, std::size_t at, int count)
{
	std::size_t start = at;
	for (int i = 0; i <= count; ++i) {
		if (start <= from)
			return from;
		const std::size_t newline = text.rfind('\n', start - 1);
		if (newline == std::string_view::npos || newline < from)
			return from;
		if (i == count)
			return newline + 1;
		start = newline;
	}
	return start;
}

} // namespace

void parser::state::hand(const std::optional<detail::record> &r)
{
	if (r)
		assembler.take(*r);
}

void parser::state::read_line(std::string_view text)
{
	if (text.size() > max_line) {
		text = text.substr(0, max_line);
		++cut;
	}
	while (!text.empty() && text.back() == '\r')
		text.remove_suffix(1);
	if (soft.empty() && !detail::is_soft_break(text)) {
		read_whole(text, line);
		return;
	}
	if (!soft.empty() && !detail::goes_on_softly(text))
		flush();
	if (soft.empty())
		soft_line = line;
	if (detail::is_soft_break(text) && soft.size() + text.size() < max_line) {
		soft += text.substr(0, text.size() - 1);
		return;
	}
	const std::string whole = std::exchange(soft, {}).append(text);
	read_whole(whole, soft_line);
}

// A line that waits for more is whole as it is.
void parser::state::flush()
{
	if (!soft.empty())
		read_whole(std::exchange(soft, {}), soft_line);
	hand(joiner.flush());
}

void parser::state::read_whole(std::string_view text, std::uint64_t first)
{
	const bool active = assembler.active();
	detail::prefix prefix;
	if (active) {
		const detail::quick_line found = detail::read_quick_line(text, line, quick, prefix);
		if (found.kind != detail::quick_kind::none) {
			hand(joiner.flush());
			assembler.take_quick(quick, found);
			return;
		}
	}
	const detail::dmesg_line json = detail::read_dmesg_json(text, dmesg_time);
	if (json != detail::dmesg_line::none) {
		dmesg_time.last_line = json == detail::dmesg_line::time ? line : 0;
		return;
	}
	const bool timed = dmesg_time.last_line != 0 && dmesg_time.last_line + 1 == first;
	records.clear();
	detail::split_records(text, first, records, active ? &prefix : nullptr);
	for (detail::record &r : records) {
		r.last_line = line;
		if (timed && !r.monotonic_s) {
			r.monotonic_s = dmesg_time.monotonic_s;
			r.time = dmesg_time.time;
		}
		hand(joiner.push(std::move(r)));
	}
}

// While nothing is open: forward to the lines around the next phrase. Returns where to go on, and
// up to where lines are to be read; both are the same when there is nothing in this block.
std::pair<std::size_t, std::size_t> parser::state::skip(std::size_t from, std::size_t end,
							bool last)
{
	const std::string_view text = std::string_view(buffer).substr(0, end);
	const std::size_t hit = detail::find_phrase(text, from);
	const bool found = hit != std::string_view::npos;
	const std::size_t at =
		found || !last ? lines_back(text, from, found ? hit : end, lookback) : end;
	line += detail::count_lines(text.substr(from, at - from));
	if (!found)
		return {at, at};
	std::size_t until = hit;
	for (int i = 0; i <= lookback && until < end; ++i) {
		const std::size_t newline = text.find('\n', until);
		until = newline == std::string_view::npos ? end : newline + 1;
	}
	return {at, until};
}

// The lines of the first end bytes of the buffer. last: nothing more belongs to the last of them.
void parser::state::process(std::size_t end, bool last)
{
	std::size_t at = 0;
	std::size_t read_until = 0;
	while (at < end) {
		if (!assembler.active() && at >= read_until) {
			flush();
			if (!assembler.active()) {
				std::tie(at, read_until) = skip(at, end, last);
				if (at == read_until)
					break;
			}
		}
		const std::string_view rest = std::string_view(buffer).substr(at, end - at);
		const std::size_t newline = rest.find('\n');
		read_line(rest.substr(0, newline));
		++line;
		at += newline == std::string_view::npos ? rest.size() : newline + 1;
	}
	buffer.erase(0, at);
}

// The start of a line that does not fit is kept; the rest is dropped as it comes.
void parser::state::cut_long_line()
{
	if (buffer.size() < block_size || buffer.find('\n') != std::string::npos)
		return;
	buffer.resize(max_line + 1);
	dropping = true;
}

parser::parser() : state_(std::make_unique<state>()) {}

parser::~parser() = default;
parser::parser(parser &&) noexcept = default;
parser &parser::operator=(parser &&) noexcept = default;

void parser::feed(std::string_view bytes)
{
	state &s = *state_;
	s.settled = false;
	while (!bytes.empty()) {
		if (s.dropping) {
			const std::size_t newline = bytes.find('\n');
			if (newline == std::string_view::npos)
				return;
			bytes.remove_prefix(newline);
			s.dropping = false;
		}
		const std::size_t take = std::min(bytes.size(), block_size);
		s.buffer.append(bytes.data(), take);
		bytes.remove_prefix(take);
		if (s.buffer.size() < block_size)
			continue;
		const std::size_t newline = s.buffer.rfind('\n');
		if (newline != std::string::npos)
			s.process(newline + 1, false);
		s.cut_long_line();
	}
}

void parser::settle()
{
	state &s = *state_;
	const std::size_t newline = s.buffer.rfind('\n');
	if (newline != std::string::npos)
		s.process(newline + 1, true);
	s.flush();
	s.assembler.close();
	s.settled = true;
}

void parser::finish()
{
	state &s = *state_;
	s.process(s.buffer.size(), true);
	settle();
}

bool parser::next(incident &out)
{
	return state_->assembler.next(out, state_->settled);
}

std::uint64_t parser::lost() const noexcept
{
	return state_->assembler.lost();
}

std::uint64_t parser::cut_lines() const noexcept
{
	return state_->cut;
}

std::uint64_t parser::lines() const noexcept
{
	return state_->line - 1;
}

} // namespace rtwatch::splat
