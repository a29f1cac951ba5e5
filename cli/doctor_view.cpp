// SPDX-License-Identifier: BSD-3-Clause
#include "doctor_view.hpp"

#include <algorithm>

#include "table.hpp"
#include "text.hpp"

namespace rtwatchctl
{
namespace
{

using rtwatch::finding;
using rtwatch::severity;

paint paint_of(severity how)
{
	switch (how) {
	case severity::fine:
		return paint::good;
	case severity::note:
		return paint::plain;
	case severity::warning:
		return paint::warn;
	case severity::critical:
		return paint::bad;
	}
	return paint::plain;
}

const char *title(rtwatch::doctor_area area)
{
	switch (area) {
	case rtwatch::doctor_area::protection:
		return "Does everybody get a share of each CPU?";
	case rtwatch::doctor_area::detectors:
		return "Who notices a hang?";
	case rtwatch::doctor_area::order:
		return "Is the cause told before its effects?";
	case rtwatch::doctor_area::panic:
		return "What does the kernel do in the end?";
	case rtwatch::doctor_area::traces:
		return "What is left after a restart?";
	case rtwatch::doctor_area::console:
		return "What can be read meanwhile?";
	case rtwatch::doctor_area::rtwatch:
		return "Does rtwatch see?";
	}
	return "";
}

std::size_t count(const std::vector<finding> &findings, severity how)
{
	return static_cast<std::size_t>(
		std::count_if(findings.begin(), findings.end(),
			      [&](const finding &one) { return one.severity == how; }));
}

std::string counted(std::size_t number, const char *what)
{
	return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

// "1 critical, 2 warnings, 1 note", without what there is none of.
std::string totals(const std::vector<finding> &findings)
{
	std::string out;
	const auto add = [&](const std::string &part) {
		out.append(out.empty() ? "" : ", ").append(part);
	};
	if (const auto number = count(findings, severity::critical))
		add(std::to_string(number) + " critical");
	if (const auto number = count(findings, severity::warning))
		add(counted(number, "warning"));
	if (const auto number = count(findings, severity::note))
		add(counted(number, "note"));
	add(std::to_string(count(findings, severity::fine)) + " fine");
	return out;
}

constexpr std::size_t doctor_margin = 12;

std::string paragraph(const std::string &head, std::size_t head_size, const std::string &text,
		      std::size_t width)
{
	auto body = wrap(text, width > doctor_margin ? width - doctor_margin : 0, 0);
	for (std::size_t at = 0; (at = body.find('\n', at)) != std::string::npos;
	     at += doctor_margin + 1)
		body.insert(at + 1, doctor_margin, ' ');
	return head + std::string(doctor_margin - head_size, ' ') + body + "\n";
}

} // namespace

std::string doctor_text(const std::vector<finding> &findings, bool color, std::size_t width)
{
	std::string out;
	const finding *before = nullptr;
	for (const auto &one : findings) {
		if (!before || before->area != one.area)
			out.append(before ? "\n" : "").append(title(one.area)).append("\n");
		before = &one;
		const std::string word = one.severity == severity::fine
						 ? "ok"
						 : std::string(to_string(one.severity));
		out += paragraph("  " + painted(word, paint_of(one.severity), color),
				 word.size() + 2, one.text, width);
		if (!one.fix.empty())
			out += paragraph("", 0, "-> " + one.fix, width);
	}
	return out + "\n" + painted(totals(findings), paint_of(rtwatch::worst(findings)), color) +
	       "\n";
}

json doctor_json(const std::vector<finding> &findings)
{
	auto out = new_document(0);
	out["worst"] = std::string(to_string(rtwatch::worst(findings)));
	out["counts"] = json::object();
	for (const auto how :
	     {severity::critical, severity::warning, severity::note, severity::fine})
		out["counts"][std::string(to_string(how))] = count(findings, how);
	out["findings"] = json::array();
	for (const auto &one : findings) {
		json told;
		told["code"] = one.code;
		told["area"] = std::string(to_string(one.area));
		told["severity"] = std::string(to_string(one.severity));
		told["text"] = one.text;
		if (!one.fix.empty())
			told["fix"] = one.fix;
		out["findings"].push_back(std::move(told));
	}
	return out;
}

std::string doctor_line(const std::vector<finding> &findings)
{
	const auto how = rtwatch::worst(findings);
	const auto first = std::find_if(findings.begin(), findings.end(),
					[&](const finding &one) { return one.severity == how; });
	if (how == severity::fine || how == severity::note)
		return "OK: " + totals(findings);
	return (how == severity::critical ? "CRITICAL: " : "WARNING: ") + totals(findings) + ": " +
	       first->text;
}

} // namespace rtwatchctl
