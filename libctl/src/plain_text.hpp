// SPDX-License-Identifier: BSD-3-Clause
// Lines and numbers as the kernel and people write them into files.
#ifndef RTWATCH_PLAIN_TEXT_HPP
#define RTWATCH_PLAIN_TEXT_HPP

#include <charconv>
#include <optional>
#include <string_view>

namespace rtwatch
{

// Without the blanks and line ends around it.
inline std::string_view trimmed(std::string_view text)
{
	constexpr std::string_view blanks = " \t\r\n";
	const auto first = text.find_first_not_of(blanks);
	if (first == text.npos)
		return {};
	return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// Empty unless all of the text is a decimal number that fits.
template <class Number>
std::optional<Number> whole_number(std::string_view text)
{
	Number out = 0;
	const auto [stop, code] = std::from_chars(text.data(), text.data() + text.size(), out);
	if (code != std::errc() || stop != text.data() + text.size())
		return {};
	return out;
}

} // namespace rtwatch

#endif
