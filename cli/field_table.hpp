// SPDX-License-Identifier: BSD-3-Clause
// Values of any kind as a table: a column for every field that one of them has.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <rtwatch/fields.hpp>

namespace rtwatchctl
{

// A field's name without its unit, which the text of its value has.
std::string_view without_unit(std::string_view key);

// `hidden` are names of fields that get no column.
std::string field_table(const std::vector<std::vector<rtwatch::field>> &values,
			const std::vector<std::string_view> &hidden, bool color);

// One value, a line a field.
std::string field_list(const std::vector<rtwatch::field> &value, std::size_t indent);

} // namespace rtwatchctl
