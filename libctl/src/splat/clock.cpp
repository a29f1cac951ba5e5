// SPDX-License-Identifier: BSD-3-Clause
// The clocksource watchdog: itself often late because of the hang that is looked for.
#include "header.hpp"

namespace rtwatch::splat::detail
{

namespace
{

// The name in quotes behind at: 'tsc'
std::string quoted(view text, std::size_t at)
{
	const std::size_t open = text.find('\'', at);
	if (open == npos)
		return {};
	const std::size_t close = text.find('\'', open + 1);
	if (close == npos || close - open > 32)
		return {};
	return std::string(text.substr(open + 1, close - open - 1));
}

// The CPU that looked at the clock, in front of at: "timekeeping watchdog on CPU3: "
void read_watcher(view text, header &out)
{
	const view words = "timekeeping watchdog";
	const std::size_t at = text.rfind(words, out.begin);
	if (at == npos)
		return;
	cursor c(text, at + words.size());
	if (c.eat(" on CPU"))
		out.seed.detected_by = c.small_number();
	// The CPU whose clock was compared: it looks at itself.
	if (out.seed.detected_by)
		out.seed.cpus.push_back(*out.seed.detected_by);
	out.begin = at;
}

void accept(std::size_t at, std::size_t end, std::string clock, header &out)
{
	out.seed.type = incident_type::clocksource_unstable;
	out.begin = at;
	out.end = end;
	out.complete = true;
	if (!clock.empty())
		out.seed.fields.push_back({"clocksource", std::move(clock), {}});
}

} // namespace

bool find_clock(view text, std::size_t from, header &out)
{
	// "clocksource: timekeeping watchdog on CPU3: Marking clocksource 'tsc' as unstable because
	// the skew is too large:"
	std::size_t at = text.find("Marking clocksource '", from);
	if (at != npos && contains(text.substr(at), " unstable")) {
		accept(at, text.size(), quoted(text, at), out);
		read_watcher(text, out);
		return true;
	}
	// "clocksource: timekeeping watchdog on CPU0: hpet read-back delay of 64000ns, attempt 4,
	// marking unstable"
	at = text.find("marking unstable", from);
	if (at != npos && contains(text, "timekeeping watchdog")) {
		accept(at, at + 16, {}, out);
		read_watcher(text, out);
		return true;
	}
	// "Clocksource tsc unstable (delta = 12345 ns)"
	at = text.find("locksource ", from);
	if (at != npos && at > from) {
		cursor c(text, at + 11);
		const view name = c.word();
		if (c.eat(" unstable (delta")) {
			accept(at - 1, text.size(), std::string(name), out);
			return true;
		}
	}
	return false;
}

} // namespace rtwatch::splat::detail
