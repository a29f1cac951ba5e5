// SPDX-License-Identifier: BSD-3-Clause
// Messages as JSON: the journal's, dmesg's, those of containers and test farms. Only the few keys
// that matter are looked at, so a damaged or cut entry still gives its message.
#include "dates.hpp"
#include "record.hpp"

namespace rtwatch::splat::detail
{

namespace
{

void append_utf8(std::uint32_t code, std::string &out)
{
	if (code < 0x80) {
		out += static_cast<char>(code);
	} else if (code < 0x800) {
		out += static_cast<char>(0xc0 | (code >> 6));
		out += static_cast<char>(0x80 | (code & 0x3f));
	} else {
		out += static_cast<char>(0xe0 | (code >> 12));
		out += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
		out += static_cast<char>(0x80 | (code & 0x3f));
	}
}

std::uint32_t hex_value(view digits)
{
	std::uint32_t value = 0;
	for (const char c : digits) {
		const int digit = is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10;
		value = value << 4 | static_cast<std::uint32_t>(digit);
	}
	return value;
}

// From after the opening quote to the closing one, or to the end of a cut line.
std::string json_string(view s)
{
	std::string out;
	for (std::size_t i = 0; i < s.size() && s[i] != '"'; ++i) {
		if (s[i] != '\\' || i + 1 >= s.size()) {
			out += s[i];
			continue;
		}
		switch (s[++i]) {
		case 'n':
			out += '\r';
			break;
		case 't':
			out += '\t';
			break;
		case 'r':
		case 'b':
		case 'f':
			break;
		case 'u': {
			std::size_t digits = 0;
			while (digits < 4 && i + 1 + digits < s.size() && is_hex(s[i + 1 + digits]))
				++digits;
			append_utf8(hex_value(s.substr(i + 1, digits)), out);
			i += digits;
			break;
		}
		default:
			out += s[i];
		}
	}
	return out;
}

// [82,67,85]: what the journal writes for a message that is not clean text.
std::string json_bytes(view s)
{
	std::string out;
	cursor c(s);
	for (;;) {
		c.blanks();
		const auto byte = c.number();
		if (!byte)
			break;
		out += *byte == '\n' ? '\r' : static_cast<char>(*byte & 0xff);
		c.blanks();
		if (!c.eat(','))
			break;
	}
	return out;
}

// The value of "key": a string or a list of bytes.
std::optional<std::string> json_value(view line, view key)
{
	std::size_t from = 0;
	for (;;) {
		const std::size_t at = line.find(key, from);
		if (at == npos)
			return std::nullopt;
		from = at + key.size();
		if (at == 0 || line[at - 1] != '"')
			continue;
		cursor c(line, from);
		if (!c.eat('"'))
			continue;
		c.blanks();
		if (!c.eat(':'))
			continue;
		c.blanks();
		if (c.eat('"'))
			return json_string(c.rest());
		if (c.eat('['))
			return json_bytes(c.rest());
	}
}

} // namespace

namespace
{

// What stands in front of an object when there are many: records of RFC 7464, server-sent events,
// lists of YAML.
view without_lead(view line)
{
	for (const view lead : {view("\x1e"), view("data: "), view("- ")}) {
		if (starts_with(line, lead))
			return line.substr(lead.size());
	}
	return line;
}

// Who else logs what the kernel said: its message has the prefix of a log of its own.
constexpr view message_keys[] = {"msg", "log", "message"};

// Without a time it is a rule or a test about messages, and no log.
bool has_time(view object)
{
	for (const view key : {view("\"time"), view("\"ts\""), view("\"dt\""), view("\"date"),
			       view("\"@timestamp\""), view("\"_time"), view("\"stream\"")}) {
		if (contains(object, key))
			return true;
	}
	return false;
}

} // namespace

bool read_json(view line, record &out)
{
	const view body = without_lead(trim_left(line));
	if (body.empty() || (body[0] != '{' && body[0] != '"'))
		return false;
	// One key a line: journalctl -o json-pretty, dmesg --json
	const bool pretty = starts_with(body, "\"MESSAGE\"") || starts_with(body, "\"msg\"");
	if (!pretty && body[0] != '{')
		return false;
	auto message = json_value(body, "MESSAGE");
	for (const view key : message_keys) {
		if (!message && (pretty || has_time(body)))
			message = json_value(body, key);
	}
	if (!message)
		return false;
	out.text = *message;
	out.logged = true;
	out.kernel = pretty;
	const auto transport = json_value(body, "_TRANSPORT");
	const auto source = json_value(body, "SYSLOG_IDENTIFIER");
	if (transport)
		out.kernel = *transport == "kernel";
	if (source)
		out.kernel = out.kernel || *source == "kernel";
	// As in syslog: whoever else speaks stands in front of what it says.
	if (source && !out.kernel)
		out.text.insert(0, *source + ": ");
	for (const view key :
	     {view("_SOURCE_MONOTONIC_TIMESTAMP"), view("__MONOTONIC_TIMESTAMP")}) {
		const auto stamp = json_value(body, key);
		const auto us = stamp ? cursor(*stamp).number() : std::nullopt;
		if (us && !out.monotonic_s)
			out.monotonic_s = static_cast<double>(*us) / 1e6;
	}
	if (const auto wall = json_value(body, "__REALTIME_TIMESTAMP"))
		out.time = *wall;
	return true;
}

dmesg_line read_dmesg_json(view line, record &out)
{
	const view body = trim(line);
	if (body == "},{" || starts_with(body, "\"pri\":"))
		return dmesg_line::frame;
	const view key = "\"time\":";
	if (!starts_with(body, key))
		return dmesg_line::none;
	cursor c(body, key.size());
	c.blanks();
	const std::size_t from = c.at();
	const auto seconds = eat_seconds(c);
	if (!seconds)
		return dmesg_line::none;
	out.monotonic_s = seconds;
	out.time = std::string(body.substr(from, c.at() - from));
	return dmesg_line::time;
}

} // namespace rtwatch::splat::detail
