// SPDX-License-Identifier: BSD-3-Clause
// Lists of CPUs as the kernel writes them.
#include <rtwatch/host.hpp>

#include <algorithm>
#include <charconv>

namespace rtwatch
{
namespace
{

// More CPUs than any kernel can have: a list beyond is a mistake.
constexpr unsigned cpu_number_max = 65535;

bool take_cpu(std::string_view &text, unsigned &out)
{
	const auto [stop, code] = std::from_chars(text.data(), text.data() + text.size(), out);
	if (code != std::errc() || out > cpu_number_max)
		return false;
	text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
	return true;
}

} // namespace

std::optional<std::vector<unsigned>> parse_cpu_list(std::string_view text)
{
	std::vector<unsigned> out;
	while (!text.empty()) {
		unsigned first = 0;
		if (!take_cpu(text, first))
			return {};
		unsigned last = first;
		if (!text.empty() && text.front() == '-') {
			text.remove_prefix(1);
			if (!take_cpu(text, last) || last < first)
				return {};
		}
		for (unsigned cpu = first; cpu <= last; cpu++)
			out.push_back(cpu);
		if (text.empty())
			break;
		if (text.front() != ',' || text.size() == 1)
			return {};
		text.remove_prefix(1);
	}
	std::sort(out.begin(), out.end());
	out.erase(std::unique(out.begin(), out.end()), out.end());
	return out;
}

std::string cpu_list_text(const std::vector<unsigned> &cpus)
{
	std::string out;
	for (std::size_t i = 0; i < cpus.size();) {
		auto last = i;
		while (last + 1 < cpus.size() && cpus[last + 1] == cpus[last] + 1)
			last++;
		out.append(out.empty() ? "" : ",").append(std::to_string(cpus[i]));
		if (last != i)
			out.append("-").append(std::to_string(cpus[last]));
		i = last + 1;
	}
	return out;
}

} // namespace rtwatch
