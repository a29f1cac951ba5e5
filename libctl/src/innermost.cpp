// SPDX-License-Identifier: BSD-3-Clause
#include "innermost.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string_view>
#include <vector>

#include <rtwatch/verdict.hpp>

#include "splat/dump.hpp"

namespace rtwatch
{

namespace
{

using functions = std::vector<std::string_view>;

template <std::size_t N>
bool listed(std::string_view function, const std::string_view (&names)[N])
{
	return std::find(std::begin(names), std::end(names), function) != std::end(names);
}

// kernel/softirq.c, kernel/irq/handle.c, kernel/smp.c, kernel/irq_work.c
constexpr std::string_view carriers[] = {
	"__do_softirq",
	"handle_softirqs",
	"__handle_irq_event_percpu",
	"__flush_smp_call_function_queue",
	"flush_smp_call_function_queue",
	"irq_work_run_list",
};

// What kernel/time/hrtimer.c runs on every CPU anyway: kernel/time/tick-sched.c
constexpr std::string_view tick_timers[] = {"tick_sched_timer", "tick_nohz_handler"};

constexpr std::string_view timer_runners[] = {"__hrtimer_run_queues", "__run_hrtimer"};

functions functions_of(const incident &what)
{
	functions out;
	for (const auto &one : what.frames) {
		if (one.symbol)
			out.push_back(
				std::string_view(*one.symbol).substr(0, one.symbol->find('+')));
	}
	return out;
}

// Does the interrupt of the innermost n functions carry out what may take long?
bool carries_out(const functions &stack, std::size_t n)
{
	for (std::size_t i = 0; i < n; ++i) {
		if (listed(stack[i], carriers))
			return true;
		if (i > 0 && listed(stack[i], timer_runners) && !listed(stack[i - 1], tick_timers))
			return true;
	}
	return false;
}

// How many of the innermost functions are of an interrupt, or of one upon another.
std::size_t of_interrupts(const functions &stack)
{
	std::size_t n = 0;
	for (std::size_t i = 0; i < stack.size(); ++i) {
		if (splat::detail::is_interrupt_entry(stack[i]))
			n = i + 1;
	}
	return n;
}

} // namespace

std::string innermost_function(const incident &what)
{
	const functions stack = functions_of(what);
	std::size_t at = what.cause == cause::irqs_off ? 0 : of_interrupts(stack);
	if (carries_out(stack, at))
		at = 0;
	return at < stack.size() ? printable(stack[at]) : std::string();
}

} // namespace rtwatch
