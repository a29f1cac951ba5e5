// SPDX-License-Identifier: BSD-3-Clause
#include "decode.hpp"

#include <cerrno>

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

// False, with the reason in `wrong`, where it cannot be read.
template <class T>
bool decode_nest(bytes in, T &out, std::optional<error> &wrong);

nanoseconds duration_of(std::uint64_t v)
{
	const auto count = static_cast<std::int64_t>(v);
	return count < 0 ? unlimited : nanoseconds(count);
}

// The number that a member is on the wire, and the way from there; `number` is void for
// what is none.
template <class Value>
struct wire {
	static constexpr bool is_u32 = std::is_enum_v<Value> || std::is_same_v<Value, cpu_id> ||
				       std::is_same_v<Value, cpu_flags>;
	using number = std::conditional_t<is_u32, std::uint32_t, void>;

	static Value value(std::uint32_t v)
	{
		if constexpr (std::is_enum_v<Value>)
			return static_cast<Value>(v);
		else
			return Value{v};
	}
};
template <class Number>
struct wire_as_is {
	using number = Number;
	static Number value(Number v) { return v; }
};
template <>
struct wire<std::int32_t> : wire_as_is<std::int32_t> {
};
template <>
struct wire<std::uint32_t> : wire_as_is<std::uint32_t> {
};
template <>
struct wire<std::uint64_t> : wire_as_is<std::uint64_t> {
};
template <>
struct wire<nanoseconds> {
	using number = std::uint64_t;
	static nanoseconds value(std::uint64_t v) { return duration_of(v); }
};

// One overload a kind of member. Each is false, and says in `wrong` why, when
// the attribute cannot be read.
template <class T>
struct reader {
	attr from;
	const row<T> &as;
	T &out;
	std::optional<error> &wrong;

	template <class Value>
	bool number(std::optional<Value> T::*to) const
	{
		using number = typename wire<Value>::number;
		if (from.payload.size != sizeof(number)) {
			wrong = malformed(table<T>::name, as.key,
					  "has " + std::to_string(from.payload.size) +
						  " bytes instead of " +
						  std::to_string(sizeof(number)));
			return false;
		}
		out.*to = wire<Value>::value(from.payload.load<number>());
		return true;
	}
	bool operator()(bool T::*to) const
	{
		out.*to = true;
		return true;
	}
	// Text ends at the first zero or with the attribute.
	bool operator()(std::optional<std::string> T::*to) const
	{
		std::string_view text(reinterpret_cast<const char *>(from.payload.data),
				      from.payload.size);
		out.*to = std::string(text.substr(0, text.find('\0')));
		return true;
	}
	template <class Value>
	bool operator()(std::optional<Value> T::*to) const
	{
		if constexpr (std::is_void_v<typename wire<Value>::number>)
			return decode_nest(from.payload, (out.*to).emplace(), wrong);
		else
			return number(to);
	}
	template <class Value>
	bool operator()(std::vector<Value> T::*to) const
	{
		return decode_nest(from.payload, (out.*to).emplace_back(), wrong);
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
using row_numbers_of = std::make_index_sequence<table<T>::rows.size()>;

template <class T>
const row<T> *find_row(std::uint16_t type)
{
	const std::size_t number = type < row_numbers<T>::most ? row_number<T>.of[type] : 0;
	return number != 0 ? &table<T>::rows[number - 1] : nullptr;
}

// Both halves of a struct nlattr at once.
constexpr std::uint32_t header_of(std::uint16_t length, std::uint16_t type)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return length | std::uint32_t{type} << 16;
#else
	return std::uint32_t{length} << 16 | type;
#endif
}

template <class Number>
Number load(const unsigned char *at)
{
	Number value;
	std::memcpy(&value, at, sizeof(value));
	return value;
}

// One row of a table, while it is compiled.
template <class T, std::size_t I>
struct row_at {
	static constexpr auto &as = table<T>::rows[I];
	static constexpr auto to = std::get<as.where.index()>(as.where);

	// Bytes of the number; 0: it is none.
	template <class Value>
	static constexpr std::size_t size_of(std::optional<Value> T::*)
	{
		using number = typename wire<Value>::number;
		if constexpr (std::is_void_v<number>)
			return 0;
		else
			return sizeof(number);
	}
	template <class Other>
	static constexpr std::size_t size_of(Other T::*)
	{
		return 0;
	}

	static constexpr std::size_t size = size_of(to);
	static constexpr std::uint16_t length = sizeof(nlattr) + size; // of the attribute

