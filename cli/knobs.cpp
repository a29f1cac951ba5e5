// SPDX-License-Identifier: BSD-3-Clause
#include <cerrno>
#include <cstdint>

#include <rtwatch/knobs.hpp>

#include "command.hpp"
#include "json.hpp"
#include "knobs_file.hpp"
#include "knobs_view.hpp"
#include "options.hpp"
#include "output.hpp"
#include "text.hpp"

namespace rtwatchctl
{
namespace
{

using words = std::vector<std::string>;

const command_line &knobs_line()
{
	static const command_line it{
		"knobs [get NAME... | set NAME=VALUE... | save FILE | restore [FILE]] [OPTION]...",
		"The kernel settings that decide whether a CPU can be starved, who notices, and\n"
		"what happens then. Does not need the module.\n"
		"\n"
		"  (nothing)        all of them: value, the kernel's default, meaning\n"
		"  get NAME...      the value of one, or NAME=VALUE of several\n"
		"  set NAME=VALUE.. all of them or none; tells what it changes and how to undo it\n"
		"  save FILE        what can be set, as it is now ('-': standard output)\n"
		"  restore FILE     as it was saved ('-': standard input)\n"
		"  restore          as it was before the first set since boot\n"
		"\n"
		"Settings last until the machine restarts; /etc/sysctl.d is for good.",
		{{"dry-run", nullptr, "With set and restore: tell, but change nothing"},
		 {"force", nullptr, "With save: replace FILE"},
		 {"root", "DIR", "Of a copy of /proc, /sys and /boot below this folder"}},
		0,
		SIZE_MAX};
	return it;
}

struct context {
	const globals &g;
	const rtwatch::host machine;
	bool dry_run;
	bool force;
};

int list_all(const context &c)
{
	const auto knobs = rtwatch::read_knobs(c.machine);
	if (!c.g.json)
		return show(knobs_text(knobs, c.g.color, terminal_width()));
	auto out = new_document(0);
	out["knobs"] = json::array();
	for (const auto &one : knobs)
		out["knobs"].push_back(to_json(one));
	return show(c.g, out);
}

// "kernel.panic" is "panic"; "fair_server.runtime_ns" is that of every CPU.
bool is_called(const rtwatch::knob &one, const std::string &name)
{
	if (one.name == name || "kernel." + one.name == name || "rcupdate." + one.name == name)
		return true;
	const auto first = one.name.find(".cpu");
	return first != std::string::npos &&
	       one.name.substr(0, first) + one.name.substr(one.name.rfind('.')) == name;
}

int get(const context &c, const words &names)
{
	if (names.empty())
		return fail(c.g, {EINVAL, "get which?", "rtwatchctl knobs lists them"});
	std::vector<rtwatch::knob> found;
	const auto knobs = rtwatch::read_knobs(c.machine);
	for (const auto &name : names) {
		const auto before = found.size();
		for (const auto &one : knobs)
			if (is_called(one, name))
				found.push_back(one);
		if (found.size() == before)
			return fail(c.g, {ENOENT, "no knob is called '" + name + "'",
					  "rtwatchctl knobs lists them"});
	}
	if (c.g.json) {
		auto out = new_document(0);
		out["knobs"] = json::array();
		for (const auto &one : found)
			out["knobs"].push_back(to_json(one));
		return show(c.g, out);
	}
	std::string out;
	for (const auto &one : found) {
		if (!one.value)
			return fail(c.g, {ENOENT, one.name + " has no value", one.absent});
		if (found.size() > 1)
			out.append(one.name).append("=");
		out.append(*one.value).append("\n");
	}
	return show(out);
}

int tell(const context &c, const std::vector<rtwatch::knob_change> &changes, bool undoing)
{
	const auto undo = undoing || c.dry_run ? std::string() : undo_command(changes);
	if (c.g.json) {
		auto out = new_document(0);
		out["changes"] = json::array();
		for (const auto &one : changes)
			out["changes"].push_back(to_json(one));
		out["dry_run"] = c.dry_run;
		if (!undo.empty())
			out["undo"] = undo;
		return show(c.g, out);
	}
	if (changes.empty())
		return show("nothing to change: all is so already\n");
	auto out = changes_text(changes, c.g.color);
	if (c.dry_run)
		out += "\nnothing was changed: --dry-run\n";
	if (!undo.empty())
		out += "\nTo undo this:   " + undo + "\nTo undo it all: rtwatchctl knobs restore\n";
	return show(out);
}

rtwatch::result<std::vector<rtwatch::knob_value>> wishes_of(const words &list)
{
	std::string text;
	for (const auto &one : list)
		text.append(one).append("\n");
	auto out = rtwatch::knobs_from_text(text);
	if (!out || out->size() != list.size())
		return rtwatch::error{EINVAL, "set wants NAME=VALUE",
				      "for example sched_rt_runtime_us=950000"};
	return out;
}

// Remembers first and changes then.
rtwatch::result<std::vector<rtwatch::knob_change>>
change(const context &c, const std::vector<rtwatch::knob_value> &wishes, bool forget)
{
	auto plan = rtwatch::plan_knobs(c.machine, wishes);
	if (!plan || c.dry_run)
		return plan;
	knob_memory memory(c.machine);
	if (auto done = memory.lock(); !done)
		return done.error();
	// Again, now that nobody else changes them.
	plan = rtwatch::plan_knobs(c.machine, wishes);
	if (!plan)
		return plan;
	const auto known = memory.recall();
	if (!known)
		return known.error();
	if (auto done = memory.remember(*plan); !done)
		return done.error();
	auto done = rtwatch::set_knobs(c.machine, wishes);
	if (done && !forget)
		return done;
	// A failed change left all as it was, so it is not to be remembered.
	if (auto back = memory.put(done ? std::vector<rtwatch::knob_value>() : *known); !back)
		note(back.error().text());
	return done;
}

int set(const context &c, const words &list)
{
	if (list.empty())
		return fail(c.g, {EINVAL, "set what?", "give NAME=VALUE"});
	auto wishes = wishes_of(list);
	if (!wishes)
		return fail(c.g, wishes.error());
	auto done = change(c, *wishes, false);
	return done ? tell(c, *done, false) : fail(c.g, done.error());
}

int save(const context &c, const words &files)
{
	if (files.size() != 1)
		return fail(c.g,
			    {EINVAL, "save where?", "give one file, or - for standard output"});
	const auto text =
		knobs_document(c.machine, rtwatch::knobs_to_text(rtwatch::read_knobs(c.machine)));
	if (files[0] == "-")
		return show(text);
	auto done = write_file(files[0], text, c.force);
	return done ? exit_fine : fail(c.g, done.error());
}

int restore(const context &c, const words &files)
{
	if (files.size() > 1)
		return fail(c.g, {EINVAL, "restore takes one file", "or none, to undo every set"});
	std::vector<rtwatch::knob_value> saved;
	if (files.empty()) {
		auto known = knob_memory(c.machine).recall();
		if (!known)
			return fail(c.g, known.error());
		saved = std::move(*known);
	} else {
		auto text = read_file(files[0]);
		if (!text)
			return fail(c.g, text.error());
		auto parsed = rtwatch::knobs_from_text(*text);
		if (!parsed)
			return fail(c.g,
				    {parsed.error().code, files[0] + ": " + parsed.error().message,
				     parsed.error().advice});
		saved = std::move(*parsed);
	}
	// What is so already needs no write, and what this kernel lacks, no error.
	std::vector<rtwatch::knob_value> wishes;
	const auto knobs = rtwatch::read_knobs(c.machine);
	for (auto &one : saved) {
		const rtwatch::knob *now = nullptr;
		for (const auto &each : knobs)
			if (each.name == one.name)
				now = &each;
		if (now && !now->value)
			note(one.name + " is left out: " + now->absent);
		else if (!now || *now->value != one.value)
			wishes.push_back(std::move(one));
	}
	if (wishes.empty() && (files.empty() || c.dry_run))
		return tell(c, {}, true);
	auto done = change(c, wishes, files.empty());
	return done ? tell(c, *done, files.empty()) : fail(c.g, done.error());
}

} // namespace

int cmd_knobs(const globals &g, int argc, char **argv)
{
	auto given = parse(knobs_line(), argc, argv);
	if (!given)
		return fail(g, given.error());
	if (given->help())
		return show(help_text(knobs_line()));
	const context c{g, rtwatch::host(given->text("root").value_or("")), given->has("dry-run"),
			given->has("force")};
	if (given->words().empty())
		return list_all(c);
	const auto action = given->words()[0];
	const words rest(given->words().begin() + 1, given->words().end());
	if (action == "get")
		return get(c, rest);
	if (action == "set")
		return set(c, rest);
	if (action == "save")
		return save(c, rest);
	if (action == "restore")
		return restore(c, rest);
	return fail(g, {EINVAL, "knobs cannot '" + action + "'",
			"give get, set, save, restore, or nothing to list them"});
}

} // namespace rtwatchctl
