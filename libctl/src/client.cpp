// SPDX-License-Identifier: BSD-3-Clause
#include <rtwatch/client.hpp>

#include <algorithm>
#include <cerrno>
#include <linux/rtwatch.h>

#include "advice.hpp"
#include "client_impl.hpp"
#include "monotonic.hpp"
#include "nl.hpp"

namespace rtwatch
{
namespace
{

error incomplete(const char *what)
{
	return {EBADMSG, std::string("malformed answer from the module: no ") + what,
		"check that module and library belong together: rtwatchctl version"};
}

// Gives the states from number `next` on what their message tells of them.
inline void take_states(answer &from, std::size_t &next)
{
	const std::size_t count = from.cpus.size();
	for (auto *state = from.cpus.data() + next; next < count; next++, state++) {
		if (!state->cpu)
			state->cpu = from.cpu;
		if (!state->time)
			state->time = from.time ? from.time : monotonic_now();
	}
}

// One CPU may come in several messages.
void take_samples(answer &from, std::vector<cpu_samples> &to)
{
	const auto cpu = from.cpu               ? *from.cpu
			 : from.samples.empty() ? cpu_id{}
			 : from.samples[0].cpu  ? *from.samples[0].cpu
						: cpu_id{};
	if (to.empty() || to.back().cpu != cpu)
		to.push_back({cpu, 0, {}});
	auto &batch = to.back();
	batch.lost += from.lost.value_or(0);
	for (auto &one : from.samples) {
		if (!one.cpu)
			one.cpu = cpu;
		batch.samples.push_back(std::move(one));
	}
	from.samples.clear();
}

} // namespace

std::string_view library_version() noexcept
{
	return RTWATCH_VERSION;
}

std::uint32_t library_abi() noexcept
{
	return RTWATCH_ABI;
}

result<void> client::impl::resolve()
{
	auto found = talk.family(RTWATCH_GENL_NAME);
	if (!found)
		return found.error().code == ENOENT ? not_loaded()
						    : advise(found.error(), RTWATCH_CMD_UNSPEC);
	family = found->id;
	return {};
}

request client::impl::compose(std::uint8_t command, bool dump, const attr_writer &attributes) const
{
	request what;
	what.family = family;
	what.command = command;
	what.version = RTWATCH_GENL_VERSION;
	what.dump = dump;
	what.attributes = attributes.view();
	return what;
}

result<answer> client::impl::ask(std::uint8_t command, bool dump, const attr_writer &attributes)
{
	return ask(command, dump, attributes, [](answer &) {});
}

result<client> make_client(std::unique_ptr<transport> over)
{
	auto self = std::make_unique<client::impl>(std::move(over));
	if (auto done = self->resolve(); !done)
		return done.error();
	return client(std::move(self));
}

client::client(std::unique_ptr<impl> self) noexcept : self_(std::move(self)) {}
client::client(client &&) noexcept = default;
client &client::operator=(client &&) noexcept = default;
client::~client() = default;

result<client> client::connect()
{
	auto socket = nl_open();
	if (!socket)
		return socket.error();
	return make_client(std::move(*socket));
}

result<module_info> client::info()
{
	auto got = self_->ask(RTWATCH_CMD_INFO_GET, false, {});
	if (!got)
		return got.error();
	if (!got->info)
		return incomplete("info");
	return std::move(*got->info);
}

result<std::vector<sensor_info>> client::sensors()
{
	auto got = self_->ask(RTWATCH_CMD_SENSOR_GET, true, {});
	if (!got)
		return got.error();
	return std::move(got->sensors);
}

result<std::vector<cpu_state>> client::cpus()
{
	std::size_t next = 0;
	auto got = self_->ask(
		RTWATCH_CMD_CPU_GET, true, {},
		[&](answer &all) {
			if (next == 0)
				all.cpus.reserve(self_->cpus_seen);
			take_states(all, next);
		},
		[&] { next = 0; });
	if (!got)
		return got.error();
	auto &out = got->cpus;
	bool sorted = true; // as the module sends them
	const cpu_state *last = nullptr;
	for (const auto &state : out) {
		if (!state.cpu)
			return incomplete("CPU number");
		if (last && !(*last->cpu < *state.cpu))
			sorted = false;
		last = &state;
	}
	if (!sorted)
		std::sort(out.begin(), out.end(),
			  [](const cpu_state &a, const cpu_state &b) { return *a.cpu < *b.cpu; });
	self_->cpus_seen = out.size();
	return std::move(out);
}

result<cpu_state> client::cpu(cpu_id id)
{
	attr_writer wanted;
	wanted.put_u32(RTWATCH_A_CPU, id.value);
	std::size_t next = 0;
	auto got = self_->ask(RTWATCH_CMD_CPU_GET, false, wanted,
			      [&](answer &all) { take_states(all, next); });
	if (!got)
		return got.error();
	if (got->cpus.empty())
		return incomplete("CPU state");
	return std::move(got->cpus.front());
}

result<std::vector<cpu_samples>> client::samples(const sample_filter &filter)
{
	attr_writer wanted;
	if (filter.cpu)
		wanted.put_u32(RTWATCH_A_CPU, filter.cpu->value);
	if (filter.sensor)
		wanted.put_u32(RTWATCH_A_SENSOR_ID, static_cast<std::uint32_t>(*filter.sensor));
	if (filter.after_seq != 0)
		wanted.put_u64(RTWATCH_A_AFTER_SEQ, filter.after_seq);
	std::vector<cpu_samples> out;
	auto done = self_->ask(
		RTWATCH_CMD_SAMPLE_GET, true, wanted, [&](answer &got) { take_samples(got, out); },
		[&] { out.clear(); });
	if (!done)
		return done.error();
	return out;
}

result<incident_log> client::impl::incidents(const incident_filter &filter)
{
	attr_writer wanted;
	if (filter.after_id != 0)
		wanted.put_u64(RTWATCH_A_AFTER_ID, filter.after_id);
	if (filter.active)
		wanted.put_flag(RTWATCH_A_ACTIVE);
	std::uint64_t lost = 0;
	auto got = ask(
		RTWATCH_CMD_INCIDENT_GET, true, wanted,
		[&](answer &all) { lost += all.lost.value_or(0); }, [&] { lost = 0; });
	if (!got)
		return got.error();
	return incident_log{lost, std::move(got->incidents)};
}

result<incident_log> client::incidents(const incident_filter &filter)
{
	auto out = self_->incidents(filter);
	// A module of ABI 3 does not know the filter and refuses it: ask for all.
	if (out || !filter.active || out.error().code != EINVAL)
		return out;
	auto all = filter;
	all.active = false;
	out = self_->incidents(all);
	if (!out)
		return out;
	auto &list = out->incidents;
	list.erase(std::remove_if(list.begin(), list.end(),
				  [](const rtwatch::incident &one) { return !one.active; }),
		   list.end());
	out->lost = 0;
	return out;
}

result<std::vector<cpu_stat>> client::stat()
{
	std::size_t next = 0;
	auto got = self_->ask(
		RTWATCH_CMD_STAT_GET, true, {},
		[&](answer &all) {
			for (; next < all.stats.size(); next++)
				all.stats[next].cpu = all.cpu.value_or(cpu_id{});
		},
		[&] { next = 0; });
	if (!got)
		return got.error();
	auto &out = got->stats;
	std::sort(out.begin(), out.end(),
		  [](const cpu_stat &a, const cpu_stat &b) { return a.cpu < b.cpu; });
	return std::move(out);
}

result<rtwatch::incident> client::incident(std::uint64_t id)
{
	attr_writer wanted;
	wanted.put_u64(RTWATCH_A_INCIDENT_ID, id);
	auto got = self_->ask(RTWATCH_CMD_INCIDENT_GET, false, wanted);
	if (!got)
		return got.error();
	if (got->incidents.empty())
		return incomplete("incident");
	return std::move(got->incidents.front());
}

result<config> client::get_config()
{
	auto got = self_->ask(RTWATCH_CMD_CONFIG_GET, false, {});
	if (!got)
		return got.error();
	if (!got->config)
		return incomplete("config");
	return *got->config;
}

result<rtwatch::backtrace> client::backtrace(cpu_id id)
{
	attr_writer wanted;
	wanted.put_u32(RTWATCH_A_CPU, id.value);
	auto got = self_->ask(RTWATCH_CMD_BACKTRACE, false, wanted);
	if (!got)
		return got.error();
	rtwatch::backtrace out;
	out.cpu = id;
	out.task = std::move(got->task);
	out.frames = std::move(got->frames);
	return out;
}

result<void> client::sim_set(cpu_id id, const simulation &what)
{
	attr_writer wanted;
	wanted.put_u32(RTWATCH_A_CPU, id.value);
	const auto nest = wanted.nest_begin(RTWATCH_A_SIM);
	wanted.put_u32(RTWATCH_SIM_TYPE, static_cast<std::uint32_t>(what.type));
	wanted.put_u64(RTWATCH_SIM_AGE_NS, static_cast<std::uint64_t>(what.age.count()));
	if (what.culprit_pid)
		wanted.put_s32(RTWATCH_SIM_CULPRIT_PID, *what.culprit_pid);
	wanted.nest_end(nest);
	if (auto got = self_->ask(RTWATCH_CMD_SIM_SET, false, wanted); !got)
		return got.error();
	return {};
}

} // namespace rtwatch
