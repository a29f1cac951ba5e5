// SPDX-License-Identifier: BSD-3-Clause
// RCU stall reports: their header lines and what stands below them.
#ifndef RTWATCH_SPLAT_RCU_HPP
#define RTWATCH_SPLAT_RCU_HPP

#include "header.hpp"

namespace rtwatch::splat::detail
{

// "12-...!: (3 GPs behind) idle=... softirq=12/34 fqs=5", anywhere in the text.
std::optional<cpu_state> read_cpu_line(view text, std::string *rest);

// "(detected by 4, t=5256 jiffies, g=10357, q=7 ncpus=6)" and "(t=5253 jiffies g=3781 q=1490)"
struct stall_footer {
	bool by_other{};
	std::optional<int> detected_by;
	std::optional<std::int64_t> jiffies;
	std::optional<integer> gp_seq;
	std::optional<integer> completed;
	std::optional<integer> queued;
	std::optional<int> ncpus;
};
std::optional<stall_footer> read_footer(view text);

// CPUs and tasks of "{ 1 2-... P1234 }", or of the bare list of 2.6.32; with flags where printed.
void read_stall_list(view list, incident &into);

// "Tasks blocked on level-0 rcu_node (CPUs 0-15): P581 P582/1:b..l"
bool read_blocked_tasks(view text, incident &into);

// Everything else that a stall report says about itself; true when the line was one of these.
bool read_rcu_remark(view text, incident &into);

// A line of this kind that was broken, and goes on in next.
bool rcu_line_goes_on(view text, view next);

} // namespace rtwatch::splat::detail

#endif
