// SPDX-License-Identifier: BSD-3-Clause
// One message of the family, as values: the attributes of enum rtwatch_attr
// that a reader can meet.
#pragma once

#include <rtwatch/types.hpp>

namespace rtwatch
{

// What is of one message alone.
struct message_numbers {
	std::optional<cpu_id> cpu;
	std::optional<sensor_id> sensor;
	std::optional<std::uint64_t> after_seq;
	std::optional<std::uint64_t> after_id;
	std::optional<std::uint64_t> incident_id;
	std::optional<std::uint64_t> lost;
	std::optional<std::uint64_t> ntf_seq;
	std::optional<nanoseconds> time;
};

struct answer : message_numbers {
	std::optional<module_info> info;
	std::vector<sensor_info> sensors;
	std::vector<cpu_state> cpus;
	std::vector<rtwatch::sample> samples;
	std::vector<rtwatch::incident> incidents;
	std::optional<rtwatch::config> config;
	std::optional<rtwatch::task> task;
	std::vector<frame> frames;
	std::vector<cpu_stat> stats;

	// Before the next message of a dump: its lists join those of the last one.
	void forget_message() { static_cast<message_numbers &>(*this) = {}; }
};

} // namespace rtwatch
