// SPDX-License-Identifier: BSD-3-Clause
#include "field_table.hpp"

#include <algorithm>

#include "table.hpp"
#include "text.hpp"

namespace rtwatchctl
{
namespace
{

std::string header_of(std::string_view key)
{
	std::string out(without_unit(key));
	std::transform(out.begin(), out.end(), out.begin(), [](char c) {
		return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
	});
	return out;
}

bool numeric(const rtwatch::field_value &value)
{
	return std::holds_alternative<std::int64_t>(value) ||
	       std::holds_alternative<std::uint64_t>(value);
}

} // namespace

std::string_view without_unit(std::string_view key)
{
	for (const std::string_view unit : {"_ns", "_ppm"})
		if (key.size() > unit.size() && key.substr(key.size() - unit.size()) == unit)
			key.remove_suffix(unit.size());
	return key;
}

std::string field_table(const std::vector<std::vector<rtwatch::field>> &values,
			const std::vector<std::string_view> &hidden, bool color)
{
	std::vector<std::string_view> keys;
	std::vector<column> columns;
	const auto place = [&](std::string_view key) {
		return static_cast<std::size_t>(std::find(keys.begin(), keys.end(), key) -
						keys.begin());
	};
	// A field that only later values have goes behind the one before it.
	for (const auto &value : values) {
		std::size_t at = 0;
		for (const auto &one : value) {
			if (std::find(hidden.begin(), hidden.end(), one.key) != hidden.end())
				continue;
			if (const auto known = place(one.key); known < keys.size()) {
				at = known + 1;
				continue;
			}
			const auto offset = static_cast<std::ptrdiff_t>(at++);
			keys.insert(keys.begin() + offset, one.key);
			columns.insert(columns.begin() + offset,
				       {header_of(one.key),
					numeric(one.value) ? align::right : align::left});
		}
	}
	std::vector<std::vector<cell>> rows;
	for (const auto &value : values) {
		std::vector<cell> row(keys.size(), cell{unknown});
		for (const auto &one : value)
			if (const auto at = place(one.key); at < keys.size())
				row[at].text = short_text(one);
		rows.push_back(std::move(row));
	}
	return render_table(columns, rows, color);
}

std::string field_list(const std::vector<rtwatch::field> &value, std::size_t indent)
{
	std::size_t widest = 0;
	for (const auto &one : value)
		widest = std::max(widest, without_unit(one.key).size());
	std::string out;
	for (const auto &one : value) {
		const auto name = without_unit(one.key);
		out.append(indent, ' ').append(name);
		out.append(widest - name.size() + 2, ' ').append(short_text(one)).append("\n");
	}
	return out;
}

} // namespace rtwatchctl
