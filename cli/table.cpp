// SPDX-License-Identifier: BSD-3-Clause
#include "table.hpp"

#include <algorithm>

namespace rtwatchctl
{
namespace
{

const char *escape(paint how)
{
	switch (how) {
	case paint::plain:
		return "";
	case paint::good:
		return "\033[32m";
	case paint::warn:
		return "\033[33m";
	case paint::bad:
		return "\033[1;31m";
	case paint::faint:
		return "\033[2m";
	}
	return "";
}

} // namespace

std::string painted(const std::string &text, paint how, bool color)
{
	if (!color || how == paint::plain)
		return text;
	return escape(how) + text + "\033[0m";
}

std::string render_table(const std::vector<column> &columns,
			 const std::vector<std::vector<cell>> &rows, bool color)
{
	std::vector<std::size_t> widths;
	for (const auto &one : columns)
		widths.push_back(one.header.size());
	for (const auto &row : rows)
		for (std::size_t i = 0; i < row.size() && i < widths.size(); i++)
			widths[i] = std::max(widths[i], row[i].text.size());

	std::string out;
	const auto line = [&](const std::vector<cell> &cells) {
		std::size_t gap = 0; // blanks owed before the next text
		for (std::size_t i = 0; i < cells.size() && i < columns.size(); i++) {
			const auto pad = widths[i] - cells[i].text.size();
			if (columns[i].align == align::right)
				gap += pad;
			if (!cells[i].text.empty()) {
				out.append(gap, ' ').append(
					painted(cells[i].text, cells[i].paint, color));
				gap = 0;
			}
			if (columns[i].align == align::left)
				gap += pad;
			gap += 2;
		}
		out.push_back('\n');
	};

	std::vector<cell> header;
	for (const auto &one : columns)
		header.push_back({one.header, paint::faint});
	line(header);
	for (const auto &row : rows)
		line(row);
	return out;
}

} // namespace rtwatchctl
