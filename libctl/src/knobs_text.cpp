// SPDX-License-Identifier: BSD-3-Clause
// Knobs as lines of text.
#include <rtwatch/knobs.hpp>

#include <algorithm>
#include <cerrno>

#include "plain_text.hpp"

namespace rtwatch
{

std::string knobs_to_text(const std::vector<knob> &knobs)
{
	std::string out;
	for (const auto &one : knobs)
		if (one.writable && one.value)
			out.append(one.name).append("=").append(*one.value).append("\n");
	return out;
}

result<std::vector<knob_value>> knobs_from_text(std::string_view text)
{
	std::vector<knob_value> out;
	for (std::size_t number = 1; !text.empty(); number++) {
		const auto end = std::min(text.find('\n'), text.size());
		auto line = text.substr(0, end);
		text.remove_prefix(std::min(end + 1, text.size()));
		line = trimmed(line.substr(0, line.find('#')));
		if (line.empty())
			continue;
		const auto equals = line.find('=');
		if (equals == std::string_view::npos || trimmed(line.substr(0, equals)).empty())
			return error{EINVAL, "line " + std::to_string(number) + " is no NAME=VALUE",
				     "write files like this with rtwatchctl knobs save"};
		out.push_back({std::string(trimmed(line.substr(0, equals))),
			       std::string(trimmed(line.substr(equals + 1)))});
	}
	return out;
}

} // namespace rtwatch
