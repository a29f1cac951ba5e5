// SPDX-License-Identifier: BSD-3-Clause
// Two machines that the tests know.
#include <linux/rtwatch.h>

#include "fake_module.hpp"

namespace rtwatch::testing
{
namespace
{

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr auto now = seconds(1000);

task make_task(std::int32_t pid, const char *comm, sched_policy policy, std::uint32_t prio)
{
	task out;
	out.pid = out.tgid = pid;
	out.comm = comm;
	out.policy = policy;
	out.prio = prio;
	return out;
}

task waiting(std::int32_t pid, const char *comm, nanoseconds wait, bool kthread)
{
	auto out = make_task(pid, comm, sched_policy::other, 0);
	out.wait = wait;
	out.kthread = kthread;
	return out;
}

cpu_state idle_cpu(std::uint32_t number)
{
	cpu_state out;
	out.cpu = cpu_id{number};
	out.time = now;
	out.flags = cpu_flags{cpu_flags::online | cpu_flags::idle};
	out.level = level::ok;
	out.level_since = seconds(280);
	out.rt_time = milliseconds(12);
	out.dl_time = nanoseconds(0);
	out.streak = nanoseconds(0);
	out.rt_share_1s_ppm = 0;
	out.rt_share_10s_ppm = 1200;
	out.tick_age = milliseconds(420);
	out.stuck = nanoseconds(0);
	out.touch_age = milliseconds(2147);
	out.hrtimer_age = milliseconds(1900);
	out.gp_seq = 4097;
	out.gp_age = nanoseconds(0);
	out.nr_running = 0;
	out.rt_nr_running = 0;
	out.samples_pushed = 2800;
	return out;
}

sample make_sample(std::uint32_t cpu, std::uint64_t seq)
{
	sample out;
	out.cpu = cpu_id{cpu};
	out.seq = seq;
	out.time = seconds(900) + milliseconds(100 * seq);
	out.flags = cpu_flags{cpu_flags::online | cpu_flags::user};
	out.rt_time = milliseconds(seq);
	out.gp_seq = 4096 + seq;
	return out;
}

} // namespace

incident hogged_incident()
{
	incident out;
	out.id = 12;
	out.revision = 3;
	out.type = incident_type::rt_starvation;
	out.cpu = cpu_id{1};
	out.level = level::starving;
	out.active = true;
	out.start = now - milliseconds(3200);
	out.detected = now - milliseconds(2190);
	out.start_realtime = seconds(1'767'225'600) + milliseconds(123);
	out.peak = milliseconds(3200);
	out.culprit = make_task(121, "surfaceflinger", sched_policy::fifo, 50);
	out.victims = {waiting(122, "victim", milliseconds(3200), false),
		       waiting(21, "ksoftirqd/1", milliseconds(3100), true),
		       waiting(77, "kworker/1:1", milliseconds(2000), true)};
	out.victims_total = 3;
	out.cause = cause::rt_runtime_share;
	frame spin;
	spin.user_ip = 0x401136;
	out.frames = {spin};
	out.rq_rt_runtime = seconds(1);
	out.rt_runtime = milliseconds(950);
	out.rt_period = seconds(1);
	return out;
}

std::shared_ptr<fake_module> healthy_machine()
{
	auto out = std::make_shared<fake_module>();
	out->info.version = "0.1.0";
	out->info.abi = RTWATCH_ABI;
	out->info.tier = tier::full;
	out->info.cpus_possible = out->info.cpus_online = 4;
	out->info.loaded = seconds(20);
	out->info.notifier_policy = sched_policy::deadline;
	out->sensors = {{sensor_id::tick, "tick", true, "kprobe update_process_times", {}},
			{sensor_id::sim, "sim", false, {}, "not a debug build"}};
	for (std::uint32_t cpu = 0; cpu < 4; cpu++)
		out->cpus.push_back(idle_cpu(cpu));
	out->samples = {
		{cpu_id{0}, 37, {make_sample(0, 38), make_sample(0, 39), make_sample(0, 40)}},
		{cpu_id{1}, 0, {make_sample(1, 1)}}};
	out->info.log_depth = 256;
	out->info.log_used = 12;
	out->info.incidents_active = 0;
	out->info.memory_bytes = 1'300'000;
	for (std::uint32_t cpu = 0; cpu < 4; cpu++) {
		cpu_stat one;
		one.cpu = cpu_id{cpu};
		one.samples_pushed = 1000;
		one.samples_lost = 24;
		one.patrol_rounds = 3 * cpu;
		one.hooks = {{hook_id::tick, 1700, 100, nanoseconds(80'000), nanoseconds(2000)},
			     {hook_id::sched_switch, 5000, {}, {}, {}}};
		out->stats.push_back(one);
	}
	out->config.sample_interval_ms = 100;
	out->config.rt_starvation_ms = 1000;
	out->config.clear_ms = 2000;
	out->stack.cpu = cpu_id{1};
	out->stack.task = make_task(121, "surfaceflinger", sched_policy::fifo, 50);
	frame kernel, user;
	kernel.symbol = "asm_exc_nmi+0xa3/0xfe";
	user.user_ip = 0x401136;
	out->stack.frames = {kernel, user};
	return out;
}

std::shared_ptr<fake_module> hogged_machine()
{
	auto out = healthy_machine();
	auto &cpu = out->cpus[1];
	cpu.flags = cpu_flags{cpu_flags::online | cpu_flags::user | cpu_flags::rt};
	cpu.level = level::starving;
	cpu.level_since = now - milliseconds(2200);
	cpu.streak = milliseconds(3200);
	cpu.rt_share_1s_ppm = 999'700;
	cpu.rt_share_10s_ppm = 321'000;
	cpu.tick_age = milliseconds(2);
	cpu.gp_age = milliseconds(2900);
	cpu.culprit = hogged_incident().culprit;
	cpu.worst_victim = hogged_incident().victims[0];
	cpu.victims_total = 3;
	out->log.incidents = {hogged_incident()};
	return out;
}

} // namespace rtwatch::testing
