// SPDX-License-Identifier: BSD-3-Clause
// The first line of a report: what it is, and all that the line itself says.
#ifndef RTWATCH_SPLAT_HEADER_HPP
#define RTWATCH_SPLAT_HEADER_HPP

#include "record.hpp"

namespace rtwatch::splat::detail
{

struct header {
	incident seed;
	std::size_t begin{}; // where its first word stands, kernel's own prefixes included
	std::size_t end{};   // where the text behind it starts
	bool complete{};     // nothing of the header itself can follow on another line
	bool panic{};        // only the panic line names the hang
	bool about_known{};  // adds to a hung task reported before; alone, it is a report
};

// Each looks at or after from and gives its first header.
bool find_rcu(view text, std::size_t from, header &out);
bool find_rcu_kthread(view text, std::size_t from, header &out);
bool find_soft_lockup(view text, std::size_t from, header &out);
bool find_hard_lockup(view text, std::size_t from, header &out);
bool find_hung_task(view text, std::size_t from, header &out);
bool find_lock_owner(view text, std::size_t from, header &out);
bool find_workqueue(view text, std::size_t from, header &out);
bool find_sched(view text, std::size_t from, header &out);
bool find_clock(view text, std::size_t from, header &out);
bool find_panic(view text, std::size_t from, header &out);

// The first header of any kind.
bool find_header(view text, std::size_t from, header &out);

// Whether a header there is the kernel speaking, and not somebody writing about it.
bool is_plausible(const record &r, const header &h);

// A header whose own text may go on in the next line: that line belongs to it.
bool header_goes_on(const header &h, view next);

// "[kworker/u16:5:1234]" and "kworker/u16:5:1234": the last colon parts name and pid.
struct task_name {
	std::string comm;
	int pid{};
	std::size_t end{};
};
std::optional<task_name> bracketed_task(view text, std::size_t at);

} // namespace rtwatch::splat::detail

#endif
