// SPDX-License-Identifier: BSD-3-Clause
// Every number of a report in words.
#include "explain.hpp"

namespace rtwatch::splat::detail
{

namespace
{

struct known_field {
	view name;
	view meaning;
};

constexpr known_field known[] = {
	{"completed", "the last grace period that had ended (kernels before 4.18)"},
	{"ncpus", "CPUs online"},
	{"s", "number of the expedited grace period"},
	{"root",
	 "CPUs or groups that the root of RCU's tree still waits for, as a bit mask; behind the "
	 "slash T when tasks block it"},
	{"gp_state", "what the grace-period kthread was doing"},
	{"blocked", "how the task sleeps"},
	{"owner_in", "where the task is that has the lock, past the scheduler"},
	{"lock", "the kind of lock that the task waits for"},
	{"pool.node", "NUMA node of the worker pool"},
	{"pool.flags", "0x0 bound to a CPU, 0x4 unbound, 0x2 being set up"},
	{"pool.nice", "nice value of the workers; -20 is the high-priority pool"},
	{"in_flight", "pid and function of work that runs now: the suspects"},
	{"pool", "a busy worker pool: its CPUs, for how long it hangs, its workers"},
	{"times", "how often this function was caught so far"},
	{"cfs_period_us", "the quota period, as changed"},
	{"cfs_quota_us", "CPU time that the cgroup may use in a period, as changed"},
	{"scaled", "the period could not be made longer without losing precision"},
	{"hardirq_pct", "share of time in hard interrupts that was exceeded"},
	{"clocksource", "the clock that was given up"},
	{"all_qses_seen",
	 "every CPU has answered: only the grace-period kthread is missing; the numbers are "
	 "jiffies since it last ran"},
	{"oom_warning", "callbacks free memory; while none runs, memory only fills up"},
	{"rcu_node", "the inner nodes of RCU's tree that wait: level, CPU range, bit mask"},
	{"timer_issue", "the CPU whose timer softirq should have run, and how often it ran so far"},
	{"gp_kthread_offline", "the kthread's last CPU was taken offline under it"},
	{"offline_cpu", "an offline CPU cannot hold up a grace period: a bug in hotplug or RCU"},
	{"cputime.number", "what the CPU did in the second half of the stall: none of a kind means "
			   "that it was switched off, or that nobody else got the CPU"},
	{"cputime.time", "where the time of that half went: with no context switch, time in the "
			 "kernel is a loop there, and time in none of these is user mode"},
	{"panic", "the kernel was set to panic on it (kernel.softlockup_panic, hardlockup_panic, "
		  "hung_task_panic)"},
	{"coredump", "the task waits for a core dump of its process to be written"},
};

void fill_known(incident &inc)
{
	for (field &f : inc.fields) {
		for (const known_field &k : known) {
			if (f.meaning.empty() && k.name == f.name)
				f.meaning = std::string(k.meaning);
		}
		if (f.meaning.empty() && ends_with(f.name, ".note"))
			f.meaning = contains(f.value, "rcuc=")
					    ? "jiffies since the CPU's rcuc kthread last ran: it "
					      "starves"
					    : "further state of the CPU's RCU callbacks and timer";
	}
}

std::string flag_meaning(const std::string &flags)
{
	std::string text;
	const auto add = [&](view words) {
		if (!text.empty())
			text += "; ";
		text += words;
	};
	if (contains(flags, "O"))
		add("O: the CPU is offline");
	if (contains(flags, "o"))
		add("o: it was offline when the grace period began");
	if (contains(flags, "N"))
		add("N: it will be offline for the next grace period");
	if (contains(flags, "D"))
		add("D: it was asked by interrupt and has not answered");
	const char last = flags.empty() ? '.' : flags.back();
	if (flags.size() == 4 && is_digit(last))
		add("last digit: the interrupt work that RCU queued on it waits since that many "
		    "grace "
		    "periods: interrupts are off");
	else if (flags.size() == 4 && last == '!')
		add("!: RCU's interrupt work has not run in this grace period");
	if (text.empty())
		add("online, and nothing special");
	return text;
}

std::string softirq_meaning(const cpu_state &cpu)
{
	const std::uint64_t ran = *cpu.softirq_now - *cpu.softirq_start;
	if (ran == 0)
		return "RCU softirqs when the grace period began and now: the number stands still, "
		       "so no "
		       "softirq ran on the CPU since";
	return "RCU softirqs when the grace period began and now: " + std::to_string(ran) +
	       " ran, so softirqs are not what is missing";
}

void add_cpu_fields(const cpu_state &cpu, incident &inc)
{
	const std::string name = "cpu" + std::to_string(cpu.cpu) + ".";
	if (cpu.ticks_this_gp)
		inc.fields.push_back(
			{name + "ticks_this_gp", to_text(*cpu.ticks_this_gp),
			 cpu.ticks_this_gp->magnitude == 0
				 ? "the CPU has seen no tick since the grace period began"
				 : "ticks since the grace period began: the CPU takes its "
				   "timer interrupts"});
	if (cpu.gps_behind)
		inc.fields.push_back({name + "gps_behind", to_text(*cpu.gps_behind),
				      "grace periods that the CPU has not even noticed"});
	if (cpu.idle)
		inc.fields.push_back({name + "idle", *cpu.idle,
				      is_idle(cpu)
					      ? "idle counter / nesting / interrupt nesting: the "
						"CPU is idle"
					      : "idle counter / nesting / interrupt nesting: not "
						"idle"});
	if (cpu.softirq_start && cpu.softirq_now)
		inc.fields.push_back({name + "softirq",
				      std::to_string(*cpu.softirq_start) + "/" +
					      std::to_string(*cpu.softirq_now),
				      softirq_meaning(cpu)});
	if (cpu.fqs)
		inc.fields.push_back(
			{name + "fqs", to_text(*cpu.fqs),
			 cpu.fqs->magnitude == 0
				 ? "the grace-period kthread never looked at the CPUs: it "
				   "does not run itself"
				 : "times that the grace-period kthread looked for "
				   "progress: it runs"});
	if (cpu.flags)
		inc.fields.push_back({name + "flags", *cpu.flags, flag_meaning(*cpu.flags)});
}

std::string state_meaning(const std::string &state)
{
	if (state == "0x0" || state == "R")
		return "runnable: it has something to do and is not let";
	if (state == "0x402" || state == "I")
		return "asleep (idle state): it waits for a timer or a wake-up that did not come";
	if (state == "0x1" || state == "S")
		return "asleep: it waits for a wake-up that did not come";
	if (state == "0x2" || state == "D")
		return "in uninterruptible sleep";
	return "scheduler state of the kthread";
}

void add_gp_fields(const incident &inc, std::vector<field> &to)
{
	if (inc.duration) {
		const bool jiffies = inc.duration->unit == duration_unit::jiffies;
		const std::string value = std::to_string(inc.duration->value);
		if (jiffies && inc.duration->value <= 1)
			to.push_back(
				{"duration", value + " jiffies",
				 "nothing can stall for so short: a warp of the clock, or a guest "
				 "that was paused"});
		else
			to.push_back({"duration", value + " " + to_string(inc.duration->unit),
				      jiffies ? "ticks of CONFIG_HZ (1000, 250 or 100 a second)"
					      : "how long, as the kernel measured it"});
	}
	if (inc.gp_seq)
		to.push_back(
			{"gp_seq", to_text(*inc.gp_seq),
			 "number of the grace period: reports with the same one are one stall"});
	if (inc.queued_callbacks)
		to.push_back({"queued_callbacks", to_text(*inc.queued_callbacks),
			      "callbacks waiting on all CPUs: memory that cannot be freed"});
	if (inc.detected_by)
		to.push_back({"detected_by", std::to_string(*inc.detected_by),
			      "the CPU that noticed, and printed"});
}

void add_place_fields(const report &r, std::vector<field> &to)
{
	const incident &inc = r.inc;
	if (inc.user_mode.value_or(false))
		to.push_back({"user_mode", "yes", "the CPU was running user code, not the kernel"});
	if (!inc.top_function.empty())
		to.push_back({"top_function", inc.top_function,
			      is_lock_slowpath(inc.top_function) ? "spinning for a lock"
			      : is_sleep_helper(inc.top_function)
				      ? "asleep: the frames below say for what"
				      : "where it was"});
	if (r.irqs_off.value_or(false))
		to.push_back(
			{"interrupts", "off",
			 "by the flags in the registers: the CPU accepted no interrupts there"});
	if (!r.kept_by.empty())
		to.push_back(
			{"kthread_cpu_task", r.kept_by, "what ran on the kthread's CPU instead"});
	const std::string in =
		inc.type == incident_type::hung_task ? blocked_in(inc) : std::string();
	if (!in.empty() && in != inc.top_function)
		to.push_back({"blocked_in", in, "the first function that is not the scheduler's"});
	if (!r.workqueue.empty())
		to.push_back({"workqueue", r.workqueue, "the work that the kworker was doing"});
	if (!r.taint.empty())
		to.push_back({"taint", r.taint, taint_words(r.taint)});
	if (!r.hardware.empty())
		to.push_back({"hardware", r.hardware, "the machine, as its firmware says"});
}

void add_cuts(const report &r, std::vector<field> &to)
{
	const incident &inc = r.inc;
	const bool stall = inc.type == incident_type::rcu_stall_self ||
			   inc.type == incident_type::rcu_stall_detected;
	if (stall && !inc.duration)
		to.push_back({"cut", "last line",
			      "the line with t=, g= and q= is missing: the log is cut or mixed up "
			      "here"});
	if (inc.type == incident_type::rcu_stall_expedited && !inc.duration)
		to.push_back(
			{"cut", "header", "the list of CPUs is not closed: the log is cut here"});
	if (inc.type == incident_type::soft_lockup && !inc.comm)
		to.push_back(
			{"cut", "header", "the header's task is missing: the log is cut here"});
	const bool dumped = stall || inc.type == incident_type::soft_lockup ||
			    inc.type == incident_type::hard_lockup ||
			    inc.type == incident_type::hung_task;
	// Only the grace-period kthread is missing: there is nobody to dump.
	const bool nobody = stall && inc.cpus.empty() && inc.blocked_tasks.empty();
	if (dumped && !nobody && r.dump_rank == 0)
		to.push_back({"cut", "trace",
			      "no dump of the CPU or task follows: look on the serial console, in "
			      "pstore or in the dump of a crash kernel"});
}

} // namespace

void add_meanings(report &r)
{
	constexpr std::size_t explained_cpus = 8;
	incident &inc = r.inc;
	fill_known(inc);
	std::vector<field> said = std::move(inc.fields);
	inc.fields.clear();
	add_gp_fields(inc, inc.fields);
	for (std::size_t i = 0; i < inc.per_cpu.size() && i < explained_cpus; ++i)
		add_cpu_fields(inc.per_cpu[i], inc);
	if (!inc.blocked_tasks.empty())
		inc.fields.push_back({"blocked_tasks", std::to_string(inc.blocked_tasks.size()),
				      "tasks that were preempted, or sleep, inside an RCU reader"});
	if (inc.kthread && inc.kthread->state)
		inc.fields.push_back(
			{"kthread.state", *inc.kthread->state, state_meaning(*inc.kthread->state)});
	for (field &f : said)
		inc.fields.push_back(std::move(f));
	add_place_fields(r, inc.fields);
	add_cuts(r, inc.fields);
}

void explain(report &r)
{
	incident &inc = r.inc;
	add_meanings(r);
	const verdict v = find_cause(r);
	inc.cause = to_string(v.code);
	inc.summary = summarise(r, v.code);
	inc.fields.push_back({"cause", inc.cause, v.why});
	add_advice(v.code, inc);
}

} // namespace rtwatch::splat::detail
