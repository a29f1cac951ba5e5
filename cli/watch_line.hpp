// SPDX-License-Identifier: BSD-3-Clause
// What `watch` says about one notice, as text and as a line of JSON. A line of
// JSON has schema, lost (notifications lost since the start, as far as known),
// event, time_ns and time_realtime (when this was written), and then
//   begin, change, end: the incident object (see json.hpp);
//   level: cpu, level, level_since_ns;
//   lost: group, and count where it is known.
#pragma once

#include <string>

#include <rtwatch/monitor.hpp>
#include <rtwatch/types.hpp>

#include "command.hpp"
#include "tracker.hpp"

namespace rtwatchctl
{

struct line_style {
	globals g;
	rtwatch::nanoseconds monotonic{0};
	rtwatch::nanoseconds realtime{0};
	std::uint64_t lost = 0;
};

std::string incident_line(const line_style &style, news kind, const rtwatch::incident &what);
std::string level_line(const line_style &style, const rtwatch::cpu_state &state);
std::string loss_line(const line_style &style, const rtwatch::loss_notice &what);

} // namespace rtwatchctl