	static bool is_at(const unsigned char *at)
	{
		return load<std::uint32_t>(at) == header_of(length, as.attr);
	}
	static void take(const unsigned char *at, T &out) { take(at, out, to); }
	template <class Value>
	static void take(const unsigned char *at, T &out, std::optional<Value> T::*member)
	{
		using number = typename wire<Value>::number;
		(out.*member).emplace(wire<Value>::value(load<number>(at + sizeof(nlattr))));
	}
};

// A dump has thousands of attributes, and nearly all are numbers. The module writes those
// of a nest in the order of the table, so that each is known by its header, length and
// type in one comparison with a constant, instead of being looked up.
template <class T, std::size_t I>
void take_if_next(const unsigned char *&at, const unsigned char *last, T &out)
{
	using row = row_at<T, I>;
	if constexpr (row::size != 0) {
		if (at > last || !row::is_at(at))
			return;
		row::take(at, out);
		at += row::length;
	}
}

// Takes what it can off the front of `in`: what follows in another order, or behind what
// is no number, is left for the general way.
template <class T, std::size_t... I>
void take_in_order(bytes &in, T &out, std::index_sequence<I...>)
{
	// Room for any number is made sure of at once.
	constexpr std::size_t longest = sizeof(nlattr) + sizeof(std::uint64_t);
	if (in.size < longest)
		return;
	const unsigned char *at = in.data;
	const unsigned char *const last = in.data + in.size - longest;
	(take_if_next<T, I>(at, last, out), ...);
	in = in.after(static_cast<std::size_t>(at - in.data));
}

// The numbers of a nest as most nests of the kind have them: all places are known then.
template <class T, bool (*Has)(std::uint16_t attr), class = row_numbers_of<T>>
struct layout;
template <class T, bool (*Has)(std::uint16_t attr), std::size_t... I>
struct layout<T, Has, std::index_sequence<I...>> {
	template <std::size_t N>
	static constexpr bool has = Has(row_at<T, N>::as.attr) && row_at<T, N>::size != 0;

	// Where each row begins, and where the last one ends.
	static constexpr std::array<std::size_t, sizeof...(I) + 1> places()
	{
		std::array<std::size_t, sizeof...(I) + 1> at{};
		((at[I + 1] = at[I] + (has<I> ? row_at<T, I>::length : 0)), ...);
		return at;
	}
	static constexpr auto place = places();

	template <std::size_t N>
	static bool fits(const unsigned char *in)
	{
		if constexpr (has<N>)
			return row_at<T, N>::is_at(in + place[N]);
		else
			return true;
	}
	template <std::size_t N>
	static void take(const unsigned char *in, T &out)
	{
		if constexpr (has<N>)
			row_at<T, N>::take(in + place[N], out);
	}
	// False: there are others.
	static bool take_all(bytes in, T &out)
	{
		if (in.size != place.back() || !(fits<I>(in.data) && ...))
			return false;
		(take<I>(in.data, out), ...);
		return true;
	}
};

// What a CPU without trouble has on the full tier: a fair server since Linux 6.12, and later
// no limit of its own for real time.
constexpr bool is_usual(std::uint16_t attr)
{
	return attr != RTWATCH_F_SEQ && attr != RTWATCH_F_CULPRIT_PID &&
	       attr != RTWATCH_F_VICTIMS_TOTAL;
}
constexpr bool in_state(std::uint16_t attr)
{
	return is_usual(attr) && attr != RTWATCH_F_FAIR_SERVER_RUNTIME_NS &&
	       attr != RTWATCH_F_FAIR_SERVER_PERIOD_NS;
}
constexpr bool in_state_without_limit(std::uint16_t attr)
{
	return is_usual(attr) && attr != RTWATCH_F_RQ_RT_TIME_NS &&
	       attr != RTWATCH_F_RQ_RT_RUNTIME_NS;
}

template <class T>
bool decode_nest(bytes in, T &out, std::optional<error> &wrong)
{
	if constexpr (std::is_same_v<T, cpu_state>) {
		if (layout<T, in_state>::take_all(in, out) ||
		    layout<T, is_usual>::take_all(in, out) ||
		    layout<T, in_state_without_limit>::take_all(in, out))
			return true;
	}
	take_in_order(in, out, row_numbers_of<T>{});
	attr_reader attributes(in);
	attr one;
	while (attributes.next(one)) {
		const row<T> *as = find_row<T>(one.type);
		if (as && !std::visit(reader<T>{one, *as, out, wrong}, as->where))
			return false;
	}
	if (attributes.malformed()) {
		wrong = malformed(table<T>::name, {}, "has an attribute that does not fit");
		return false;
	}
	return true;
}

} // namespace

bool decode(bytes attributes, answer &out, std::optional<error> &wrong)
{
	// A snapshot has a message for each CPU: the time, and a state that ends it.
	constexpr std::size_t time_length = sizeof(nlattr) + sizeof(std::uint64_t);
	constexpr std::size_t before_state = time_length + sizeof(nlattr);
	const std::size_t size = attributes.size;
	const unsigned char *const at = attributes.data;
	if (size >= before_state && size - time_length <= UINT16_MAX &&
	    load<std::uint32_t>(at) == header_of(time_length, RTWATCH_A_TIME_NS) &&
	    load<std::uint32_t>(at + time_length) ==
		    header_of(static_cast<std::uint16_t>(size - time_length),
			      RTWATCH_A_CPU_STATE | NLA_F_NESTED)) {
		const bytes nest = {at + before_state, size - before_state};
		auto &state = out.cpus.emplace_back();
		out.time = duration_of(load<std::uint64_t>(at + sizeof(nlattr)));
		return layout<cpu_state, in_state>::take_all(nest, state) ||
		       decode_nest(nest, state, wrong);
	}
	return decode_nest(attributes, out, wrong);
}

result<answer> decode(bytes attributes)
{
	answer out;
	std::optional<error> wrong;
	if (!decode_nest(attributes, out, wrong))
		return std::move(*wrong);
	return out;
}

} // namespace rtwatch
