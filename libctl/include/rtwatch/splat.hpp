// SPDX-License-Identifier: BSD-3-Clause
//
// Reads kernel log text and says what hung: RCU stalls, soft and hard lockups, hung tasks,
// workqueue lockups and their relatives, as values with every number of the report, and as words.
//
// Needs neither the module nor netlink nor Linux. Memory is bounded whatever the input.
#ifndef RTWATCH_SPLAT_HPP
#define RTWATCH_SPLAT_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <rtwatch/export.hpp>

namespace rtwatch::splat
{

enum class incident_type {
	rcu_stall_self,
	rcu_stall_detected,
	rcu_stall_expedited,
	rcu_tasks_stall,
	srcu_stall,
	rcu_kthread_starved,
	rcu_timer_issue,
	rcu_stall_ended,
	soft_lockup,
	hard_lockup,
	hung_task,
	hung_task_muted,
	workqueue_lockup,
	rt_throttled,
	dl_replenish_lag,
	cfs_period_short,
	clocksource_unstable,
	workqueue_cpu_hog,
	irq_storm,
};

enum class duration_unit { jiffies, s, ms, us };

// The name in the JSON schema, static storage.
[[nodiscard]] RTWATCH_API const char *to_string(incident_type type) noexcept;
[[nodiscard]] RTWATCH_API const char *to_string(duration_unit unit) noexcept;

// A number as printed: the kernel prints some counters signed in one release and as the unsigned
// wrap of the same value in the next, and both must survive.
struct integer {
	std::uint64_t magnitude{};
	bool negative{};
};

struct duration {
	std::int64_t value{};
	duration_unit unit{duration_unit::jiffies};
};

// One CPU of an RCU stall report.
struct cpu_state {
	int cpu{};
	std::optional<integer> ticks_this_gp;
	std::optional<integer> gps_behind;
	std::optional<std::string> idle;
	std::optional<std::uint64_t> softirq_start;
	std::optional<std::uint64_t> softirq_now;
	std::optional<integer> fqs;
	std::optional<std::string> flags;
};

// The grace-period kthread of a starvation report.
struct kthread_state {
	std::string name;
	std::optional<std::int64_t> starved_jiffies;
	std::optional<std::string> state;
	std::optional<int> cpu;
};

// Who is said to hold the lock that a hung task waits for.
struct lock_owner {
	std::string comm;
	int pid{};
};

struct stack_frame {
	std::string function;
	std::string offset; // "0x1a/0x40", empty when not printed
	std::string module;
	std::string section; // "IRQ", "NMI", "TASK", ...; empty outside
	bool reliable{true}; // false: printed with '?'
};

// One thing said about the incident. Reserved names: "cause" (why the code in incident::cause was
// chosen), "next" (what to look at), "knob" (the setting that matters), "cut" (what is missing).
struct field {
	std::string name;
	std::string value;
	std::string meaning;
};

// What is not in the log is absent here: an empty optional, an empty string or vector.
struct incident {
	incident_type type{incident_type::soft_lockup};
	std::size_t index{}; // position among all incidents of this parser, from 0
	std::uint64_t first_line{};
	std::uint64_t last_line{};
	std::string time; // as printed
	std::optional<double> monotonic_s;
	std::string kernel;
	std::string arch;
	std::vector<int> cpus;
	std::optional<std::string> comm;
	std::optional<int> pid;
	std::string flavor;
	std::optional<integer> gp_seq;
	std::optional<splat::duration> duration;
	std::optional<integer> queued_callbacks;
	std::optional<int> detected_by;
	std::vector<cpu_state> per_cpu;
	std::vector<int> blocked_tasks;
	std::optional<kthread_state> kthread;
	std::optional<lock_owner> owner;
	std::string top_function;
	std::optional<bool> user_mode;
	std::vector<stack_frame> trace;
	std::string cause; // one of the codes in docs/explain.md
	std::string summary;
	std::vector<field> fields;
	std::vector<std::size_t> related; // indexes of other incidents
};

// Feed bytes, take incidents out in between: what is not taken is kept. One parser per log; an
// object may move between threads but is not to be used by two at once. Lines longer than max_line
// bytes are cut there.
class RTWATCH_API parser
{
public:
	static constexpr std::size_t max_line = 32768;

	parser();
	~parser();
	parser(parser &&) noexcept;
	parser &operator=(parser &&) noexcept;
	parser(const parser &) = delete;
	parser &operator=(const parser &) = delete;

	// Any amount of text, cut anywhere.
	void feed(std::string_view bytes);

	// Nothing more is coming for now: what is open is closed and can be taken out. For a live
	// log after a pause; feeding may go on.
	void settle();

	// The end of the log: settle, and a last line without a newline counts.
	void finish();

	// The oldest incident that is complete; false when there is none (yet).
	[[nodiscard]] bool next(incident &out);

	// Log records known to be missing: said by the kernel or the logger.
	[[nodiscard]] std::uint64_t lost() const noexcept;

	// Lines cut at max_line.
	[[nodiscard]] std::uint64_t cut_lines() const noexcept;

	[[nodiscard]] std::uint64_t lines() const noexcept;

private:
	struct state;
	std::unique_ptr<state> state_;
};

} // namespace rtwatch::splat

#endif
