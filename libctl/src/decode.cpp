// SPDX-License-Identifier: BSD-3-Clause
#include "decode.hpp"

#include <cerrno>
#include <limits>

#include "attr.hpp"
#include "tables.hpp"

namespace rtwatch
{
namespace
{

error malformed(std::string_view nest, std::string_view key, const std::string &what)
{
	std::string where(nest);
	if (!key.empty())
		where.append(".").append(key);
	return {EBADMSG, "malformed answer from the module: " + where + " " + what,
		"check that module and library belong together: rtwatchctl version"};
}

template <class T>
result<void> decode_nest(bytes in, T &out);

nanoseconds duration_of(std::uint64_t v)
{
	constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
	return v >= most ? unlimited : nanoseconds(static_cast<std::int64_t>(v));
}

// One overload a kind of member. Each is false, and says in `wrong` why, when
// the attribute cannot be read.
template <class T>
struct reader {
	attr from;
	const row<T> &as;
	T &out;
	std::optional<error> &wrong;

	template <class Number, class Value, class Convert>
	bool number(std::optional<Value> T::*to, Convert convert) const
	{
		if (from.payload.size != sizeof(Number)) {
			wrong = malformed(table<T>::name, as.key,
					  "has " + std::to_string(from.payload.size) +
						  " bytes instead of " +
						  std::to_string(sizeof(Number)));
			return false;
		}
		out.*to = convert(from.payload.load<Number>());
		return true;
	}
	template <class Nest>
	bool nest(Nest &to) const
	{
		auto done = decode_nest(from.payload, to);
		if (!done)
			wrong = done.error();
		return done.ok();
	}

	bool operator()(bool T::*to) const
	{
		out.*to = true;
		return true;
	}
	bool operator()(std::optional<std::int32_t> T::*to) const
	{
		return number<std::int32_t>(to, [](std::int32_t v) { return v; });
	}
	bool operator()(std::optional<std::uint64_t> T::*to) const
	{
		return number<std::uint64_t>(to, [](std::uint64_t v) { return v; });
	}
	bool operator()(std::optional<nanoseconds> T::*to) const
	{
		return number<std::uint64_t>(to, duration_of);
	}
	// Text ends at the first zero or with the attribute.
	bool operator()(std::optional<std::string> T::*to) const
	{
		std::string_view text(reinterpret_cast<const char *>(from.payload.data),
				      from.payload.size);
		out.*to = std::string(text.substr(0, text.find('\0')));
		return true;
	}
	// u32 and all that is one underneath: enumerations, CPU numbers, flags.
	template <class Value>
	bool operator()(std::optional<Value> T::*to) const
	{
		if constexpr (std::is_enum_v<Value> || std::is_same_v<Value, std::uint32_t>)
			return number<std::uint32_t>(
				to, [](std::uint32_t v) { return static_cast<Value>(v); });
		else if constexpr (sizeof(Value) == sizeof(std::uint32_t))
			return number<std::uint32_t>(to, [](std::uint32_t v) { return Value{v}; });
		else
			return nest((out.*to).emplace());
	}
	template <class Value>
	bool operator()(std::vector<Value> T::*to) const
	{
		return nest((out.*to).emplace_back());
	}
};

// For each attribute the row that it has in the table, counted from one.
template <class T>
struct row_numbers {
	static constexpr std::size_t most = 64;
	std::array<std::uint8_t, most> of{};

	constexpr row_numbers()
	{
		for (std::size_t i = 0; i < table<T>::rows.size(); i++)
			of[table<T>::rows[i].attr] = static_cast<std::uint8_t>(i + 1);
	}
};
template <class T>
constexpr row_numbers<T> row_number{};

template <class T>
const row<T> *find_row(std::uint16_t type)
{
	const std::size_t number = type < row_numbers<T>::most ? row_number<T>.of[type] : 0;
	return number != 0 ? &table<T>::rows[number - 1] : nullptr;
}

// Nearly all attributes are numbers of these three kinds, and std::visit() would call
// each by way of a table. False: it is none of them, or has not their size.
template <class T>
bool take_number(bytes payload, const member<T> &where, T &out)
{
	if (payload.size == sizeof(std::uint64_t)) {
		const auto value = payload.load<std::uint64_t>();
		if (const auto *to = std::get_if<std::optional<nanoseconds> T::*>(&where))
			return out.*(*to) = duration_of(value), true;
		if (const auto *to = std::get_if<std::optional<std::uint64_t> T::*>(&where))
			return out.*(*to) = value, true;
	} else if (payload.size == sizeof(std::uint32_t)) {
		if (const auto *to = std::get_if<std::optional<std::uint32_t> T::*>(&where))
			return out.*(*to) = payload.load<std::uint32_t>(), true;
	}
	return false;
}

template <class T>
result<void> decode_nest(bytes in, T &out)
{
	attr_reader attributes(in);
	attr one;
	while (attributes.next(one)) {
		const row<T> *as = find_row<T>(one.type);
		if (!as || take_number(one.payload, as->where, out))
			continue;
		std::optional<error> wrong;
		if (!std::visit(reader<T>{one, *as, out, wrong}, as->where))
			return *wrong;
	}
	if (attributes.malformed())
		return malformed(table<T>::name, {}, "has an attribute that does not fit");
	return {};
}

} // namespace

result<void> decode(bytes attributes, answer &out)
{
	return decode_nest(attributes, out);
}

result<answer> decode(bytes attributes)
{
	answer out;
	if (auto done = decode(attributes, out); !done)
		return done.error();
	return out;
}

} // namespace rtwatch
