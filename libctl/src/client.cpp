// SPDX-License-Identifier: BSD-3-Clause
#include <rtwatch/client.hpp>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <linux/rtwatch.h>

#include "advice.hpp"
#include "client_impl.hpp"
#include "nl.hpp"

namespace rtwatch
{
namespace
{

nanoseconds monotonic_now()
{
	timespec now{};
	::clock_gettime(CLOCK_MONOTONIC, &now);
	return std::chrono::seconds(now.tv_sec) + nanoseconds(now.tv_nsec);
}

error incomplete(const char *what)
{
	return {EBADMSG, std::string("malformed answer from the module: no ") + what,
		"check that module and library belong together: rtwatchctl version"};
}

// Moves the states of one message to the list and gives each its time.
void take_states(answer &from, std::vector<cpu_state> &to)
{
	for (auto &state : from.cpus) {
		if (!state.cpu)
			state.cpu = from.cpu;
		if (!state.time)
			state.time = from.time ? from.time : monotonic_now();
		to.push_back(std::move(state));
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

result<void> client::impl::ask(std::uint8_t command, bool dump, const attr_writer &attributes,
			       const std::function<void(answer &)> &each,
			       const std::function<void()> &restart)
{
	request what;
	what.family = family;
	what.command = command;
	what.version = RTWATCH_GENL_VERSION;
	what.dump = dump;
	what.attributes = attributes.view();
	auto done = talk.ask(
		what,
		[&](bytes payload) -> result<void> {
			auto decoded = decode(payload);
			if (!decoded)
				return decoded.error();
			each(*decoded);
			return {};
		},
		restart);
	if (!done)
		return advise(done.error(), command);
	return {};
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
	std::optional<module_info> out;
	auto done = self_->ask(RTWATCH_CMD_INFO_GET, false, {},
			       [&](answer &got) { out = std::move(got.info); });
	if (!done)
		return done.error();
	if (!out)
		return incomplete("info");
	return std::move(*out);
}

result<std::vector<sensor_info>> client::sensors()
{
	std::vector<sensor_info> out;
	auto done = self_->ask(
		RTWATCH_CMD_SENSOR_GET, true, {},
		[&](answer &got) {
			std::move(got.sensors.begin(), got.sensors.end(), std::back_inserter(out));
		},
		[&] { out.clear(); });
	if (!done)
		return done.error();
	return out;
}

result<std::vector<cpu_state>> client::cpus()
{
	std::vector<cpu_state> out;
	auto done = self_->ask(
		RTWATCH_CMD_CPU_GET, true, {}, [&](answer &got) { take_states(got, out); },
		[&] { out.clear(); });
	if (!done)
		return done.error();
	for (const auto &state : out)
		if (!state.cpu)
			return incomplete("CPU number");
	std::sort(out.begin(), out.end(),
		  [](const cpu_state &a, const cpu_state &b) { return *a.cpu < *b.cpu; });
	return out;
}

result<cpu_state> client::cpu(cpu_id id)
{
	attr_writer wanted;
	wanted.put_u32(RTWATCH_A_CPU, id.value);
	std::vector<cpu_state> out;
	auto done = self_->ask(RTWATCH_CMD_CPU_GET, false, wanted,
			       [&](answer &got) { take_states(got, out); });
	if (!done)
		return done.error();
	if (out.empty())
		return incomplete("CPU state");
	return std::move(out.front());
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
	incident_log out;
	auto done = ask(
		RTWATCH_CMD_INCIDENT_GET, true, wanted,
		[&](answer &got) {
			out.lost += got.lost.value_or(0);
			std::move(got.incidents.begin(), got.incidents.end(),
				  std::back_inserter(out.incidents));
		},
		[&] { out = {}; });
	if (!done)
		return done.error();
	return out;
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
	std::vector<cpu_stat> out;
	auto done = self_->ask(
		RTWATCH_CMD_STAT_GET, true, {},
		[&](answer &got) {
			for (auto &one : got.stats) {
				one.cpu = got.cpu.value_or(cpu_id{});
				out.push_back(std::move(one));
			}
		},
		[&] { out.clear(); });
	if (!done)
		return done.error();
	std::sort(out.begin(), out.end(),
		  [](const cpu_stat &a, const cpu_stat &b) { return a.cpu < b.cpu; });
	return out;
}

result<rtwatch::incident> client::incident(std::uint64_t id)
{
	attr_writer wanted;
	wanted.put_u64(RTWATCH_A_INCIDENT_ID, id);
	std::vector<rtwatch::incident> out;
	auto done = self_->ask(RTWATCH_CMD_INCIDENT_GET, false, wanted,
			       [&](answer &got) { out = std::move(got.incidents); });
	if (!done)
		return done.error();
	if (out.empty())
		return incomplete("incident");
	return std::move(out.front());
}

result<config> client::get_config()
{
	std::optional<config> out;
	auto done = self_->ask(RTWATCH_CMD_CONFIG_GET, false, {},
			       [&](answer &got) { out = got.config; });
	if (!done)
		return done.error();
	if (!out)
		return incomplete("config");
	return *out;
}

result<rtwatch::backtrace> client::backtrace(cpu_id id)
{
	attr_writer wanted;
	wanted.put_u32(RTWATCH_A_CPU, id.value);
	rtwatch::backtrace out;
	out.cpu = id;
	auto done = self_->ask(RTWATCH_CMD_BACKTRACE, false, wanted, [&](answer &got) {
		out.task = std::move(got.task);
		out.frames = std::move(got.frames);
	});
	if (!done)
		return done.error();
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
	return self_->ask(RTWATCH_CMD_SIM_SET, false, wanted, [](answer &) {});
}

} // namespace rtwatch
