// SPDX-License-Identifier: BSD-3-Clause
// One message of the family, as values: the attributes of enum rtwatch_attr
// that a reader can meet.
#pragma once

#include <rtwatch/types.hpp>

namespace rtwatch
{

struct answer {
	std::optional<cpu_id> cpu;
	std::optional<sensor_id> sensor;
	std::optional<std::uint64_t> after_seq;
	std::optional<std::uint64_t> after_id;
	std::optional<std::uint64_t> incident_id;
	std::optional<std::uint64_t> lost;
	std::optional<std::uint64_t> ntf_seq;
	std::optional<nanoseconds> time;
	std::optional<module_info> info;
	std::vector<sensor_info> sensors;
	std::vector<cpu_state> cpus;
	std::vector<rtwatch::sample> samples;
	std::vector<rtwatch::incident> incidents;
	std::optional<rtwatch::config> config;
	std::optional<rtwatch::task> task;
	std::vector<frame> frames;
	std::vector<cpu_stat> stats;

	// Before the next message of a dump: its lists join those of the last one,
	// the rest is of one message alone.
	void forget_message()
	{
		cpu.reset();
		sensor.reset();
		after_seq.reset();
		after_id.reset();
		incident_id.reset();
		lost.reset();
		ntf_seq.reset();
		time.reset();
	}
};

} // namespace rtwatch
