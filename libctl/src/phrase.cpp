// SPDX-License-Identifier: BSD-3-Clause
#include "phrase.hpp"

#include <rtwatch/verdict.hpp>

namespace rtwatch
{

std::string describe(const task &who)
{
	std::string inner;
	if (who.pid)
		inner = "pid " + std::to_string(*who.pid);
	if (who.policy && *who.policy != sched_policy::other) {
		inner.append(inner.empty() ? "" : ", ").append(to_string(*who.policy));
		if (who.prio && *who.prio != 0)
			inner.append(" ").append(std::to_string(*who.prio));
	}
	std::string out = who.comm ? printable(*who.comm) : std::string();
	if (out.empty() && !inner.empty())
		out = "a task";
	if (!inner.empty())
		out.append(" (").append(inner).append(")");
	return out;
}

bool boosted_by_rcu(const incident &what)
{
	return what.booster && what.booster->comm && what.booster->comm->rfind("rcub/", 0) == 0;
}

std::string cpu_number(const incident &what)
{
	return what.cpu ? std::to_string(what.cpu->value) : "?";
}

} // namespace rtwatch
