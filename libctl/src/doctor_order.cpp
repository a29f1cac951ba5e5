// SPDX-License-Identifier: BSD-3-Clause
// Which report comes first? The one nearest to the root should: an RCU stall
// tells who does not let go, a soft lockup where, a hung task who waits for
// that, and a hardware watchdog restarts the machine.
#include <algorithm>

#include "doctor_parts.hpp"

namespace rtwatch
{
namespace
{

constexpr auto order_area = doctor_area::order;

std::string in_seconds(std::int64_t value)
{
	return std::to_string(value) + " s";
}

void rcu_and_soft(examination &e, std::int64_t rcu, std::int64_t soft)
{
	if (rcu < soft)
		return;
	// The soft lockup detector looks five times within its limit, so it may be
	// so much later than that.
	const bool clearly = rcu >= soft + soft / 5;
	const auto better = std::max<std::int64_t>(3, soft * 3 / 4);
	e.add(order_area, clearly ? severity::warning : severity::note, "order_rcu_soft",
	      "an RCU stall is told after " + in_seconds(rcu) + ", a soft lockup after " +
		      in_seconds(soft) +
		      (clearly ? ": the cause is told after its effect"
			       : ": which of them comes first is chance"),
	      "rtwatchctl knobs set rcu_cpu_stall_timeout=" + std::to_string(better));
}

void against_hardware(examination &e, std::int64_t limit, std::optional<std::int64_t> soft,
		      std::optional<std::int64_t> hung)
{
	if (soft && limit <= *soft)
		e.add(order_area, severity::warning, "order_hardware",
		      "the hardware watchdog restarts the machine after " + in_seconds(limit) +
			      ", before a soft lockup is told (" + in_seconds(*soft) + ")",
		      "a longer time-out (RuntimeWatchdogSec= of systemd), or a smaller "
		      "watchdog_thresh");
	else if (hung && limit <= *hung)
		e.add(order_area, severity::note, "order_hardware",
		      "the hardware watchdog restarts the machine after " + in_seconds(limit) +
			      ", before a hung task is told (" + in_seconds(*hung) + ")",
		      "rtwatchctl knobs set hung_task_timeout_secs=" +
			      std::to_string(std::max<std::int64_t>(1, limit / 2)));
}

} // namespace

std::optional<std::int64_t> hardware_watchdog_s(const examination &e)
{
	std::optional<std::int64_t> out;
	for (const auto &name : e.machine.list("/sys/class/watchdog")) {
		const auto folder = "/sys/class/watchdog/" + name;
		const std::int64_t limit = std::atoll(e.text(folder + "/timeout").c_str());
		if (e.text(folder + "/state") == "active" && limit > 0)
			out = std::min(out.value_or(limit), limit);
	}
	return out;
}

void examine_order(examination &e)
{
	std::optional<std::int64_t> rcu = e.number("rcu_cpu_stall_timeout"), soft, hung;
	if (e.is_on("rcu_cpu_stall_suppress"))
		rcu.reset();
	if (e.is_on("soft_watchdog") && e.is_on("watchdog_thresh"))
		soft = 2 * *e.number("watchdog_thresh");
	if (e.is_on("hung_task_timeout_secs"))
		hung = e.number("hung_task_timeout_secs");
	const auto hardware = hardware_watchdog_s(e);
	const auto before = e.findings.size();

	if (rcu && soft)
		rcu_and_soft(e, *rcu, *soft);
	const auto first = soft ? soft : rcu;
	if (first && hung && *first >= *hung)
		e.add(order_area, severity::warning, "order_hung_task",
		      "a hung task is told after " + in_seconds(*hung) +
			      ", before what it waits for (" + in_seconds(*first) + ")",
		      "rtwatchctl knobs set hung_task_timeout_secs=" + std::to_string(2 * *first));
	if (hardware)
		against_hardware(e, *hardware, first, hung);
	else
		e.add(order_area, severity::note, "no_hardware_watchdog",
		      "no hardware watchdog runs: nothing restarts the machine when the kernel "
		      "cannot",
		      "RuntimeWatchdogSec= of systemd, where the machine has one");
	const bool wrong = std::any_of(
		e.findings.begin() + static_cast<std::ptrdiff_t>(before), e.findings.end(),
		[](const finding &one) { return one.code.rfind("order", 0) == 0; });
	if (wrong || !rcu || !soft)
		return;
	e.add(order_area, severity::fine, "order",
	      "reports come in the order of cause and effect: RCU stall " + in_seconds(*rcu) +
		      ", soft lockup " + in_seconds(*soft) +
		      (hung ? ", hung task " + in_seconds(*hung) : std::string()) +
		      (hardware ? ", hardware watchdog " + in_seconds(*hardware) : std::string()));
}

} // namespace rtwatch
