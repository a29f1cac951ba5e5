// SPDX-License-Identifier: BSD-3-Clause
#include "prefilter.hpp"

#include <cstring>

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
	"GPs behind",
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
	"blocked in I/O wait",
	"hung_task",
	"hung task",
	"is blocked on a",
	"blocked on an rw-",
	// scheduler and clocks
	"RT throttling",
	"DL replenish",
	"period too short",
	"hogged CPU",
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
	"MESSAGE\":[",
	"MESSAGE\" : [",
};

constexpr std::size_t phrase_count = sizeof(phrases) / sizeof(phrases[0]);

} // namespace

prefilter::prefilter()
{
	static_assert(phrase_count <= max_phrases, "one bit a phrase");
	window_ = phrases[0].size();
	for (const view phrase : phrases)
		window_ = phrase.size() < window_ ? phrase.size() : window_;

	shift_.fill(static_cast<unsigned char>(window_ - 1));
	for (std::size_t p = 0; p < phrase_count; ++p) {
		for (std::size_t i = 0; i + 1 < window_; ++i) {
			const std::size_t at = slot(phrases[p][i], phrases[p][i + 1]);
			const auto skip = static_cast<unsigned char>(window_ - 2 - i);
			if (skip < shift_[at])
				shift_[at] = skip;
			if (skip == 0)
				candidates_[at] |= std::uint64_t{1} << p;
		}
	}
}

bool prefilter::matches(view text, std::size_t window) const
{
	const std::size_t last = window + window_ - 1;
	const std::uint64_t possible = candidates_[slot(text[last - 1], text[last])];
	for (std::size_t p = 0; p < phrase_count; ++p) {
		const view phrase = phrases[p];
		if ((possible >> p & 1) != 0 && text.size() - window >= phrase.size() &&
		    std::memcmp(text.data() + window, phrase.data(), phrase.size()) == 0)
			return true;
	}
	return false;
}

std::size_t prefilter::find(view text, std::size_t from) const
{
	if (text.size() < window_)
		return npos;
	const std::size_t stop = text.size() - 1;
	std::size_t last = from + window_ - 1;
	while (last <= stop) {
		const std::size_t skip = shift_[slot(text[last - 1], text[last])];
		if (skip != 0) {
			last += skip;
			continue;
		}
		if (matches(text, last + 1 - window_))
			return last + 1 - window_;
		++last;
	}
	return npos;
}

std::size_t count_lines(view text)
{
	// Eight bytes a step: a byte of x is zero exactly where the text has a newline.
	constexpr std::uint64_t ones = 0x0101010101010101U;
	constexpr std::uint64_t low7 = 0x7f7f7f7f7f7f7f7fU;
	std::size_t lines = 0;
	std::size_t i = 0;
	while (i + 8 <= text.size()) {
		// Up to 255 steps before a byte of the sum could overflow.
		std::uint64_t sum = 0;
		for (int step = 0; step < 255 && i + 8 <= text.size(); ++step, i += 8) {
			std::uint64_t x = 0;
			std::memcpy(&x, text.data() + i, 8);
			x ^= ones * '\n';
			sum += (~(((x & low7) + low7) | x | low7)) >> 7;
		}
		for (; sum != 0; sum >>= 8)
			lines += sum & 0xff;
	}
	for (; i < text.size(); ++i)
		lines += text[i] == '\n' ? 1U : 0U;
	return lines;
}

} // namespace rtwatch::splat::detail
