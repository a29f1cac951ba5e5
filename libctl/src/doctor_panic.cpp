// SPDX-License-Identifier: BSD-3-Clause
// What does the kernel do when it gives up, and what can a person still ask it?
#include "doctor_parts.hpp"

namespace rtwatch
{
namespace
{

constexpr auto panic_area = doctor_area::panic;

std::string panics_on(const examination &e)
{
	std::string out;
	for (const char *name :
	     {"softlockup_panic", "hardlockup_panic", "hung_task_panic", "panic_on_rcu_stall"})
		if (e.is_on(name))
			out.append(out.empty() ? "" : ", ").append(name);
	return out;
}

void after_a_panic(examination &e, const std::string &triggers)
{
	const auto wait = e.number("panic");
	if (!wait)
		return;
	if (*wait != 0)
		return e.add(panic_area, severity::fine, "panic_restarts",
			     "after a panic the machine restarts" +
				     (*wait < 0 ? std::string(" at once")
						: " in " + std::to_string(*wait) + " s"));
	if (crash_kernel_loaded(e))
		return;
	e.add(panic_area, triggers.empty() ? severity::note : severity::warning, "panic_stays",
	      "after a panic the machine stays as it is until somebody comes" +
		      (triggers.empty() ? std::string() : ", and it panics by " + triggers),
	      "rtwatchctl knobs set panic=30, and kernel.panic=30 in /etc/sysctl.d");
}

void sysrq(examination &e)
{
	constexpr std::int64_t dumps = 8;
	const auto mask = e.number("sysrq");
	if (!mask)
		return e.add(panic_area, severity::note, "sysrq_absent",
			     "this kernel has no SysRq key", "rtwatchctl backtrace works without");
	if (*mask == 1 || (*mask & dumps) != 0)
		return e.add(panic_area, severity::fine, "sysrq",
			     "the SysRq key may print stacks of tasks and CPUs");
	e.add(panic_area, *mask == 0 ? severity::warning : severity::note, "sysrq_dumps",
	      *mask == 0 ? std::string("the SysRq key is switched off: a console cannot ask a "
				       "hanging machine anything")
			 : "the SysRq key may not print stacks of tasks and CPUs (sysrq is " +
				   std::to_string(*mask) +
				   "); root may still, by "
				   "/proc/sysrq-trigger",
	      "rtwatchctl knobs set sysrq=" + std::to_string(*mask == 0 ? 1 : *mask | dumps) +
		      ", where everybody at the console may");
}

} // namespace

void examine_panic(examination &e)
{
	const auto triggers = panics_on(e);
	if (triggers.empty() && crash_kernel_loaded(e))
		e.add(panic_area, severity::note, "panic_on_nothing",
		      "a crash kernel is loaded, but no hang makes the kernel panic, so none "
		      "leaves a dump",
		      "where a restart is better than a hang: rtwatchctl knobs set "
		      "softlockup_panic=1 panic_on_rcu_stall=1");
	else if (!triggers.empty())
		e.add(panic_area, severity::fine, "panic_on", "the kernel panics by " + triggers);
	after_a_panic(e, triggers);
	sysrq(e);
}

} // namespace rtwatch
