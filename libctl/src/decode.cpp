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

// One overload a kind of member. Each returns an empty text or what is wrong.
template <class Number>
std::string read_number(bytes in, Number &out)
{
	if (in.size != sizeof(Number))
		return "has " + std::to_string(in.size) + " bytes instead of " +
		       std::to_string(sizeof(Number));
	out = in.load<Number>();
	return {};
}

template <class T>
struct reader {
	attr from;
	const row<T> &as;
	T &out;

	template <class Number, class Value, class Convert>
	result<void> number(std::optional<Value> T::*to, Convert convert) const
	{
		Number raw{};
		if (auto wrong = read_number(from.payload, raw); !wrong.empty())
			return malformed(table<T>::name, as.key, wrong);
		out.*to = convert(raw);
		return {};
	}

	result<void> operator()(bool T::*to) const
	{
		out.*to = true;
		return {};
	}
	result<void> operator()(std::optional<std::int32_t> T::*to) const
	{
		return number<std::int32_t>(to, [](std::int32_t v) { return v; });
	}
	result<void> operator()(std::optional<std::uint64_t> T::*to) const
	{
		return number<std::uint64_t>(to, [](std::uint64_t v) { return v; });
	}
	result<void> operator()(std::optional<nanoseconds> T::*to) const
	{
		return number<std::uint64_t>(to, [](std::uint64_t v) {
			constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
			return v >= most ? unlimited : nanoseconds(static_cast<std::int64_t>(v));
		});
	}
	// Text ends at the first zero or with the attribute.
	result<void> operator()(std::optional<std::string> T::*to) const
	{
		std::string_view text(reinterpret_cast<const char *>(from.payload.data),
				      from.payload.size);
		out.*to = std::string(text.substr(0, text.find('\0')));
		return {};
	}
	// u32 and all that is one underneath: enumerations, CPU numbers, flags.
	template <class Value>
	result<void> operator()(std::optional<Value> T::*to) const
	{
		if constexpr (std::is_enum_v<Value> || std::is_same_v<Value, std::uint32_t>)
			return number<std::uint32_t>(
				to, [](std::uint32_t v) { return static_cast<Value>(v); });
		else if constexpr (sizeof(Value) == sizeof(std::uint32_t))
			return number<std::uint32_t>(to, [](std::uint32_t v) { return Value{v}; });
		else
			return decode_nest(from.payload, (out.*to).emplace());
	}
	template <class Value>
	result<void> operator()(std::vector<Value> T::*to) const
	{
		return decode_nest(from.payload, (out.*to).emplace_back());
	}
};

// Attributes come in the order of the table, so the search goes on from the
// row after the last one found.
template <class T>
const row<T> *find_row(std::uint16_t type, std::size_t &hint)
{
	const auto &rows = table<T>::rows;
	for (std::size_t tried = 0; tried < rows.size(); tried++) {
		const std::size_t i = (hint + tried) % rows.size();
		if (rows[i].attr == type) {
			hint = i;
			return &rows[i];
		}
	}
	return nullptr;
}

template <class T>
result<void> decode_nest(bytes in, T &out)
{
	attr_reader attributes(in);
	std::size_t hint = 0;
	attr one;
	while (attributes.next(one)) {
		const row<T> *as = find_row<T>(one.type, hint);
		if (!as)
			continue;
		auto done = std::visit(reader<T>{one, *as, out}, as->where);
		if (!done)
			return done;
	}
	if (attributes.malformed())
		return malformed(table<T>::name, {}, "has an attribute that does not fit");
	return {};
}

} // namespace

result<answer> decode(bytes attributes)
{
	answer out;
	if (auto done = decode_nest(attributes, out); !done)
		return done.error();
	return out;
}

} // namespace rtwatch
