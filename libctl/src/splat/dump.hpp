// SPDX-License-Identifier: BSD-3-Clause
// A register dump and call trace: of a CPU or of a task.
#ifndef RTWATCH_SPLAT_DUMP_HPP
#define RTWATCH_SPLAT_DUMP_HPP

#include "record.hpp"

namespace rtwatch::splat::detail
{

struct dump {
	std::optional<int> cpu;
	std::optional<int> pid;
	std::string comm;
	std::string kernel;
	std::string taint;
	std::string hardware;
	std::string workqueue;
	std::string arch;
	std::string state; // of a task dump: R, D, ...
	std::string pc;    // the first kernel function in the registers
	std::string pc_offset;
	std::optional<bool> user_pc;  // whether the first program counter was in user mode
	std::optional<bool> irqs_off; // in the registers that pc stands with
	bool user_before_trace{};     // it stood in front of the trace: the CPU was there
	bool task{};                  // printed by the scheduler's task dump
	bool named{};                 // a CPU or task line was seen
	bool kthread{};               // the grace-period kthread, or its CPU
	bool kthread_cpu{};
	bool skipped{};  // "skipped: idling at"
	bool in_trace{}; // frames may follow
	bool broken{};   // belongs to another kind of report
	std::string section;
	std::vector<stack_frame> frames;
	std::uint64_t first_line{};
	std::uint64_t last_line{};
	std::optional<double> monotonic_s;

	[[nodiscard]] bool empty() const
	{
		return !named && !cpu && frames.empty() && !user_pc && pc.empty();
	}
};

// The line that names a CPU's current task: "CPU: 4 UID: 0 PID: 581 Comm: napi/phy0-0 Not tainted
// 6.15.0 #1", "Pid: 3261, comm: leaker Not tainted 2.6.32 #1".
bool read_cpu_and_task(view text, dump &out);

// The scheduler's line for a task, in all its layouts; true when it is one.
bool read_task_line(view text, dump &out);

// Kernel version and taint flags out of "Tainted: G  W  6.3.1 #4" and "Not tainted 6.3.1 #4".
bool read_version(view text, std::string &kernel, std::string &taint);

// A program counter in a register dump: fills pc or user_pc. True when the line is of a register
// dump at all.
bool read_registers(view text, dump &out);

// Frames and section marks of a call trace. True when the line is part of one.
bool read_trace(view text, dump &out);

// One frame in the section that the trace is in; no more than are kept.
void add_frame(view function, view offset, view module, bool reliable, dump &out);

// A dump line that was broken, and goes on in next.
bool dump_line_goes_on(view text, view next);

// Whether a function is of the machinery that interrupts and prints, not what was interrupted.
bool is_dump_machinery(view function);
bool is_interrupt_entry(view function);
bool is_user_entry(view function);
// Helpers between a sleeping function and the scheduler.
bool is_sleep_helper(view function);

// Where the CPU or the task was; empty when it was in user mode or the dump does not say.
std::string top_function(const dump &d, bool sleeping);

// Whether the CPU was interrupted in user mode, when the dump tells.
std::optional<bool> in_user_mode(const dump &d);

} // namespace rtwatch::splat::detail

#endif
