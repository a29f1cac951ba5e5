// SPDX-License-Identifier: BSD-3-Clause
// From records to incidents: which line belongs to which report.
#ifndef RTWATCH_SPLAT_ASSEMBLER_HPP
#define RTWATCH_SPLAT_ASSEMBLER_HPP

#include "dump.hpp"
#include "header.hpp"
#include "quick.hpp"
#include "rcu.hpp"
#include "words.hpp"

#include <deque>

namespace rtwatch::splat::detail
{

// An incident still being read.
struct report {
	incident inc;
	rtwatch::splat::detail::caller caller;
	bool open{true};
	bool footer{}; // an RCU stall's last line of numbers was seen
	std::uint64_t footer_line{};
	bool list_open{}; // "{" was seen, "}" was not
	bool panic{};     // only the panic line named it
	int dump_rank{};  // how good the dump is that was taken, 0 none
	std::optional<int> dump_cpu;
	std::uint64_t touched_line{};
	std::optional<double> touched_s;
	std::string taint;
	std::string hardware;
	std::string workqueue;
	std::optional<bool> irqs_off; // by the flags in the registers
	std::string named_top;        // where the header itself says that the CPU was
	std::string kept_by;          // what ran on the CPU of a starved kthread
	// What the trace of a hung task waits for, once that was looked for.
	std::optional<bool> waits_for_rcu;
	std::optional<bool> waits_for_work;
};

class assembler
{
public:
	void take(const record &r);
	// The same for a line that was told at a glance, while something is open.
	void take_quick(const record &r, const quick_line &line);
	// No more lines belong to what is open.
	void close();
	// Something is open: every line must be looked at.
	[[nodiscard]] bool active() const { return open_count_ > 0; }
	// Complete incidents that nothing later can be related to any more; all when flush is set.
	bool next(incident &out, bool flush);
	[[nodiscard]] std::uint64_t lost() const { return lost_; }

private:
	struct context {
		rtwatch::splat::detail::caller caller;
		dump current;
	};

	void take_headers(const record &r);
	void open_report(header &&h, const record &r);
	bool adds_to_known(const header &h, const record &r);
	report &same_caller(report &otherwise, const record &r);
	void take_rest(report &target, view rest, const record &r);
	bool take_line(view text, const record &r);
	bool take_rcu_line(view text, const record &r);
	bool take_expedited_footer(view text);
	bool take_workqueue_line(view text, const record &r);
	bool take_small_line(view text, const record &r);
	bool take_boot(view text);
	void take_tasks_age(view text);
	bool take_dump_line(view text, const record &r);
	[[nodiscard]] bool starts_bare_trace(const record &r) const;
	[[nodiscard]] bool in_dump(const context &c) const;
	void note_line(const record &r);
	bool take_dump_start(view text, const record &r);
	bool take_task(view text, const record &r);
	bool take_trace(view text, const record &r);
	bool take_frame(const quick_line &line, const record &r);
	void take_stall_footer(const stall_footer &f, const record &r);
	report &self_in_turn(report &newest, const record &r, bool (*lacks)(const report &));
	void take_cpu(cpu_state cpu, std::string rest, const record &r);

	context &context_of(const record &r);
	void start_dump(context &c, const record &r);
	void end_dump(context &c);
	void attach(const dump &d);
	void touch(report &target, const record &r);
	void touch_newest(const record &r);
	report *newest(bool (*wanted)(const report &));
	[[nodiscard]] bool has_open(std::uint32_t types) const
	{
		return (open_types_ & types) != 0;
	}
	void expire(const record &r);
	void make_room();
	void retire(std::size_t left);

	std::deque<report> reports_; // those not yet given out, in the order of their headers
	std::deque<incident> done_;
	std::size_t next_index_{};
	std::size_t open_count_{};
	std::uint32_t open_types_{}; // one bit each; some may have been closed since
	std::vector<context> contexts_;
	std::size_t last_context_{};
	std::string boot_kernel_;
	std::string boot_arch_;
	std::string tasks_flavor_; // the last stated age of an rcu_tasks grace period
	std::int64_t tasks_jiffies_{};
	word_set words_{}; // of the record that is being read
	bool foreign_{};   // inside some other report: an oops, a warning
	std::uint64_t lost_{};
};

constexpr std::uint32_t type_bit(incident_type type)
{
	return std::uint32_t{1} << static_cast<unsigned>(type);
}

// Kinds of reports that are read alike.
bool is_stall(incident_type type);
bool is_tasks_stall(incident_type type);
bool is_rcu(incident_type type);
bool has_cpu(const incident &inc, int cpu);
bool has_task(const incident &inc, int pid);
void add_cpu(incident &inc, int cpu); // once, and not without bound

// "comm:pid in user mode", "comm:pid in function()"
std::string task_and_place(const std::string &comm, std::optional<int> pid,
			   const std::string &function, bool user_mode);

// How well a dump fits a report, 0 not at all.
int rank_dump(const report &target, const dump &d);
// Fills the incident from the dump chosen for it.
void use_dump(report &target, const dump &d);

// explain/
// Ties the oldest report and those behind it that are the same hang to each other.
void relate(std::deque<report> &reports);
// Fills cause, summary and fields.
void explain(report &r);

} // namespace rtwatch::splat::detail

#endif
