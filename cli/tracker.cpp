// SPDX-License-Identifier: BSD-3-Clause
#include "tracker.hpp"

namespace rtwatchctl
{

const char *to_string(news value)
{
	switch (value) {
	case news::begin:
		return "begin";
	case news::change:
		return "change";
	case news::end:
		return "end";
	case news::nothing:
		return "nothing";
	}
	return "";
}

news tracker::take(const rtwatch::incident &what)
{
	if (!what.id)
		return what.active ? news::change : news::end;
	const seen now{what.revision.value_or(0), what.active};
	const auto [known, inserted] = seen_.try_emplace(*what.id, now);
	if (inserted) {
		// Ids grow, so the first is the oldest.
		if (seen_.size() > most)
			seen_.erase(seen_.begin());
		return what.active ? news::begin : news::end;
	}
	const auto before = known->second;
	if (!before.active || (what.active && now.revision <= before.revision))
		return news::nothing;
	known->second = now;
	return what.active ? news::change : news::end;
}

} // namespace rtwatchctl
