// SPDX-License-Identifier: BSD-3-Clause
#include "prefilter.hpp"

#include <array>

namespace rtwatch::splat::detail
{

namespace
{

constexpr view phrases[] = {
	// RCU
	"detected stall",
	"self-detected",
	"expedited stall",
	"stalls on CPUs",
	"stalls on tasks",
	"stall on CPU",
	"RCU detected CPU",
	"(detected by",
	"ticks this GP",
	"GPs behind)",
	"kthread starved",
	"starved for",
	"kthread timer wakeup",
	"Stall ended",
	"stall ended",
	// lockups
	"soft lockup",
	"hard LOCKUP",
	"Hard LOCKUP",
	"detected LOCKUP",
	"workqueue lockup",
	" stuck for ",
	"HardIRQ Time",
	"during lockup",
	// hung tasks
	"blocked for more",
	"for more than ",
	"blocked in I/O wait",
	"softlockup: hung",
	"hung_task: blocked",
	"hung task reports",
	"hung_task_timeout",
	"is blocked on a",
	"blocked on an rw-",
	// scheduler and clocks
	"RT throttling",
	"DL replenish",
	"period too short",
	"hogged CPU for >",
	"switching to WQ_UNBOUND",
	"clocksource watchdog",
	"timekeeping watchdog",
	"locksource tsc unstable",
	"Marking clocksource",
	" unstable (delta",
	// context
	" grace period number ",
	"Linux version ",
	"messages dropped",
	"kernel messages",
	// journalctl -o json writes a message that is not clean text as a list of byte values
	"\"MESSAGE\":[",
	"\"MESSAGE\" : [",
};

constexpr std::size_t phrase_count = sizeof(phrases) / sizeof(phrases[0]);
static_assert(phrase_count <= 64, "one bit a phrase");

constexpr std::size_t table_bits = 13; // one byte each: stays in the first-level cache
constexpr std::size_t table_size = std::size_t{1} << table_bits;
constexpr std::size_t block = 3;

constexpr std::uint32_t byte_at(const char *at)
{
	return static_cast<unsigned char>(*at);
}

// The table's place for three bytes, the first in the lowest bits.
constexpr std::size_t slot(std::uint32_t bytes)
{
	return (bytes * 0x9e3779b1U) >> (32 - table_bits);
}

constexpr std::uint32_t block_at(const char *at)
{
	return byte_at(at) | byte_at(at + 1) << 8 | byte_at(at + 2) << 16;
}

// The same for the block that ends at end, as one load of four bytes.
std::uint32_t block_before(const char *end)
{
	const char *at = end - 4;
	return (byte_at(at) | byte_at(at + 1) << 8 | byte_at(at + 2) << 16 |
		byte_at(at + 3) << 24) >>
	       8;
}

constexpr std::uint64_t head(const char *at)
{
	std::uint64_t bytes = 0;
	for (int i = 0; i < 8; ++i)
		bytes |= static_cast<std::uint64_t>(byte_at(at + i)) << (8 * i);
	return bytes;
}

constexpr std::size_t shortest_phrase()
{
	std::size_t length = phrases[0].size();
	for (const view phrase : phrases)
		length = phrase.size() < length ? phrase.size() : length;
	return length;
}

// All phrases are compared by their first window bytes.
constexpr std::size_t window = shortest_phrase();
static_assert(window >= 8, "a head fits into a window");

// Wu-Manber: by the last block of a window, how far no phrase can end, and which may here.
struct shift_table {
	std::array<unsigned char, table_size> shift{};
	std::array<std::uint64_t, table_size> candidates{};
	std::array<std::uint64_t, phrase_count> heads{};
};

constexpr shift_table make_table()
{
	shift_table table;
	for (std::size_t at = 0; at < table_size; ++at)
		table.shift[at] = static_cast<unsigned char>(window - block + 1);
	for (std::size_t p = 0; p < phrase_count; ++p) {
		table.heads[p] = head(phrases[p].data());
		for (std::size_t i = 0; i + block <= window; ++i) {
			const std::size_t at = slot(block_at(phrases[p].data() + i));
			const auto skip = static_cast<unsigned char>(window - block - i);
			if (skip < table.shift[at])
				table.shift[at] = skip;
			if (skip == 0)
				table.candidates[at] |= std::uint64_t{1} << p;
		}
	}
	return table;
}

constexpr shift_table table = make_table();

bool starts_phrase(view text, std::uint64_t candidates)
{
	const std::uint64_t start = head(text.data());
	for (std::size_t p = 0; candidates != 0; ++p, candidates >>= 1) {
		if ((candidates & 1) != 0 && table.heads[p] == start &&
		    starts_with(text, phrases[p]))
			return true;
	}
	return false;
}

constexpr std::size_t lanes = 4;
constexpr std::size_t stretch = 2048;

// One run through the windows that end in [end, stop); the text goes on to limit.
struct lane {
	const char *end{};
	const char *stop{};
	const char *limit{};
	const char *hit{};

	[[nodiscard]] bool runs() const { return end < stop; }

	void step()
	{
		const std::size_t at = slot(block_before(end));
		const std::size_t skip = table.shift[at];
		end += skip;
		if (skip == 0)
			look(at);
	}

	void look(std::size_t at)
	{
		const char *begin = end - window;
		const auto left = static_cast<std::size_t>(limit - begin);
		if (starts_phrase(view(begin, left), table.candidates[at])) {
			hit = begin;
			stop = end;
		} else {
			++end;
		}
	}
};

} // namespace

std::size_t find_phrase(view text, std::size_t from)
{
	if (text.size() < from + window)
		return npos;
	const char *const limit = text.data() + text.size();
	const char *at = text.data() + from + window;
	// Each step waits for the table's answer to the one before. Lanes that run through
	// neighbouring stretches at once hide that.
	while (limit - at >= static_cast<std::ptrdiff_t>(lanes * stretch)) {
		std::array<lane, lanes> l;
		for (std::size_t i = 0; i < lanes; ++i)
			l[i] = {at + i * stretch, at + (i + 1) * stretch, limit};
		while (l[0].runs() && l[1].runs() && l[2].runs() && l[3].runs()) {
			l[0].step();
			l[1].step();
			l[2].step();
			l[3].step();
		}
		for (lane &one : l) {
			while (one.runs())
				one.step();
			if (one.hit != nullptr)
				return static_cast<std::size_t>(one.hit - text.data());
		}
		at += lanes * stretch;
	}
	lane rest{at, limit + 1, limit};
	while (rest.runs())
		rest.step();
	return rest.hit == nullptr ? npos : static_cast<std::size_t>(rest.hit - text.data());
}

// Sums of one byte each, of as many steps as cannot overflow them: compilers make vector code of
// it.
std::size_t count_lines(view text)
{
	constexpr std::size_t stretch_bytes = 192;
	static_assert(stretch_bytes <= 255, "a sum is one byte");
	std::size_t lines = 0;
	std::size_t i = 0;
	for (; i + stretch_bytes <= text.size(); i += stretch_bytes) {
		const char *const at = text.data() + i;
		unsigned char sum = 0;
		for (std::size_t k = 0; k < stretch_bytes; ++k)
			sum = static_cast<unsigned char>(sum + (at[k] == '\n' ? 1 : 0));
		lines += sum;
	}
	for (; i < text.size(); ++i)
		lines += text[i] == '\n' ? 1U : 0U;
	return lines;
}

} // namespace rtwatch::splat::detail
