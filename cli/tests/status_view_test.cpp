// SPDX-License-Identifier: BSD-3-Clause
#include "status_view.hpp"

#include <gtest/gtest.h>

#include "fake_module.hpp"

namespace rtwatchctl
{
namespace
{

namespace fake = rtwatch::testing;

snapshot of(const fake::fake_module &machine)
{
	snapshot out;
	out.cpus = machine.cpus;
	out.incidents = machine.log.incidents;
	out.now = std::chrono::seconds(1000);
	rtwatch::situation seen;
	seen.cpus = out.cpus;
	seen.log.incidents = out.incidents;
	seen.now = out.now;
	out.verdicts = rtwatch::diagnose(seen, {}).verdicts;
	return out;
}

snapshot many(std::size_t count)
{
	auto out = of(*fake::hogged_machine());
	while (out.cpus.size() < count) {
		auto one = out.cpus[0];
		one.cpu = rtwatch::cpu_id{static_cast<std::uint32_t>(out.cpus.size())};
		out.cpus.push_back(one);
	}
	return out;
}

TEST(status, shows_the_hogged_machine)
{
	EXPECT_EQ(
		status_text(of(*fake::hogged_machine()), {}),
		R"(CPU  LEVEL      SINCE  RT 1s  RT 10s  STREAK  CULPRIT                      WORST VICTIM         TOUCH  TICK    GP
  0  ok        12m00s   0.0%    0.1%       -  -                            -                     2.1s  idle     -
  1  starving    2.2s   100%   32.1%    3.2s  surfaceflinger[121] FIFO 50  victim[122] 3.2s +2   2.1s   2ms  2.9s
  2  ok        12m00s   0.0%    0.1%       -  -                            -                     2.1s  idle     -
  3  ok        12m00s   0.0%    0.1%       -  -                            -                     2.1s  idle     -

)"
		"#12 CPU 1 is starved for 3.2 s by surfaceflinger (pid 121, SCHED_FIFO 50): "
		"victim (pid 122) "
		"waits 3.2 s and 2 more; throttling did not stop it because RT_RUNTIME_SHARE "
		"lent the CPU "
		"1000 ms of runtime per 1000 ms (limit 950 ms).\n"
		"rtwatchctl diagnose tells what to do.\n");
}

TEST(status, tells_one_sickness_once)
{
	auto machine = fake::hogged_machine();
	auto stall = machine->log.incidents[0];
	stall.id = 13;
	stall.type = rtwatch::incident_type::rcu_stall;
	machine->log.incidents.push_back(stall);
	const auto text = status_text(of(*machine), {});
	EXPECT_NE(text.find("1 more incident belongs to it."), std::string::npos) << text;
	EXPECT_EQ(text.find("#13"), std::string::npos) << text;
}

TEST(status, fits_120_columns)
{
	const auto text = status_text(of(*fake::hogged_machine()), {});
	EXPECT_LE(text.find('\n'), 120u);
}

TEST(status, wraps_sentences_for_a_terminal)
{
	status_style style;
	style.width = 80;
	const auto text = status_text(of(*fake::hogged_machine()), style);
	auto lines = text.substr(text.find("\n\n") + 2);
	for (std::size_t at; (at = lines.find('\n')) != std::string::npos; lines.erase(0, at + 1))
		EXPECT_LE(at, 80u) << lines;
}

TEST(status, shows_what_is_not_known_as_a_dash)
{
	snapshot bare;
	bare.cpus.emplace_back().cpu = rtwatch::cpu_id{0};
	const auto text = status_text(bare, {});
	EXPECT_EQ(text.substr(text.find('\n') + 1), "  0  -          -      -       -       -  -   "
						    "     -                 -     -   -\n");
}

TEST(status, an_idle_cpu_has_no_age_unless_it_is_stuck)
{
	auto seen = of(*fake::healthy_machine());
	EXPECT_NE(status_text(seen, {}).find("idle"), std::string::npos);
	for (auto &cpu : seen.cpus)
		cpu.stuck = std::chrono::seconds(3);
	EXPECT_EQ(status_text(seen, {}).find("idle"), std::string::npos);
}

TEST(status, puts_the_worst_first_when_asked)
{
	status_style style;
	style.worst_first = true;
	const auto text = status_text(of(*fake::hogged_machine()), style);
	EXPECT_EQ(text.substr(text.find('\n') + 1, 13), "  1  starving");
	EXPECT_EQ(status_json(of(*fake::hogged_machine()), true)["cpus"][0]["cpu"], 1);
}

TEST(status, folds_what_is_fine_on_large_machines)
{
	const auto text = status_text(many(64), {});
	EXPECT_NE(text.find("63 more CPUs ok: 0,2-63 (--all shows them)"), std::string::npos)
		<< text;
	EXPECT_NE(text.find("surfaceflinger"), std::string::npos);
	status_style style;
	style.all = true;
	EXPECT_EQ(status_text(many(64), style).find("--all"), std::string::npos);
	EXPECT_EQ(status_text(many(16), {}).find("--all"), std::string::npos);
}

TEST(status, json_has_every_field_and_the_incident)
{
	const auto out = status_json(of(*fake::hogged_machine()), false);
	EXPECT_EQ(out["schema"], 1);
	EXPECT_EQ(out["lost"], 0);
	EXPECT_EQ(out["cpus"].size(), 4u);
	EXPECT_EQ(out["cpus"][1]["level"], "starving");
	EXPECT_EQ(out["cpus"][1]["streak_ns"], 3'200'000'000);
	EXPECT_EQ(out["cpus"][1]["culprit"]["policy"], "SCHED_FIFO");
	EXPECT_EQ(out["cpus"][1]["samples_pushed"], 2800);
	EXPECT_EQ(out["incidents"][0]["id"], 12);
	EXPECT_EQ(out["verdicts"][0]["cause"], "rt_runtime_share");
	EXPECT_EQ(out["verdicts"][0]["incidents"][0], 12);
}

TEST(check, tells_a_starving_machine_in_one_line)
{
	const auto bad = check(of(*fake::hogged_machine()));
	EXPECT_TRUE(bad.starving);
	EXPECT_EQ(bad.line.substr(0, 40), "STARVING: CPU 1: CPU 1 is starved for 3.");
	EXPECT_EQ(bad.line.find('\n'), std::string::npos);
	const auto good = check(of(*fake::healthy_machine()));
	EXPECT_FALSE(good.starving);
	EXPECT_EQ(good.line, "OK: 4 CPUs, none is starving");
}

TEST(cpu_list, joins_neighbours)
{
	using rtwatch::cpu_id;
	EXPECT_EQ(cpu_list({cpu_id{0}, cpu_id{1}, cpu_id{2}, cpu_id{5}, cpu_id{7}}), "0-2,5,7");
	EXPECT_EQ(cpu_list({}), "");
}

} // namespace
} // namespace rtwatchctl
