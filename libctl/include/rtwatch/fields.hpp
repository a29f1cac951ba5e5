// SPDX-License-Identifier: BSD-3-Clause
// The members of a value by name, so that a program can show fields that it
// has never heard of: a sensor added to the library needs no change in its
// users. Names are the uAPI names in lower case with their unit ("streak_ns"),
// in the order of the uAPI.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include <rtwatch/export.hpp>
#include <rtwatch/result.hpp>
#include <rtwatch/types.hpp>

namespace rtwatch
{

// Times are in nanoseconds, `unlimited` is -1; an enumerator is its to_string().
using field_value =
	std::variant<bool, std::int64_t, std::uint64_t, std::string_view, cpu_flags, const task *,
		     const std::vector<task> *, const std::vector<frame> *>;

struct field {
	std::string_view key; // lives as long as the program
	field_value value;    // what it points to lives as long as the value asked
};

// The members that are there: an empty optional is left out, a list is not.
RTWATCH_API std::vector<field> fields(const task &of);
RTWATCH_API std::vector<field> fields(const frame &of);
RTWATCH_API std::vector<field> fields(const sample &of);
RTWATCH_API std::vector<field> fields(const cpu_state &of);
RTWATCH_API std::vector<field> fields(const incident &of);
RTWATCH_API std::vector<field> fields(const sensor_info &of);
RTWATCH_API std::vector<field> fields(const module_info &of);
RTWATCH_API std::vector<field> fields(const config &of);
RTWATCH_API std::vector<field> fields(const hook_cost &of);
// Without its CPU and its hooks.
RTWATCH_API std::vector<field> fields(const cpu_stat &of);

// The names that set() takes.
RTWATCH_API std::vector<std::string_view> config_names();

// Changes one value of `target` by its name. EINVAL with the list of names
// when there is no such one; ranges are the module's business.
RTWATCH_API result<void> set(config &target, std::string_view name, std::uint32_t value);

} // namespace rtwatch
