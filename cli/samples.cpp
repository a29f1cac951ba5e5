// SPDX-License-Identifier: BSD-3-Clause
#include <cstdint>

#include <rtwatch/client.hpp>

#include "clock.hpp"
#include "command.hpp"
#include "field_table.hpp"
#include "json.hpp"
#include "options.hpp"
#include "output.hpp"

namespace rtwatchctl
{
namespace
{

using rtwatch::sensor_id;

// Linux supports no more (NR_CPUS of x86_64 is at most 8192; leave room).
constexpr std::uint64_t cpus_most = 65535;

const command_line &samples_line()
{
	static const command_line it{
		"samples [OPTION]...",
		"Shows what the ticks recorded, oldest first, CPU by CPU. With -j one line of "
		"JSON\n"
		"a sample; lost is what this CPU's ring overwrote before it could be read.",
		{{"cpu", "CPU", "Only this CPU"},
		 {"sensor", "NAME", "Only the fields of this sensor (see rtwatchctl sensors)"},
		 {"after", "SEQ", "Only samples with a larger sequence number"},
		 {"last", "N", "Only the last N of each CPU"}}};
	return it;
}

rtwatch::result<std::optional<sensor_id>> sensor_of(const parsed &given)
{
	const auto name = given.text("sensor");
	if (!name)
		return std::optional<sensor_id>();
	std::string known;
	for (auto number = static_cast<std::uint32_t>(sensor_id::tick);
	     number <= static_cast<std::uint32_t>(sensor_id::cfs_bandwidth); number++) {
		const auto one = static_cast<sensor_id>(number);
		if (to_string(one) == *name)
			return std::optional<sensor_id>(one);
		known.append(known.empty() ? "" : ", ").append(to_string(one));
	}
	return rtwatch::error{EINVAL, "no sensor is called '" + *name + "'",
			      "the sensors are " + known};
}

std::string as_text(const globals &g, const std::vector<rtwatch::cpu_samples> &all)
{
	std::string out;
	for (const auto &one : all) {
		out.append(out.empty() ? "" : "\n")
			.append("CPU ")
			.append(std::to_string(one.cpu.value))
			.append(": ")
			.append(std::to_string(one.samples.size()))
			.append(one.samples.size() == 1 ? " sample" : " samples");
		if (one.lost != 0)
			out.append(", ").append(std::to_string(one.lost)).append(" lost");
		out.append("\n");
		std::vector<std::vector<rtwatch::field>> rows;
		for (const auto &sample : one.samples)
			rows.push_back(fields(sample));
		if (!rows.empty())
			out.append(field_table(rows, {"cpu"}, g.color));
	}
	return out.empty() ? "no samples\n" : out;
}

std::string as_json_lines(const globals &g, const std::vector<rtwatch::cpu_samples> &all)
{
	const auto offset = realtime_now() - monotonic_now();
	std::string out;
	for (const auto &one : all) {
		for (const auto &sample : one.samples) {
			auto object = new_document(one.lost);
			if (sample.time)
				object["time_realtime"] = iso8601(*sample.time + offset);
			object.update(to_json(fields(sample)));
			out.append(dump(g, object));
		}
		// Losing everything is worth a line too.
		if (one.samples.empty() && one.lost != 0) {
			auto object = new_document(one.lost);
			object["cpu"] = one.cpu.value;
			out.append(dump(g, object));
		}
	}
	return out;
}

} // namespace

int cmd_samples(const globals &g, int argc, char **argv)
{
	auto given = parse(samples_line(), argc, argv);
	if (!given)
		return fail(g, given.error());
	if (given->help())
		return show(help_text(samples_line()));
	auto cpu = given->number("cpu", 0, cpus_most);
	auto after = given->number("after", 0, UINT64_MAX);
	auto last = given->number("last", 1, UINT32_MAX);
	auto sensor = sensor_of(*given);
	for (const auto *number : {&cpu, &after, &last})
		if (!*number)
			return fail(g, number->error());
	if (!sensor)
		return fail(g, sensor.error());

	rtwatch::sample_filter filter;
	if (*cpu)
		filter.cpu = rtwatch::cpu_id{static_cast<std::uint32_t>(**cpu)};
	filter.sensor = *sensor;
	filter.after_seq = after->value_or(0);
	auto client = rtwatch::client::connect();
	if (!client)
		return fail(g, client.error());
	auto all = client->samples(filter);
	if (!all)
		return fail(g, all.error());
	for (auto &one : *all)
		if (*last && one.samples.size() > **last)
			one.samples.erase(one.samples.begin(),
					  one.samples.end() - static_cast<std::ptrdiff_t>(**last));
	return show(g.json ? as_json_lines(g, *all) : as_text(g, *all));
}

} // namespace rtwatchctl
