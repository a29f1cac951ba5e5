// SPDX-License-Identifier: BSD-3-Clause
// The way back, for tests: values to attributes by the same field tables.
#pragma once

#include "attr.hpp"
#include "tables.hpp"

namespace rtwatch::testing
{

template <class T>
void encode(attr_writer &out, const T &from);

template <class T>
struct putter {
	attr_writer &out;
	std::uint16_t type;
	const T &from;

	void operator()(bool T::*what) const
	{
		if (from.*what)
			out.put_flag(type);
	}
	template <class Value>
	void operator()(std::optional<Value> T::*what) const
	{
		if (!(from.*what))
			return;
		const Value &value = *(from.*what);
		if constexpr (std::is_same_v<Value, std::string>)
			out.put_string(type, value);
		else if constexpr (std::is_same_v<Value, nanoseconds>)
			out.put_u64(type, value == unlimited
						  ? ~std::uint64_t{0}
						  : static_cast<std::uint64_t>(value.count()));
		else if constexpr (std::is_same_v<Value, std::uint64_t>)
			out.put_u64(type, value);
		else if constexpr (std::is_same_v<Value, std::int32_t>)
			out.put_s32(type, value);
		else if constexpr (std::is_same_v<Value, cpu_id>)
			out.put_u32(type, value.value);
		else if constexpr (std::is_same_v<Value, cpu_flags>)
			out.put_u32(type, value.bits);
		else if constexpr (std::is_enum_v<Value> || std::is_integral_v<Value>)
			out.put_u32(type, static_cast<std::uint32_t>(value));
		else
			nest(value);
	}
	template <class Value>
	void operator()(std::vector<Value> T::*what) const
	{
		for (const auto &one : from.*what)
			nest(one);
	}
	template <class Value>
	void nest(const Value &value) const
	{
		const auto began = out.nest_begin(type);
		encode(out, value);
		out.nest_end(began);
	}
};

template <class T>
void encode(attr_writer &out, const T &from)
{
	for (const auto &row : table<T>::rows)
		std::visit(putter<T>{out, row.attr, from}, row.where);
}

} // namespace rtwatch::testing
