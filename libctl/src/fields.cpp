// SPDX-License-Identifier: BSD-3-Clause
#include <rtwatch/fields.hpp>

#include <cerrno>

#include "tables.hpp"

namespace rtwatch
{
namespace
{

// Appends a member when it is there.
template <class T>
struct lister {
	const row<T> &as;
	const T &of;
	std::vector<field> &out;

	void put(field_value value) const { out.push_back({as.key, value}); }

	void operator()(bool T::*from) const { put(of.*from); }
	void operator()(std::optional<nanoseconds> T::*from) const
	{
		if (of.*from)
			put(*(of.*from) == unlimited ? std::int64_t{-1}
						     : std::int64_t{(of.*from)->count()});
	}
	template <class Value>
	void operator()(std::optional<Value> T::*from) const
	{
		const auto &value = of.*from;
		if (!value)
			return;
		if constexpr (std::is_enum_v<Value>)
			put(to_string(*value));
		else if constexpr (std::is_same_v<Value, std::string>)
			put(std::string_view(*value));
		else if constexpr (std::is_same_v<Value, std::int32_t>)
			put(std::int64_t{*value});
		else if constexpr (std::is_integral_v<Value>)
			put(std::uint64_t{*value});
		else if constexpr (std::is_same_v<Value, cpu_id>)
			put(std::uint64_t{value->value});
		else if constexpr (std::is_same_v<Value, cpu_flags>)
			put(*value);
		else if constexpr (std::is_same_v<Value, task>)
			put(&*value);
	}
	void operator()(std::vector<task> T::*from) const { put(&(of.*from)); }
	void operator()(std::vector<frame> T::*from) const { put(&(of.*from)); }
	// Its costs are values of their own: fields() of each.
	void operator()(std::vector<hook_cost> T::*) const {}
};

template <class T>
std::vector<field> list(const T &of)
{
	std::vector<field> out;
	out.reserve(table<T>::rows.size());
	for (const auto &as : table<T>::rows)
		std::visit(lister<T>{as, of, out}, as.where);
	return out;
}

} // namespace

std::vector<field> fields(const task &of)
{
	return list(of);
}
std::vector<field> fields(const frame &of)
{
	return list(of);
}
std::vector<field> fields(const sample &of)
{
	return list(of);
}
std::vector<field> fields(const cpu_state &of)
{
	return list(of);
}
std::vector<field> fields(const incident &of)
{
	return list(of);
}
std::vector<field> fields(const sensor_info &of)
{
	return list(of);
}
std::vector<field> fields(const module_info &of)
{
	return list(of);
}
std::vector<field> fields(const config &of)
{
	return list(of);
}
std::vector<field> fields(const hook_cost &of)
{
	return list(of);
}
std::vector<field> fields(const cpu_stat &of)
{
	return list(of);
}

std::vector<std::string_view> config_names()
{
	std::vector<std::string_view> names;
	for (const auto &one : table<config>::rows)
		names.push_back(one.key);
	return names;
}

result<void> set(config &target, std::string_view name, std::uint32_t value)
{
	std::string known;
	for (const auto &one : table<config>::rows) {
		if (one.key == name) {
			target.*std::get<std::optional<std::uint32_t> config::*>(one.where) = value;
			return {};
		}
		known.append(known.empty() ? "" : ", ").append(one.key);
	}
	return error{EINVAL, "no setting is called '" + std::string(name) + "'",
		     "the settings are " + known};
}

} // namespace rtwatch
