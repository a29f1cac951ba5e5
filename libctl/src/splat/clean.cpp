// SPDX-License-Identifier: BSD-3-Clause
// Undoing what terminals, web pages and loggers do to a line.
#include "record.hpp"

#include <array>

namespace rtwatch::splat::detail
{

namespace
{

struct replacement {
	view from;
	view to;
};

constexpr replacement entities[] = {
	{"&gt;", ">"},   {"&lt;", "<"},   {"&quot;", "\""}, {"&#39;", "'"},  {"&#x27;", "'"},
	{"&#34;", "\""}, {"&nbsp;", " "}, {"&apos;", "'"},  {"&#43;", "+"},  {"&#x2F;", "/"},
	{"&#47;", "/"},  {"&#62;", ">"},  {"&#60;", "<"},   {"&#91;", "["},  {"&#93;", "]"},
	{"&#160;", " "}, {"&#40;", "("},  {"&#41;", ")"},   {"&#123;", "{"}, {"&#125;", "}"},
	{"&amp;", "&"},
};

constexpr replacement controls[] = {
	{"#011", "\t"}, {"\\011", "\t"}, {"\\x09", "\t"}, {"^I", "\t"},
	{"#012", "\r"}, {"\\x0a", "\r"}, {"#015", ""},    {"\\x20", " "},
};

constexpr replacement tags[] = {
	{"<br>", "\r"}, {"<br/>", "\r"}, {"<br />", "\r"}, {"<BR>", "\r"},   {"<pre>", ""},
	{"</pre>", ""}, {"<p>", ""},     {"</p>", ""},     {"<code>", ""},   {"</code>", ""},
	{"<PRE>", ""},  {"</PRE>", ""},  {"<div>", ""},    {"</div>", "\r"}, {"</span>", ""},
};

constexpr replacement quoted_printable[] = {
	{"=3D", "="}, {"=20", " "}, {"=09", "\t"}, {"=E2=80=93", "-"}, {"=C2=A0", " "},
};

// The length of a terminal escape sequence at the start of s.
std::size_t escape_length(view s)
{
	std::size_t i = 1;
	if (i < s.size() && s[i] == '[') {
		for (++i; i < s.size() && (is_digit(s[i]) || s[i] == ';' || s[i] == '?'); ++i)
			;
		return i < s.size() ? i + 1 : i;
	}
	return i < s.size() ? i + 1 : i;
}

template <std::size_t N>
std::size_t replace(view s, const replacement (&table)[N], std::string &out)
{
	for (const replacement &r : table) {
		if (starts_with(s, r.from)) {
			out += r.to;
			return r.from.size();
		}
	}
	return 0;
}

// How much of s was rewritten into out; 0 when its first byte stands for itself.
std::size_t rewrite(view s, std::string &out)
{
	switch (s[0]) {
	case '\x1b':
		return escape_length(s);
	case '&':
		return replace(s, entities, out);
	case '#':
	case '\\':
	case '^':
		return replace(s, controls, out);
	case '<':
		return replace(s, tags, out);
	case '\0':
	case '\x07':
	case '\x0e':
	case '\x0f':
		return 1;
	case '\xc2': // no-break space in UTF-8
		if (s.size() > 1 && s[1] == '\xa0') {
			out += ' ';
			return 2;
		}
		return 0;
	case '\xef': // byte-order mark, or the replacement character
		if (s.size() > 2 && s[1] == '\xbb' && s[2] == '\xbf')
			return 3;
		if (s.size() > 2 && s[1] == '\xbf' && s[2] == '\xbd') {
			out += '?';
			return 3;
		}
		return 0;
	case '=':
		return replace(s, quoted_printable, out);
	default:
		return 0;
	}
}

// Mail encodes every "=" of a text as "=3D", and a blank at the end of a line as "=20"; "fqs=20" at
// the end is a number.
bool is_quoted_printable(view line)
{
	if (contains(line, "=3D"))
		return true;
	if (!ends_with(line, "=20") && !ends_with(line, "=09"))
		return false;
	const char before = line.size() > 3 ? line[line.size() - 4] : ' ';
	return !(before >= 'a' && before <= 'z');
}

struct byte_set {
	std::array<bool, 256> has{};
};

constexpr byte_set make_suspects()
{
	byte_set set;
	for (const char c : view("\x1b&#\\^<\0\x07\x0e\x0f\xc2\xef", 12))
		set.has[static_cast<unsigned char>(c)] = true;
	return set;
}

constexpr byte_set suspects = make_suspects();

bool is_suspect(char c)
{
	return suspects.has[static_cast<unsigned char>(c)];
}

} // namespace

bool is_soft_break(view line)
{
	// Mail lines have at most 76 characters; shorter ones were broken at a word.
	constexpr std::size_t least = 40;
	constexpr std::size_t most = 78;
	return line.size() >= least && line.size() <= most && line.back() == '=';
}

bool goes_on_softly(view next)
{
	const prefix p = read_prefix(next);
	return !next.empty() && !p.stamped && !p.logged;
}

bool clean(view line, std::string &out)
{
	const bool mail = is_quoted_printable(line);
	std::size_t i = 0;
	while (i < line.size() && !is_suspect(line[i]))
		++i;
	if (i == line.size() && !mail)
		return false;
	if (mail)
		i = 0;
	out.assign(line.substr(0, i));
	while (i < line.size()) {
		const bool look = is_suspect(line[i]) || (mail && line[i] == '=');
		const std::size_t used = look ? rewrite(line.substr(i), out) : 0;
		if (used == 0)
			out += line[i++];
		else
			i += used;
	}
	return true;
}

} // namespace rtwatch::splat::detail
