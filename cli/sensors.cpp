// SPDX-License-Identifier: BSD-3-Clause
#include <rtwatch/client.hpp>
#include <rtwatch/verdict.hpp>

#include "command.hpp"
#include "json.hpp"
#include "options.hpp"
#include "output.hpp"
#include "table.hpp"
#include "text.hpp"

namespace rtwatchctl
{
namespace
{

const command_line &sensors_line()
{
	static const command_line it{
		"sensors",
		"Shows which signals can be read on this machine, from where, and why the others\n"
		"cannot.",
		{}};
	return it;
}

std::string name_of(const rtwatch::sensor_info &sensor)
{
	if (sensor.name)
		return rtwatch::printable(*sensor.name);
	return sensor.id ? std::string(to_string(*sensor.id)) : unknown;
}

std::string as_text(const globals &g, const std::vector<rtwatch::sensor_info> &sensors)
{
	std::vector<std::vector<cell>> rows;
	for (const auto &one : sensors)
		rows.push_back({{name_of(one)},
				one.available ? cell{"available", paint::good}
					      : cell{"unavailable", paint::warn},
				{rtwatch::printable(one.source.value_or(unknown))},
				{rtwatch::printable(one.reason.value_or(""))}});
	return render_table({{"SENSOR"}, {"STATE"}, {"SOURCE"}, {"REASON"}}, rows, g.color);
}

} // namespace

int cmd_sensors(const globals &g, int argc, char **argv)
{
	auto given = parse(sensors_line(), argc, argv);
	if (!given)
		return fail(g, given.error());
	if (given->help())
		return show(help_text(sensors_line()));
	auto client = rtwatch::client::connect();
	if (!client)
		return fail(g, client.error());
	auto sensors = client->sensors();
	if (!sensors)
		return fail(g, sensors.error());
	if (!g.json)
		return show(as_text(g, *sensors));
	auto out = new_document(0);
	out["sensors"] = json::array();
	for (const auto &one : *sensors)
		out["sensors"].push_back(to_json(fields(one)));
	return show(g, out);
}

} // namespace rtwatchctl
