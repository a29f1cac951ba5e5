// SPDX-License-Identifier: BSD-3-Clause
#include "header.hpp"

namespace rtwatch::splat::detail
{

namespace
{

// "BUG: workqueue lockup - pool cpus=0-3 node=0 flags=0x0 nice=0 stuck for 31s!"
bool match_lockup(view text, std::size_t at, header &out)
{
	const view words = "workqueue lockup - pool";
	if (text.compare(at, words.size(), words) != 0 || !ends_with(text.substr(0, at), "BUG: "))
		return false;
	out.seed.type = incident_type::workqueue_lockup;
	out.begin = at;
	out.end = at + words.size();
	const std::size_t stuck = text.find("stuck for ", out.end);
	cursor c(text, stuck == npos ? text.size() : stuck + 10);
	out.complete = c.signed_number() && c.eat('s');
	return true;
}

// "workqueue: foo_work_fn hogged CPU for >10000us 4 times, consider switching to WQ_UNBOUND"
bool match_hog(view text, std::size_t at, header &out)
{
	const view words = " hogged CPU for >";
	cursor c(text, at + words.size());
	const auto us = c.signed_number();
	if (!us || !c.eat("us"))
		return false;
	std::size_t from = at;
	while (from > 0 && !is_blank(text[from - 1]))
		--from;
	view function = text.substr(from, at - from);
	const std::size_t bracket = at > 0 && text[at - 1] == ']' ? text.rfind('[', at) : npos;
	if (bracket != npos && bracket > 1) { // "fn [module] hogged"
		std::size_t end = bracket;
		while (end > 0 && is_blank(text[end - 1]))
			--end;
		from = end;
		while (from > 0 && !is_blank(text[from - 1]))
			--from;
		function = text.substr(from, end - from);
	}
	// Without the kernel's own prefix it is somebody's sentence.
	if (function.empty() || !ends_with(trim(text.substr(0, from)), "workqueue:"))
		return false;
	out.seed.type = incident_type::workqueue_cpu_hog;
	out.seed.duration = duration{*us, duration_unit::us};
	out.seed.top_function = std::string(function.substr(0, function.find('+')));
	c.blanks();
	if (const auto times = c.number())
		out.seed.fields.push_back({"times", std::to_string(*times), {}});
	out.begin = from;
	out.end = c.at();
	out.complete = true;
	return true;
}

} // namespace

bool find_workqueue(view text, std::size_t from, header &out)
{
	for (std::size_t at = text.find("workqueue lockup", from); at != npos;
	     at = text.find("workqueue lockup", at + 1)) {
		if (match_lockup(text, at, out))
			return true;
	}
	for (std::size_t at = text.find(" hogged CPU for >", from); at != npos;
	     at = text.find(" hogged CPU for >", at + 1)) {
		if (match_hog(text, at, out))
			return true;
	}
	return false;
}

} // namespace rtwatch::splat::detail
