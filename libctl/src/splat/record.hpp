// SPDX-License-Identifier: BSD-3-Clause
// One message of the kernel, freed of what the many loggers put around it.
#ifndef RTWATCH_SPLAT_RECORD_HPP
#define RTWATCH_SPLAT_RECORD_HPP

#include "text.hpp"

namespace rtwatch::splat::detail
{

// Who printed: with CONFIG_PRINTK_CALLER two interleaved reports can be told apart.
struct caller {
	char kind{}; // 'C' CPU, 'T' task, 0 unknown
	int id{};
};
inline bool operator==(caller a, caller b)
{
	return a.kind == b.kind && a.id == b.id;
}

struct record {
	std::string text;
	std::uint64_t first_line{};
	std::uint64_t last_line{};
	std::string time; // as printed
	std::optional<double> monotonic_s;
	rtwatch::splat::detail::caller caller;
	bool stamped{};    // the kernel's own time stamp was there: no prose
	bool logged{};     // some logger's prefix was there
	bool kernel{};     // the logger says that the kernel is the source
	bool quoted{};     // a quotation mark stands in front of the stamp
	bool full_width{}; // the line is as wide as an 80-column console
	bool wider{};      // or it is no line of such a console
};

// What can be read off the front of a line.
struct prefix {
	std::size_t length{};
	std::string time;
	std::optional<double> monotonic_s;
	rtwatch::splat::detail::caller caller;
	bool stamped{};
	bool logged{};
	bool kernel{};
	bool foreign{}; // a logger's line from something other than the kernel
};

// Undoes what pasting did to a line: escapes, entities, colours, carriage returns (as '\r').
// Returns false when the line was clean and out was not written.
bool clean(view line, std::string &out);

prefix read_prefix(view line);

// The same where the line starts with the kernel's plain stamp, "[   12.345678]" with or without a
// caller id "[  T123]", and only up to there: without what some kernels and loggers print behind
// it, and without the time as printed. False, and out is not set, where the line starts otherwise.
bool read_stamp(view line, prefix &out);

// The offset of a "[ 123.456789]" stamp at or after from, npos if none.
std::size_t find_stamp(view text, std::size_t from);

// The message of one log entry as JSON, and its times where they stand on the same line; false when
// the line is none.
bool read_json(view line, record &out);

// dmesg --json prints one message over four lines: priority, time, text and the brackets.
enum class dmesg_line {
	none,
	frame, // nothing to be read
	time,  // the time of the message that follows
};

// Fills time and monotonic_s of out when the line has them.
dmesg_line read_dmesg_json(view line, record &out);

// A line that mail broke, marking it with '='. next: it goes on there.
bool is_soft_break(view line);
bool goes_on_softly(view next);

// One physical line into its records: usually one, several when lines were glued together. known
// is what read_prefix() said of the line, if it was asked before.
void split_records(view line, std::uint64_t number, std::vector<record> &out,
		   const prefix *known = nullptr);

// Records that the kernel or the logger says were dropped, 0 for any other line.
std::uint64_t dropped_records(view text);

} // namespace rtwatch::splat::detail

#endif
