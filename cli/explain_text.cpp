// SPDX-License-Identifier: BSD-3-Clause
#include "explain_text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>
#include <vector>

#include <rtwatch/verdict.hpp>

namespace rtwatchctl
{

namespace splat = rtwatch::splat;

namespace
{

constexpr std::string_view bold = "1";
constexpr std::string_view dim = "2";
constexpr std::string_view red = "1;31";
constexpr std::string_view yellow = "33";

// Builds the text: knows colour and width, nothing of what it says.
class page
{
public:
	page(bool color, std::size_t width) : color_(color), width_(width) {}

	[[nodiscard]] std::string paint(std::string_view code, std::string_view text) const
	{
		if (!color_)
			return std::string(text);
		return "\033[" + std::string(code) + "m" + std::string(text) + "\033[0m";
	}

	void line(const std::string &text) { text_ += text + "\n"; }

	// Words filled to the width, every line but the first behind indent blanks.
	void fill(std::string_view words, std::size_t indent, std::size_t used)
	{
		std::size_t column = used;
		bool first = true;
		while (!words.empty()) {
			const std::size_t end = std::min(words.find(' '), words.size());
			const std::string_view word = words.substr(0, end);
			words.remove_prefix(std::min(end + 1, words.size()));
			if (!first && column + 1 + word.size() > width_) {
				text_ += "\n" + std::string(indent, ' ');
				column = indent;
			} else if (!first) {
				text_ += ' ';
				++column;
			}
			text_ += word;
			column += word.size();
			first = false;
		}
		text_ += '\n';
	}

	void raw(const std::string &text) { text_ += text; }
	[[nodiscard]] std::string take() { return std::move(text_); }

private:
	bool color_;
	std::size_t width_;
	std::string text_;
};

// What a log holds is not to steer the terminal.
using rtwatch::printable;

bool is_reserved(const splat::field &f)
{
	return f.name == "cause" || f.name == "next" || f.name == "knob" || f.name == "cut";
}

// As printed, but /dev/kmsg's microseconds as the seconds that dmesg prints.
std::string time_text(const splat::incident &in)
{
	const bool digits = std::all_of(in.time.begin(), in.time.end(),
					[](char c) { return c >= '0' && c <= '9'; });
	if (!digits || !in.monotonic_s)
		return printable(in.time);
	std::array<char, 32> seconds{};
	std::snprintf(seconds.data(), seconds.size(), "%.6f", *in.monotonic_s);
	return seconds.data();
}

std::string where(const splat::incident &in)
{
	std::string text = in.first_line == in.last_line
				   ? "line " + std::to_string(in.first_line)
				   : "lines " + std::to_string(in.first_line) + "-" +
					     std::to_string(in.last_line);
	if (!in.time.empty())
		text += ", at " + time_text(in);
	if (!in.kernel.empty())
		text += ", kernel " + printable(in.kernel);
	if (!in.arch.empty())
		text += ", " + printable(in.arch);
	return text;
}

void add_fields(page &out, const splat::incident &in)
{
	constexpr std::size_t widest_name = 24;
	std::size_t name_width = 0;
	for (const splat::field &f : in.fields) {
		if (!is_reserved(f))
			name_width = std::max(name_width, std::min(f.name.size(), widest_name));
	}
	const std::size_t indent = 4 + name_width + 2;
	std::vector<std::string_view> said; // an explanation is given once a report
	for (const splat::field &f : in.fields) {
		if (is_reserved(f))
			continue;
		std::string name = printable(f.name);
		name.resize(std::max(name.size(), name_width), ' ');
		out.raw("    " + out.paint(dim, name) + "  ");
		std::string words = printable(f.value);
		if (std::find(said.begin(), said.end(), f.meaning) != said.end()) {
			words += " (see above)";
		} else if (!f.meaning.empty()) {
			while (!words.empty() && (words.back() == '.' || words.back() == ':') &&
			       words.find_first_not_of(".:") != std::string::npos)
				words.pop_back();
			words += ": " + printable(f.meaning);
			said.emplace_back(f.meaning);
		}
		out.fill(words, indent, indent);
	}
}

void add_trace(page &out, const splat::incident &in)
{
	constexpr std::size_t most = 10;
	std::size_t shown = 0;
	// In user mode all there is to see is the interrupt that looked.
	if (in.user_mode.value_or(false) && in.top_function.empty())
		return;
	// From where it was: the frames before are the interrupt and the printing.
	const auto is_top = [&in](const splat::stack_frame &f) {
		return f.reliable && f.function == in.top_function;
	};
	auto from = std::find_if(in.trace.begin(), in.trace.end(), is_top);
	if (from == in.trace.end())
		from = std::find_if(in.trace.begin(), in.trace.end(), [](const auto &f) {
			return f.reliable && f.section != "IRQ" && f.section != "NMI";
		});
	for (; from != in.trace.end(); ++from) {
		const splat::stack_frame &f = *from;
		if (!f.reliable)
			continue;
		if (shown == 0)
			out.line("  " + out.paint(bold, "Trace"));
		if (++shown > most) {
			out.line("    ...");
			return;
		}
		std::string text = "    " + printable(f.function);
		if (!f.module.empty())
			text += " [" + printable(f.module) + "]";
		if (!f.section.empty() && f.section != "TASK")
			text += "  <" + printable(f.section) + ">";
		out.line(text);
	}
}

void add_named(page &out, const splat::incident &in, std::string_view name, std::string_view title)
{
	bool first = true;
	for (const splat::field &f : in.fields) {
		if (f.name != name)
			continue;
		if (first)
			out.line("  " + out.paint(bold, title));
		first = false;
		out.raw("    " + out.paint(yellow, printable(f.value)) + ": ");
		out.fill(printable(f.meaning), 6, 4 + f.value.size() + 2);
	}
}

} // namespace

std::string to_text(const splat::incident &in, std::size_t base, bool color, std::size_t width)
{
	page out(color, width);
	out.raw(out.paint(red, "#" + std::to_string(base + in.index + 1) + " " +
				       splat::to_string(in.type)) +
		"  ");
	out.line(out.paint(dim, where(in)));
	out.raw("  ");
	out.fill(printable(in.summary), 2, 2);
	if (!in.related.empty()) {
		std::string list = "Same hang as";
		for (std::size_t i = 0; i < in.related.size(); ++i)
			list += (i > 0 ? ", #" : " #") + std::to_string(base + in.related[i] + 1);
		out.raw("  ");
		out.fill(list + ".", 2, 2);
	}
	add_named(out, in, "cause", "Cause");
	if (std::any_of(in.fields.begin(), in.fields.end(),
			[](const splat::field &f) { return !is_reserved(f); })) {
		out.line("  " + out.paint(bold, "What the report says"));
		add_fields(out, in);
	}
	add_trace(out, in);
	add_named(out, in, "cut", "Missing");
	add_named(out, in, "next", "Look at");
	add_named(out, in, "knob", "Settings that decide");
	return out.take();
}

} // namespace rtwatchctl
