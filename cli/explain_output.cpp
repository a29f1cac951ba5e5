// SPDX-License-Identifier: BSD-3-Clause
#include "explain_output.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "explain_json.hpp"
#include "explain_text.hpp"
#include "output.hpp"
#include "text.hpp"

namespace rtwatchctl
{
namespace
{

constexpr std::size_t write_size = 65536;

// Columns: lines of words are hard to read when they are very long or short.
std::size_t page_width()
{
	constexpr std::size_t narrow = 60;
	constexpr std::size_t usual = 100;
	constexpr std::size_t wide = 120;
	const std::size_t columns = terminal_width();
	return columns == 0 ? usual : std::clamp(columns, narrow, wide);
}

// The text of a part of a document, levels deep in it.
std::string dump_nested(const nlohmann::ordered_json &part, bool pretty, std::size_t levels)
{
	const auto damaged = nlohmann::ordered_json::error_handler_t::replace;
	std::string text = part.dump(pretty ? 2 : -1, ' ', false, damaged);
	const std::string indent(2 * levels, ' ');
	// A newline inside a string is escaped: each that is there ends a line.
	for (std::size_t at = text.find('\n'); pretty && at != std::string::npos;
	     at = text.find('\n', at + 1))
		text.insert(at + 1, indent);
	return text;
}

std::string count_of(std::uint64_t number, const char *one, const char *many)
{
	return std::to_string(number) + " " + (number == 1 ? one : many);
}

} // namespace

explain_output::explain_output(const globals &g, bool live)
	: globals_(g), live_(live), width_(page_width())
{
}

void explain_output::begin_log(std::string name)
{
	name_ = std::move(name);
	base_ = count_;
}

bool explain_output::flush(std::size_t least)
{
	if (broken_ || text_.empty() || text_.size() < least)
		return !broken_;
	broken_ = show(text_) != exit_fine;
	text_.clear();
	return !broken_;
}

// The document's own text is as dump() would indent it.
void explain_output::begin_document()
{
	if (begun_ || live_ || !globals_.json)
		return;
	begun_ = true;
	text_ += globals_.pretty ? "{\n  \"schema\": " : "{\"schema\":";
	text_ += std::to_string(json_schema);
	text_ += globals_.pretty ? ",\n  \"incidents\": [" : ",\"incidents\":[";
}

void explain_output::end_document()
{
	if (live_ || !globals_.json)
		return;
	begin_document();
	if (globals_.pretty && count_ > 0)
		text_ += "\n  ";
	text_ += globals_.pretty ? "],\n  \"lost\": " : "],\"lost\":";
	text_ += std::to_string(lost_);
	if (error_.code != 0) {
		text_ += globals_.pretty ? ",\n  \"error\": " : ",\"error\":";
		text_ += dump_nested(error_json(error_), globals_.pretty, 1);
	}
	text_ += globals_.pretty ? "\n}\n" : "}\n";
}

void explain_output::add_json(const rtwatch::splat::incident &incident)
{
	if (live_) {
		text_ += "{\"schema\":" + std::to_string(json_schema) + ",\"incidents\":[";
		append_json(text_, incident, base_, name_);
		text_ += "],\"lost\":" + std::to_string(lost_) + "}\n";
		return;
	}
	begin_document();
	if (count_ > 0)
		text_ += ',';
	if (!globals_.pretty) {
		append_json(text_, incident, base_, name_);
		return;
	}
	std::string object;
	append_json(object, incident, base_, name_);
	text_ += "\n    ";
	text_ += dump_nested(nlohmann::ordered_json::parse(object), true, 2);
}

void explain_output::add_text(const rtwatch::splat::incident &incident)
{
	if (count_ > 0)
		text_ += '\n';
	if (!name_.empty() && count_ == base_)
		text_ += name_ + ":\n\n";
	text_ += to_text(incident, base_, globals_.color, width_);
}

bool explain_output::add(const rtwatch::splat::incident &incident)
{
	if (globals_.json)
		add_json(incident);
	else
		add_text(incident);
	++count_;
	return flush(live_ ? 0 : write_size);
}

void explain_output::failed(const rtwatch::error &why)
{
	note(why.text());
	if (error_.code == 0)
		error_ = why;
}

int explain_output::finish(std::uint64_t cut_lines)
{
	end_document();
	const bool failed = error_.code != 0;
	if (!globals_.json && count_ == 0 && !failed)
		text_ += "No stall, lockup or hung task in this log.\n";
	if (!flush(0))
		return exit_error;
	if (globals_.json)
		return failed ? exit_error : exit_fine;
	if (lost_ > 0)
		note(count_of(lost_, "log record was", "log records were") +
		     " dropped before it could be read: what it said is missing above");
	if (cut_lines > 0)
		note(count_of(cut_lines, "line was", "lines were") + " longer than " +
		     std::to_string(rtwatch::splat::parser::max_line) +
		     " bytes: the rest was not read");
	return failed ? exit_error : exit_fine;
}

} // namespace rtwatchctl
