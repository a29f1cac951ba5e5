// SPDX-License-Identifier: BSD-3-Clause
// Writes knobs: all of them or none.
//
// The kernel refuses states on the way that it would not refuse at the end (a
// runtime above a period that is about to grow). So what is refused is tried
// again after the others, and, where bandwidth is the reason, once more while
// real-time runtime has no limit, which admits everything.
#include <algorithm>
#include <cerrno>

#include "knobs_plan.hpp"

namespace rtwatch
{
namespace
{

constexpr const char *rt_runtime = "sched_rt_runtime_us";
constexpr const char *rt_runtime_path = "/proc/sys/kernel/sched_rt_runtime_us";

bool depends_on_others(int code)
{
	return code == EBUSY || code == EINVAL;
}

// How the value is written; a feature is named with or without "NO_".
std::string written(const knob_spec &spec, const std::string &value)
{
	if (spec.kind != knob_kind::feature)
		return value;
	return (value == "on" ? "" : "NO_") + std::string(spec.name);
}

// The kernel's own code for what a machine cannot do; the C library has no name
// for it.
constexpr int not_supported = 524;

std::string advice_on(const knob_spec &spec, int code)
{
	if (spec.name == "nmi_watchdog" && (code == not_supported || code == EOPNOTSUPP))
		return "this machine has no counter for it, as most virtual ones";
	if (code == EACCES || code == EPERM)
		return "run as root";
	const bool server = spec.kind == knob_kind::server;
	if (code == EBUSY && server)
		return "the kernel has promised that bandwidth already, or sched_rt_runtime_us "
		       "must be -1 before the server may be off";
	if (code == EBUSY)
		return "deadline tasks or fair servers were promised more: end those, or choose a "
		       "larger share";
	return "the kernel does not take this value";
}

class writer
{
public:
	writer(const knob_machine &m, const knob_plan &plan) : m_(m), plan_(plan) {}

	// The first error that stays.
	result<void> run(bool back);

private:
	struct refusal {
		const knob_step *step;
		rtwatch::error why;
	};
	const std::string &target(const knob_step &step) const
	{
		return back_ ? step.change.before : step.change.after;
	}
	std::optional<std::string> current(const knob_step &step) const;
	result<void> put(const knob_step &step) const;
	void round();
	void bridge();

	const knob_machine &m_;
	const knob_plan &plan_;
	bool back_ = false;
	std::vector<const knob_step *> left_;
	std::vector<refusal> refused_;
};

std::optional<std::string> writer::current(const knob_step &step) const
{
	std::string cpu;
	if (step.spec->kind == knob_kind::server) {
		const auto first = step.change.name.find('.') + 1;
		cpu = step.change.name.substr(first, step.change.name.rfind('.') - first);
	}
	return read_knob(m_, *step.spec, cpu).value;
}

result<void> writer::put(const knob_step &step) const
{
	const auto &want = target(step);
	// What was never changed needs no way back.
	if (back_ && current(step) == want)
		return {};
	auto done = m_.files.write(step.path, written(*step.spec, want));
	if (!done)
		return error{done.error().code,
			     step.change.name + " cannot become " + want + ": " +
				     done.error().message,
			     advice_on(*step.spec, done.error().code)};
	// Some take a value and keep their own.
	const auto now = current(step);
	if (now == want)
		return {};
	return error{EOPNOTSUPP,
		     step.change.name + " was set to " + want + " and is still " +
			     now.value_or("unreadable"),
		     advice_on(*step.spec, EOPNOTSUPP)};
}

// Writes what is left, again and again as long as that gets further.
void writer::round()
{
	for (bool further = true; further && !left_.empty();) {
		further = false;
		refused_.clear();
		std::vector<const knob_step *> still;
		for (const auto *one : left_) {
			auto done = put(*one);
			if (done) {
				further = true;
				continue;
			}
			still.push_back(one);
			refused_.push_back({one, done.error()});
		}
		left_ = std::move(still);
		further = further && std::all_of(refused_.begin(), refused_.end(), [](auto &one) {
				  return depends_on_others(one.why.code);
			  });
	}
}

// Once more without a limit. What it ends with is the limit that was wanted, or
// the one that was there.
void writer::bridge()
{
	const auto before = m_.files.read(rt_runtime_path);
	const bool about_bandwidth = std::all_of(left_.begin(), left_.end(), [](const auto *one) {
		return one->spec->kind == knob_kind::server || one->spec->name == rt_runtime ||
		       one->spec->name == "sched_rt_period_us";
	});
	if (!about_bandwidth || !before || !m_.files.write(rt_runtime_path, "-1"))
		return;
	auto wanted = *before;
	for (const auto &one : plan_)
		if (one.change.name == rt_runtime)
			wanted = target(one);
	left_.erase(std::remove_if(left_.begin(), left_.end(),
				   [](const auto *one) { return one->spec->name == rt_runtime; }),
		    left_.end());
	refused_.clear();
	round();
	auto done = m_.files.write(rt_runtime_path, wanted);
	if (done)
		return;
	for (const auto &one : plan_)
		if (one.change.name == rt_runtime)
			left_.push_back(&one);
	refused_.push_back({nullptr,
			    {done.error().code,
			     std::string(rt_runtime) + " cannot become " + wanted + ": " +
				     done.error().message,
			     "deadline tasks or fair servers were promised more; with a server "
			     "off, some kernels take no limit: then give sched_rt_runtime_us=-1, "
			     "too"}});
}

result<void> writer::run(bool back)
{
	back_ = back;
	for (const auto &one : plan_)
		left_.push_back(&one);
	if (back)
		std::reverse(left_.begin(), left_.end());
	round();
	if (!left_.empty() && std::all_of(refused_.begin(), refused_.end(), [](auto &one) {
		    return depends_on_others(one.why.code);
	    }))
		bridge();
	if (refused_.empty())
		return {};
	return refused_.front().why;
}

} // namespace

result<std::vector<knob_change>> set_knobs(const host &machine,
					   const std::vector<knob_value> &wishes)
{
	const knob_machine m(machine);
	auto plan = make_plan(m, wishes);
	if (!plan)
		return plan.error();
	const auto limit = machine.read(rt_runtime_path);
	if (auto done = writer(m, *plan).run(false); !done) {
		auto why = done.error();
		auto undone = writer(m, *plan).run(true);
		// The bridge may have left it without a limit, planned or not.
		const auto left = machine.read(rt_runtime_path);
		if (undone && limit && left && *left != *limit)
			undone = machine.write(rt_runtime_path, *limit);
		why.message +=
			undone ? "; nothing was changed"
			       : "; and not all could be put back: " + undone.error().message;
		return why;
	}
	std::vector<knob_change> out;
	for (auto &one : *plan)
		out.push_back(std::move(one.change));
	return out;
}

} // namespace rtwatch
