// SPDX-License-Identifier: BSD-3-Clause
#include <rtwatch/monitor.hpp>

#include <cerrno>
#include <linux/genetlink.h>
#include <linux/rtwatch.h>

#include "advice.hpp"
#include "attr.hpp"
#include "monitor_impl.hpp"
#include "nl.hpp"

namespace rtwatch
{
namespace
{

// The group where the control family tells that families come and go. It has
// the number of the control family itself (net/netlink/genetlink.c,
// genl_validate_assign_mc_groups()).
constexpr std::uint32_t control_notify_group = GENL_ID_CTRL;

bool wants(groups which, groups one)
{
	return (static_cast<unsigned>(which) & static_cast<unsigned>(one)) != 0;
}

} // namespace

result<void> monitor::impl::join(groups which)
{
	auto found = talk.family(RTWATCH_GENL_NAME);
	if (!found)
		return found.error().code == ENOENT ? not_loaded()
						    : advise(found.error(), RTWATCH_CMD_UNSPEC);
	family = found->id;
	// To notice that the module goes; without it a reader would wait for
	// ever. Not fatal: what comes from the module still comes.
	if (auto control = talk.over().join(control_notify_group); !control)
		static_cast<void>(control);
	for (const auto &group : found->groups) {
		if (!(group.name == RTWATCH_GENL_GROUP_INCIDENTS &&
		      wants(which, groups::incidents)) &&
		    !(group.name == RTWATCH_GENL_GROUP_LEVELS && wants(which, groups::levels)))
			continue;
		if (auto done = talk.over().join(group.id); !done)
			return advise(done.error(), RTWATCH_CMD_INCIDENT_NTF);
	}
	return {};
}

void monitor::impl::count(groups group, std::optional<std::uint64_t> seq)
{
	if (!seq)
		return;
	auto &last = group == groups::incidents ? incidents_seq : levels_seq;
	if (last && *seq > *last + 1)
		queue.push_back(loss_notice{group, *seq - *last - 1});
	last = seq;
}

result<void> monitor::impl::control_message(bytes payload)
{
	std::uint8_t command = 0;
	bytes attributes;
	if (!split_genetlink(payload, command, attributes) || command != CTRL_CMD_DELFAMILY)
		return {};
	auto gone = decode_family(attributes);
	if (gone && gone->id == family)
		return error{ENODEV, "the module was unloaded", "run modprobe rtwatch"};
	return {};
}

result<void> monitor::impl::family_message(bytes payload)
{
	std::uint8_t command = 0;
	bytes attributes;
	if (!split_genetlink(payload, command, attributes))
		return error{EBADMSG, "malformed notification: no header", ""};
	auto got = decode(attributes);
	if (!got)
		return got.error();
	if (command == RTWATCH_CMD_INCIDENT_NTF) {
		count(groups::incidents, got->ntf_seq);
		for (auto &one : got->incidents)
			queue.push_back(incident_notice{std::move(one)});
	} else if (command == RTWATCH_CMD_LEVEL_NTF) {
		count(groups::levels, got->ntf_seq);
		for (auto &one : got->cpus) {
			if (!one.time)
				one.time = got->time;
			queue.push_back(level_notice{std::move(one)});
		}
	}
	return {};
}

result<void> monitor::impl::receive()
{
	auto datagram = talk.over().receive();
	if (!datagram && datagram.error().code == ENOBUFS) {
		queue.push_back(loss_notice{groups::all, {}});
		return {};
	}
	if (!datagram)
		return datagram.error();
	result<void> verdict;
	bytes rest = *datagram;
	netlink_message message;
	while (next_message(rest, message)) {
		result<void> done;
		if (message.type == GENL_ID_CTRL)
			done = control_message(message.payload);
		else if (message.type == family)
			done = family_message(message.payload);
		if (!done && verdict)
			verdict = std::move(done);
	}
	if (rest.size != 0 && verdict)
		return error{EBADMSG, "malformed notification: cut short", ""};
	return verdict;
}

result<monitor> make_monitor(std::unique_ptr<transport> over, groups which)
{
	auto self = std::make_unique<monitor::impl>(std::move(over));
	if (auto done = self->join(which); !done)
		return done.error();
	return monitor(std::move(self));
}

monitor::monitor(std::unique_ptr<impl> self) noexcept : self_(std::move(self)) {}
monitor::monitor(monitor &&) noexcept = default;
monitor &monitor::operator=(monitor &&) noexcept = default;
monitor::~monitor() = default;

result<monitor> monitor::open(groups which)
{
	auto socket = nl_open();
	if (!socket)
		return socket.error();
	return make_monitor(std::move(*socket), which);
}

int monitor::fd() const noexcept
{
	return self_->talk.over().fd();
}

result<std::optional<notice>> monitor::next(std::chrono::milliseconds timeout)
{
	using std::chrono::steady_clock;
	const auto deadline = steady_clock::now() + timeout;
	while (self_->queue.empty()) {
		auto left = timeout;
		if (timeout.count() > 0)
			left = std::max(std::chrono::milliseconds::zero(),
					std::chrono::ceil<std::chrono::milliseconds>(
						deadline - steady_clock::now()));
		auto ready = self_->talk.over().wait(left);
		if (!ready)
			return ready.error();
		if (!*ready)
			return std::optional<notice>();
		if (auto done = self_->receive(); !done)
			return done.error();
	}
	std::optional<notice> first(std::move(self_->queue.front()));
	self_->queue.pop_front();
	return first;
}

} // namespace rtwatch
