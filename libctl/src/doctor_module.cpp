// SPDX-License-Identifier: BSD-3-Clause
// Does rtwatch itself see?
#include <rtwatch/client.hpp>
#include <rtwatch/verdict.hpp>

#include "doctor_parts.hpp"

namespace rtwatch
{
namespace
{

constexpr auto module_area = doctor_area::rtwatch;

void module_sensors(examination &e)
{
	std::size_t available = 0;
	for (const auto &one : e.module.sensors) {
		available += one.available;
		// It is there for tests only.
		if (one.available || one.id == sensor_id::sim)
			continue;
		const auto name = one.name ? printable(*one.name)
				  : one.id ? std::string(to_string(*one.id))
					   : std::string("?");
		e.add(module_area, severity::warning, "sensor_off",
		      "the sensor " + name + " is off" +
			      (one.reason ? ": " + printable(*one.reason) : std::string()),
		      "rtwatchctl sensors tells what each needs");
	}
	e.add(module_area, severity::fine, "sensors",
	      std::to_string(available) +
		      (available == 1 ? " sensor of the module sees"
				      : " sensors of the module see") +
		      " this machine");
}

void module_delivery(examination &e, const module_info &info)
{
	if (info.notifier_policy && *info.notifier_policy != sched_policy::deadline)
		e.add(module_area, severity::warning, "notifier_policy",
		      "the module's notifiers run as " +
			      std::string(to_string(*info.notifier_policy)) +
			      ": a real-time hog of the highest priority may delay what they tell",
		      "free deadline bandwidth, then load the module again");
	if (info.notifiers == 1u && info.cpus_online.value_or(0) > 1)
		e.add(module_area, severity::note, "notifier_alone",
		      "the module has one notifier only: if its CPU is the sick one, incidents "
		      "are recorded but told late",
		      "load it again with a second housekeeping CPU");
	if (info.incidents_lost.value_or(0) != 0 || info.incidents_suppressed.value_or(0) != 0)
		e.add(module_area, severity::note, "incidents_lost",
		      std::to_string(info.incidents_lost.value_or(0) +
				     info.incidents_suppressed.value_or(0)) +
			      " incidents are not in the log any more or never were",
		      "keep them: rtwatchctl watch --output FILE");
}

bool loaded_at_boot(const examination &e)
{
	for (const char *folder : {"/etc/modules-load.d", "/usr/lib/modules-load.d"})
		for (const auto &name : e.machine.list(folder))
			if (("\n" + e.text(std::string(folder) + "/" + name) + "\n")
				    .find("\nrtwatch\n") != std::string::npos)
				return true;
	return ("\n" + e.text("/etc/modules") + "\n").find("\nrtwatch\n") != std::string::npos;
}

} // namespace

void examine_module(examination &e)
{
	const auto &info = e.module.info;
	if (!info)
		return e.add(module_area, severity::warning, "module_absent",
			     "the module is not loaded: nobody looks for starving CPUs",
			     "modprobe rtwatch, and a line rtwatch in "
			     "/etc/modules-load.d/rtwatch.conf");
	if (info->abi && *info->abi != library_abi())
		e.add(module_area, severity::note, "module_mismatch",
		      "the module is " +
			      std::string(*info->abi > library_abi() ? "newer" : "older") +
			      " than this command: what only one of them knows is not shown",
		      "install both from the same version");
	if (info->tier && *info->tier != tier::full)
		e.add(module_area, severity::note, "module_portable",
		      "the module sees public data only (tier " +
			      std::string(to_string(*info->tier)) +
			      "): causes are told with less evidence",
		      "rtwatchctl sensors tells why");
	module_sensors(e);
	module_delivery(e, *info);
	if (!loaded_at_boot(e))
		e.add(module_area, severity::note, "module_at_boot",
		      "the module is not loaded at boot",
		      "a line rtwatch in /etc/modules-load.d/rtwatch.conf");
}

} // namespace rtwatch
