// SPDX-License-Identifier: BSD-3-Clause
// What stands before a message: quoting, levels, clocks, hosts, tags and callers, in any order and
// number, because logs pass through several loggers.
#include "dates.hpp"
#include "record.hpp"
#include "vendor.hpp"

namespace rtwatch::splat::detail
{

namespace
{

bool starts_number_and_comma(cursor c)
{
	return c.digits() > 0 && c.eat(',');
}

class reader
{
public:
	explicit reader(view line) : c_(line), line_(line) {}
	prefix read();

private:
	bool one();
	bool quote();
	bool level();
	bool bracket();
	bool stamp(cursor c);
	bool caller_id(cursor c);
	bool wall_bracket(cursor c);
	bool vendor_context();
	bool kmsg();
	bool date();
	bool facility();
	bool tag();
	bool source();
	bool container();
	bool kernel_buffer();
	bool file();
	void set_time(std::size_t from, std::size_t to);

	cursor c_;
	view line_;
	prefix p_;
	bool dated_{}; // a wall clock was read: a host and a tag may follow
};

void reader::set_time(std::size_t from, std::size_t to)
{
	if (!dated_)
		p_.time = std::string(line_.substr(from, to - from));
	dated_ = true;
	p_.logged = true;
}

// "> > " of mails, "| " of tables
bool reader::quote()
{
	if (p_.logged || p_.stamped)
		return false;
	cursor number = c_; // "hogged CPU for", "\n", ">10000us 4 times": no quoting
	if (number.eat('>') && number.digits() > 0 && number.eat(view("us ")))
		return false;
	return c_.eat('>') || c_.eat('|');
}

// <3>, and the version number of RFC 5424 behind it
bool reader::level()
{
	cursor c = c_;
	if (!c.eat('<') || !eat_digits(c, 1, 3) || !c.eat('>'))
		return false;
	cursor version = c;
	if (version.eat("1 ") && is_digit(version.peek()))
		c = version;
	c_ = c;
	p_.logged = true;
	return true;
}

// [  123.456789], dmesg -d's [  123.456789 <    0.000012>], dmesg -e's [  +0.000012]
bool reader::stamp(cursor c)
{
	c.blanks();
	const bool relative = c.eat('+') || c.eat('<');
	const std::size_t from = c.at();
	const auto seconds = eat_seconds(c);
	if (!seconds)
		return false;
	const std::size_t to = c.at();
	c.blanks();
	if (c.eat('<')) {
		eat_seconds(c);
		c.blanks();
		c.eat('>');
	} else {
		c.eat('s'); // some vendors name the unit
		c.eat('>');
	}
	// Android: "[   79.822894 / 05-03 18:11:50.340]"
	if (c.eat("/ ")) {
		for (int i = 0; i < 24 && !c.end() && c.peek() != ']'; ++i)
			c.move(c.at() + 1);
	}
	// Some configurations append the CPU or the caller inside the bracket.
	if (c.eat('@') || c.eat(','))
		c.small_number();
	if (!c.eat(']'))
		return false;
	if (!relative) {
		p_.monotonic_s = seconds;
		if (!dated_)
			p_.time = std::string(line_.substr(from, to - from));
	}
	p_.stamped = p_.logged = p_.kernel = true;
	c_ = c;
	return true;
}

// [    C0], [  T123]
bool reader::caller_id(cursor c)
{
	c.blanks();
	const char kind = c.peek();
	if ((kind != 'C' && kind != 'T') || !c.eat(kind))
		return false;
	const auto id = c.small_number();
	if (!id || !c.eat(']'))
		return false;
	p_.caller = {kind, *id};
	p_.stamped = p_.logged = p_.kernel = true;
	c_ = c;
	return true;
}

// [Mon Oct 24 22:43:47 2022], [Oct24 22:43], [2022-10-24 22:43:47], [22:43:47]
bool reader::wall_bracket(cursor c)
{
	const std::size_t from = c.at();
	cursor d = c;
	bool ok = eat_syslog_date(d);
	if (!ok) {
		d = c;
		ok = eat_iso(d);
	}
	if (!ok) {
		d = c;
		ok = eat_clock(d);
	}
	if (!ok) {
		d = c;
		const view word = d.rest().substr(0, 3);
		d.move(d.at() + 3);
		ok = is_month(word) && eat_digits(d, 2, 2) && d.eat(' ') && eat_clock(d);
	}
	if (!ok)
		return false;
	const std::size_t to = d.at();
	// Whatever the zone is called.
	for (int i = 0; i < 8 && !d.end() && d.peek() != ']'; ++i)
		d.move(d.at() + 1);
	if (!d.eat(']'))
		return false;
	set_time(from, to);
	p_.stamped = p_.kernel = true;
	c_ = d;
	return true;
}

bool reader::bracket()
{
	cursor c = c_;
	if (!c.eat('['))
		return false;
	return stamp(c) || caller_id(c) || wall_bracket(c);
}

bool reader::vendor_context()
{
	return p_.stamped && (eat_vendor_context(c_) || eat_level_word(line_, c_));
}

// 6,1234,5678901,-,caller=T1;text of /dev/kmsg
bool reader::kmsg()
{
	if (p_.stamped || (p_.logged && !dated_))
		return false;
	cursor c = c_;
	if (dated_ && !starts_number_and_comma(c)) { // a logger's host in front
		c.word();
		c.blanks();
	}
	// netconsole may put the kernel's release in front: "6.4.0,6,1234,5678901,-;"
	const view rest = c.rest();
	const std::size_t comma = rest.find(',');
	if (comma != npos && comma < 80 && contains(rest.substr(0, comma), '.'))
		c.move(c.at() + comma + 1);
	if (!c.number() || !c.eat(',') || !c.number() || !c.eat(','))
		return false;
	const std::size_t from = c.at();
	const auto us = c.number();
	const std::size_t to = c.at();
	if (!us || !c.eat(','))
		return false;
	const std::size_t end = line_.find(';', c.at());
	if (end == npos || end - c.at() > 80)
		return false;
	const view flags = line_.substr(c.at(), end - c.at());
	const std::size_t at = flags.find("caller=");
	if (at != npos && at + 8 <= flags.size()) {
		cursor id(flags, at + 8);
		if (const auto number = id.small_number())
			p_.caller = {flags[at + 7], *number};
	}
	p_.monotonic_s = static_cast<double>(*us) / 1e6;
	if (!dated_)
		p_.time = std::string(line_.substr(from, to - from));
	p_.stamped = p_.logged = p_.kernel = true;
	c_.move(end + 1);
	return true;
}

bool reader::date()
{
	if (dated_ && p_.stamped)
		return false;
	// A weekday or a month, or a number.
	if (!is_digit(c_.peek())) {
		cursor word = c_;
		if (word.name().size() != 3)
			return false;
	}
	const std::size_t from = c_.at();
	for (const auto eat : {eat_syslog_date, eat_iso, eat_logcat_date, eat_slash_date}) {
		cursor c = c_;
		if (!eat(c))
			continue;
		const std::size_t to = c.at();
		if (!c.end() && !is_blank(c.peek()) && c.peek() != ':' && c.peek() != ',')
			continue;
		c.eat(':');
		c.eat(',');
		set_time(from, to);
		c_ = c;
		return true;
	}
	// A bare clock or an epoch, only with a blank behind.
	cursor c = c_;
	const std::size_t digits = c.digits();
	if (digits == 10 && c.eat('.') && c.digits() >= 3 && is_blank(c.peek())) {
		set_time(from, c.at());
		c_ = c;
		return true;
	}
	c = c_;
	if (eat_clock(c) && c.at() - from >= 7 && is_blank(c.peek())) {
		set_time(from, c.at());
		c_ = c;
		return true;
	}
	return false;
}

// dmesg -x's "kern  :err   : ", busybox's "kern.err "
bool reader::facility()
{
	cursor c = c_;
	const view word = c.name();
	if (word != "kern" && word != "user" && word != "daemon" && word != "syslog")
		return false;
	if (c.eat('.')) {
		if (c.name().empty() || c.blanks() == 0)
			return false;
	} else {
		c.blanks();
		if (!c.eat(':') || c.name().empty())
			return false;
		c.blanks();
		if (!c.eat(':'))
			return false;
	}
	p_.logged = true;
	p_.kernel = word == "kern";
	c_ = c;
	return true;
}

// kernel: kernel[0]: E/kernel  (  123): kernel - - -
bool reader::tag()
{
	cursor c = c_;
	if (c.eat("MESSAGE=")) { // journalctl -o verbose and export
		p_.logged = p_.kernel = true;
		c_ = c;
		return true;
	}
	if (!c.eat("kernel") && !c.eat("vmunix") && !c.eat("KERNEL"))
		return false;
	cursor rfc = c;
	if (rfc.eat(" - - ")) {
		rfc.eat("- ");
		c_ = rfc;
		p_.logged = p_.kernel = true;
		return true;
	}
	if (c.eat('[')) {
		c.digits();
		if (!c.eat(']'))
			return false;
	}
	c.blanks();
	if (c.eat('(')) {
		c.blanks();
		c.digits();
		if (!c.eat(')'))
			return false;
	}
	if (!c.eat(':')) {
		// Some forwarders drop the colon before the stamp.
		if (c.peek() != '[' || !dated_)
			return false;
	}
	p_.logged = p_.kernel = true;
	c_ = c;
	return true;
}

// After a date: "host kernel: ", "host kern.err kernel: ", "123 456 E kernel : ", or another
// source.
bool reader::source()
{
	if (!dated_ && !p_.stamped)
		return false;
	if (p_.kernel && !p_.stamped)
		return false;
	const std::size_t limit = 96;
	view ahead = c_.rest().substr(0, limit);
	if (p_.stamped) {
		cursor two(ahead); // words, no more of which may stand in front of it
		two.word();
		two.blanks();
		two.word();
		ahead = ahead.substr(0, two.at());
	}
	for (const view word : {view("kernel"), view("vmunix")}) {
		for (std::size_t at = ahead.find(word); at != npos; at = ahead.find(word, at + 1)) {
			const bool fresh =
				at == 0 || is_blank(ahead[at - 1]) || ahead[at - 1] == '/';
			// A host, a facility, process numbers: words, but no sentence.
			const view before = ahead.substr(0, at);
			std::size_t words = 0;
			for (std::size_t i = 0; i < before.size(); ++i)
				words += i > 0 && is_blank(before[i]) && !is_blank(before[i - 1]);
			if (!fresh || words > 5 || contains(before, ": ") ||
			    (p_.stamped && words > 1))
				continue;
			reader inner(line_);
			inner.c_.move(c_.at() + at);
			inner.dated_ = dated_;
			if (!inner.tag())
				continue;
			p_.logged = p_.kernel = true;
			c_ = inner.c_;
			return true;
		}
	}
	return false;
}

// "stdout F ", "node-1  | ", "console: "
bool reader::container()
{
	cursor c = c_;
	if (dated_ && (c.eat("stdout ") || c.eat("stderr "))) {
		if (c.eat("F ") || c.eat("P ")) {
			c_ = c;
			return true;
		}
		return false;
	}
	if (p_.stamped)
		return false;
	std::size_t length = 0;
	while (!c.end() && length < 48 &&
	       (is_name(c.peek()) || c.peek() == '-' || c.peek() == '.')) {
		c.move(c.at() + 1);
		++length;
	}
	if (length == 0 || c.blanks() == 0 || !c.eat('|'))
		return false;
	c_ = c;
	p_.logged = true;
	return true;
}

// logcat of the kernel's buffer, behind the date: "     0     0 E         : ", with or without a
// user in front. Its tag is empty.
bool reader::kernel_buffer()
{
	if (!dated_ || p_.stamped)
		return false;
	cursor c = c_;
	if (!is_digit(c.peek())) {
		c.name();
		c.blanks();
	}
	if (!c.small_number() || c.blanks() == 0 || !c.small_number() || c.blanks() == 0)
		return false;
	if (!contains("VDIWEF", c.peek()) || c.end())
		return false;
	c.move(c.at() + 1);
	if (c.blanks() == 0 || !c.eat(':'))
		return false;
	p_.logged = p_.kernel = true;
	c_ = c;
	return true;
}

// What grep puts in front of a match: "/var/log/messages:", "kern.log:12:". Only with a date
// behind: the kernel's own stamp is found anyway.
bool reader::file()
{
	constexpr std::size_t longest = 200;
	if (p_.logged || p_.stamped)
		return false;
	cursor c = c_;
	const auto in_path = [](char ch) { return is_name(ch) || contains("./-", ch); };
	const std::size_t length = c.pass(in_path);
	if (length < 2 || length > longest || !c.eat(':'))
		return false;
	cursor number = c;
	if (number.digits() > 0 && number.eat(':'))
		c = number;
	for (const auto eat : {eat_syslog_date, eat_iso}) {
		cursor behind = c;
		if (eat(behind) && is_blank(behind.peek())) {
			c_ = c;
			return true;
		}
	}
	return false;
}

bool reader::one()
{
	c_.blanks();
	switch (c_.peek()) {
	case '>':
	case '|':
		return quote();
	case '<':
		return level();
	case '[':
		return bracket() || vendor_context();
	case '(':
	case '-':
		return vendor_context();
	default:
		return kmsg() || date() || facility() || tag() || vendor_context() ||
		       kernel_buffer() || container() || source() || file();
	}
}

prefix reader::read()
{
	// The text keeps the blanks in front of it: some formats are told apart by their indent.
	std::size_t end = 0;
	for (int i = 0; i < 24 && one(); ++i)
		end = c_.at();
	p_.length = end;
	p_.foreign = dated_ && !p_.stamped && !p_.kernel;
	return p_;
}

} // namespace

prefix read_prefix(view line)
{
	return reader(line).read();
}

bool read_stamp(view line, prefix &out)
{
	cursor c(line);
	if (!c.eat('['))
		return false;
	const auto seconds = eat_seconds(c);
	if (!seconds || !c.eat(']'))
		return false;
	out.monotonic_s = seconds;
	out.caller = {};
	cursor id = c;
	if (id.eat('[')) {
		id.blanks();
		const char kind = id.peek();
		if (kind != 'C' && kind != 'T')
			return false;
		id.move(id.at() + 1);
		const auto number = id.small_number();
		if (!number || !id.eat(']'))
			return false;
		out.caller = {kind, *number};
		c = id;
	}
	out.time.clear();
	out.length = c.at();
	out.stamped = out.logged = out.kernel = true;
	out.foreign = false;
	return true;
}

std::size_t find_stamp(view text, std::size_t from)
{
	for (std::size_t at = text.find('[', from); at != npos; at = text.find('[', at + 1)) {
		cursor c(text, at + 1);
		c.blanks();
		if (!eat_digits(c, 1, most_stamp_digits) || !c.eat('.'))
			continue;
		if (c.digits() == 6 && c.eat(']'))
			return at;
	}
	return npos;
}

} // namespace rtwatch::splat::detail
