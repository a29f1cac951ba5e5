// SPDX-License-Identifier: BSD-3-Clause
// Header lines of RCU's stall reports since 2.6.32.
#include "rcu.hpp"

namespace rtwatch::splat::detail
{

namespace
{

bool is_flavor_char(char c)
{
	return is_name(c) || c == '-' || c == '/' || c == '.';
}

// The word in front of at: "rcu_sched", "rcu_preempt_state", "srcu-notifier".
view word_before(view text, std::size_t at)
{
	if (at == 0 || text[at - 1] != ' ')
		return {};
	std::size_t from = at - 1;
	while (from > 0 && is_flavor_char(text[from - 1]))
		--from;
	return text.substr(from, at - 1 - from);
}

bool names_rcu(view word)
{
	return contains(word, "rcu") || word == "RCU";
}

std::string flavor_of(view word)
{
	if (ends_with(word, "_state"))
		word.remove_suffix(6);
	return std::string(word);
}

struct stall_kind {
	view text; // behind "detected"
	incident_type type;
};

constexpr stall_kind kinds[] = {
	{" expedited stalls on CPU", incident_type::rcu_stall_expedited},
	{" expedited stalls, but suppressed", incident_type::rcu_stall_expedited},
	{" stalls on CPU", incident_type::rcu_stall_detected},
	{" stall, but suppressed", incident_type::rcu_stall_detected},
	{" stalls on tasks", incident_type::rcu_tasks_stall},
	{" stalls? (", incident_type::rcu_tasks_stall},
	{" stall on CPU", incident_type::rcu_stall_self},
	{" CPU stalls:", incident_type::rcu_stall_detected},
};

// "INFO: RCU detected CPU 3 stall (t=1000 jiffies)" of 2.6.32
bool match_oldest(view text, std::size_t at, header &out)
{
	cursor c(text, at);
	if (!c.eat("detected CPU "))
		return false;
	const auto cpu = c.small_number();
	if (!cpu || !c.eat(" stall"))
		return false;
	out.seed.type = incident_type::rcu_stall_self;
	out.seed.cpus.push_back(*cpu);
	out.end = c.at();
	return true;
}

bool match_kind(view text, std::size_t behind, header &out)
{
	for (const stall_kind &kind : kinds) {
		if (text.compare(behind, kind.text.size(), kind.text) != 0)
			continue;
		out.seed.type = kind.type;
		std::size_t end = behind + kind.text.size();
		for (const view tail : {view("s/tasks"), view("s"), view(":")}) {
			if (text.compare(end, tail.size(), tail) == 0)
				end += tail.size();
		}
		out.end = end;
		return true;
	}
	return false;
}

// "detected ..." at at, with the flavor in front of it
bool match_detected(view text, std::size_t at, header &out)
{
	std::size_t word_end = at;
	const bool self = ends_with(text.substr(0, at), " self-");
	if (self)
		word_end -= 5;
	const view flavor = word_before(text, word_end);
	if (!names_rcu(flavor))
		return false;
	if (!match_oldest(text, at, out) && !match_kind(text, at + 8, out))
		return false;
	if (out.seed.type == incident_type::rcu_tasks_stall && starts_with(flavor, "srcu"))
		out.seed.type = incident_type::srcu_stall;
	out.begin = static_cast<std::size_t>(flavor.data() - text.data());
	out.seed.flavor = flavor_of(flavor);
	return true;
}

// "INFO: rcu_preempt stall on CPU (21000 ticks this GP) idle=... (t=21000 jiffies q=3)" of tiny RCU
bool match_tiny(view text, std::size_t at, header &out)
{
	const view flavor = word_before(text, at);
	if (!names_rcu(flavor))
		return false;
	out.seed.type = incident_type::rcu_stall_self;
	out.begin = static_cast<std::size_t>(flavor.data() - text.data());
	out.seed.flavor = flavor_of(flavor);
	out.end = at + view("stall on CPU").size();
	return true;
}

bool match_ended(view text, std::size_t at, header &out)
{
	const bool expedited = ends_with(text.substr(0, at), "Expedited ");
	out.seed.type = incident_type::rcu_stall_ended;
	out.begin = expedited ? at - 10 : at;
	out.end = at + 11;
	out.complete = true;
	return true;
}

} // namespace

bool find_rcu(view text, std::size_t from, header &out)
{
	for (std::size_t at = text.find("detected ", from); at != npos;
	     at = text.find("detected ", at + 1)) {
		if (match_detected(text, at, out))
			return true;
	}
	for (std::size_t at = text.find("stall on CPU (", from); at != npos;
	     at = text.find("stall on CPU (", at + 1)) {
		if (match_tiny(text, at, out))
			return true;
	}
	for (const view ended :
	     {view("Stall ended before state dump"), view("Expedited stall ended before"),
	      view("Stall ended during stack backtracing")}) {
		std::size_t at = text.find(ended, from);
		if (at != npos)
			return match_ended(text, ended[0] == 'E' ? at + 10 : at, out);
	}
	return false;
}

namespace
{

struct kthread_form {
	view text;
	incident_type type;
};

constexpr kthread_form kthread_forms[] = {
	{" kthread starved for ", incident_type::rcu_kthread_starved},
	{" kthread timer wakeup didn't happen for ", incident_type::rcu_timer_issue},
};

// Moves end behind part, which is inside of text.
void reach(view text, view part, std::size_t &end)
{
	if (part.empty())
		return;
	const auto behind = static_cast<std::size_t>(part.data() - text.data()) + part.size();
	end = behind > end ? behind : end;
}

bool match_kthread(view text, std::size_t at, const kthread_form &form, header &out)
{
	const view name = word_before(text, at + 1);
	cursor c(text, at + form.text.size());
	const auto starved = c.signed_number();
	if (!names_rcu(name) || !starved || !c.eat(" jiffies"))
		return false;
	out = header();
	out.seed.type = form.type;
	out.seed.flavor = flavor_of(name);
	out.seed.duration = duration{*starved, duration_unit::jiffies};
	out.begin = static_cast<std::size_t>(name.data() - text.data());
	out.end = c.at();
	kthread_state kthread;
	kthread.name = std::string(name);
	kthread.starved_jiffies = *starved;
	// What follows is this header's only up to the next one.
	view rest = c.rest();
	for (const kthread_form &next : kthread_forms)
		rest = rest.substr(0, rest.find(next.text));
	for (const view mark : {view("! g"), view(" g")}) {
		const std::size_t g = rest.find(mark);
		cursor number(rest, g == npos ? rest.size() : g + mark.size());
		const std::size_t from = number.at();
		if (out.seed.gp_seq || !(out.seed.gp_seq = number.any_integer()))
			continue;
		reach(text, rest.substr(from, number.at() - from), out.end);
	}
	const std::size_t step = rest.find("RCU_GP_");
	if (step != npos) {
		const view word = cursor(rest, step).word();
		reach(text, word, out.end);
		out.seed.fields.push_back({"gp_state", std::string(word), {}});
	}
	const view state = word_after(rest, "->state=");
	reach(text, state, out.end);
	if (!state.empty())
		kthread.state = std::string(state);
	reach(text, word_after(rest, "->cpu="), out.end);
	kthread.cpu = small_number_after(rest, "->cpu=");
	if (kthread.cpu)
		out.seed.cpus.push_back(*kthread.cpu);
	// Only the report of starvation names the CPU.
	out.complete = kthread.cpu.has_value() ||
		       (form.type == incident_type::rcu_timer_issue && kthread.state);
	out.seed.kthread = std::move(kthread);
	if (out.end < text.size() && text[out.end] == '!')
		++out.end;
	return true;
}

} // namespace

// "rcu_sched kthread starved for 2629 jiffies! g10357 f0x0 RCU_GP_WAIT_FQS(5) ->state=0x0 ->cpu=0"
bool find_rcu_kthread(view text, std::size_t from, header &out)
{
	bool found = false;
	for (const kthread_form &form : kthread_forms) {
		for (std::size_t at = text.find(form.text, from); at != npos;
		     at = text.find(form.text, at + 1)) {
			header h;
			if (!match_kthread(text, at, form, h))
				continue;
			if (!found || h.begin < out.begin)
				out = std::move(h);
			found = true;
			break;
		}
	}
	return found;
}

} // namespace rtwatch::splat::detail
