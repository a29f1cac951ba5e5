// SPDX-License-Identifier: BSD-3-Clause
#include "fake_module.hpp"

#include <cerrno>
#include <cstring>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/rtwatch.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "decode.hpp"
#include "encode.hpp"

namespace rtwatch::testing
{
namespace
{

void append(std::vector<unsigned char> &to, const void *from, std::size_t size)
{
	const auto *raw = static_cast<const unsigned char *>(from);
	to.insert(to.end(), raw, raw + size);
}

std::vector<unsigned char> netlink(std::uint16_t type, std::uint16_t flags, std::uint32_t sequence,
				   const std::vector<unsigned char> &payload)
{
	nlmsghdr header{};
	header.nlmsg_len = static_cast<std::uint32_t>(sizeof(header) + payload.size());
	header.nlmsg_type = type;
	header.nlmsg_flags = flags;
	header.nlmsg_seq = sequence;
	std::vector<unsigned char> out;
	append(out, &header, sizeof(header));
	append(out, payload.data(), payload.size());
	out.resize(NLMSG_ALIGN(out.size()));
	return out;
}

class fake_transport final : public transport
{
public:
	explicit fake_transport(std::shared_ptr<fake_module> module)
		: module_(std::move(module)), fd_(::eventfd(0, EFD_CLOEXEC))
	{
	}
	~fake_transport() override { ::close(fd_); }

	result<void> send(bytes message) override;
	result<bytes> receive() override;
	result<bool> wait(std::chrono::milliseconds) override
	{
		return !queue_.empty() || (listens_ && !module_->notifications.empty());
	}
	result<void> join(std::uint32_t group) override
	{
		module_->joined.push_back(group);
		if (module_->join_errno != 0 && group == fake_group_incidents)
			return error{module_->join_errno, std::strerror(module_->join_errno), ""};
		listens_ = true;
		return {};
	}
	std::uint32_t port() const override { return 4242; }
	int fd() const override { return fd_; }

private:
	void acknowledge(int code, const fake_module::refusal *why = nullptr);
	void done()
	{
		queue_.push_back(
			netlink(NLMSG_DONE, NLM_F_MULTI | flags_, sequence_, {0, 0, 0, 0}));
	}
	void put(const answer &what, std::uint16_t type = fake_family);
	void resolve();
	void reply(const fake_module::asked &what);

	std::shared_ptr<fake_module> module_;
	int fd_;
	bool listens_ = false;
	std::deque<std::vector<unsigned char>> queue_;
	std::vector<unsigned char> current_;
	std::vector<unsigned char> request_;
	std::uint32_t sequence_ = 0;
	std::uint16_t flags_ = 0;
};

void fake_transport::acknowledge(int code, const fake_module::refusal *why)
{
	std::vector<unsigned char> payload;
	nlmsgerr body{};
	body.error = -code;
	std::memcpy(&body.msg, request_.data(), sizeof(body.msg));
	append(payload, &body, sizeof(body));
	std::uint16_t flags = 0;
	if (code == 0) {
		flags = NLM_F_CAPPED;
	} else {
		// A refusal carries the whole request.
		append(payload, request_.data() + sizeof(nlmsghdr),
		       request_.size() - sizeof(nlmsghdr));
		payload.resize(NLMSG_ALIGN(payload.size()));
	}
	if (why && !(why->text.empty() && why->more.empty())) {
		flags |= NLM_F_ACK_TLVS;
		attr_writer tlvs;
		if (!why->text.empty())
			tlvs.put_string(NLMSGERR_ATTR_MSG, why->text);
		append(payload, tlvs.view().data, tlvs.view().size);
		append(payload, why->more.data(), why->more.size());
	}
	queue_.push_back(netlink(NLMSG_ERROR, flags, sequence_, payload));
}

void fake_transport::put(const answer &what, std::uint16_t type)
{
	attr_writer out;
	encode(out, what);
	// The list changes after the first of its messages.
	const std::uint16_t flags = queue_.empty() ? 0 : flags_;
	queue_.push_back(compose(type, flags, sequence_, 0, out.view()));
}

void fake_transport::resolve()
{
	if (!module_->loaded)
		return acknowledge(ENOENT);
	attr_writer out;
	out.put(CTRL_ATTR_FAMILY_ID, {&fake_family, sizeof(fake_family)});
	out.put_string(CTRL_ATTR_FAMILY_NAME, RTWATCH_GENL_NAME);
	out.put_u32(CTRL_ATTR_VERSION, RTWATCH_GENL_VERSION);
	const auto groups = out.nest_begin(CTRL_ATTR_MCAST_GROUPS);
	std::uint16_t index = 1;
	for (const auto &[name, id] :
	     {std::pair(RTWATCH_GENL_GROUP_INCIDENTS, fake_group_incidents),
	      std::pair(RTWATCH_GENL_GROUP_LEVELS, fake_group_levels)}) {
		const auto group = out.nest_begin(index++);
		out.put_string(CTRL_ATTR_MCAST_GRP_NAME, name);
		out.put_u32(CTRL_ATTR_MCAST_GRP_ID, id);
		out.nest_end(group);
	}
	out.nest_end(groups);
	queue_.push_back(compose(GENL_ID_CTRL, 0, sequence_, CTRL_CMD_NEWFAMILY, out.view()));
	acknowledge(0);
}

void fake_transport::reply(const fake_module::asked &what)
{
	attr_reader attributes(what.attributes);
	attr one;
	std::optional<std::uint32_t> cpu;
	std::uint64_t after = 0;
	bool active = false;
	answer wanted;
	while (attributes.next(one)) {
		if (one.type == RTWATCH_A_CPU)
			cpu = one.payload.load<std::uint32_t>();
		else if (one.type == RTWATCH_A_ACTIVE)
			active = true;
		else if (one.type == RTWATCH_A_AFTER_ID || one.type == RTWATCH_A_AFTER_SEQ ||
			 one.type == RTWATCH_A_INCIDENT_ID)
			after = one.payload.load<std::uint64_t>();
	}
	if (active && !module_->knows_active)
		return acknowledge(EINVAL);
	answer out;
	switch (what.command) {
	case RTWATCH_CMD_INFO_GET:
		out.info = module_->info;
		put(out);
		break;
	case RTWATCH_CMD_SENSOR_GET:
		for (const auto &sensor : module_->sensors) {
			out.sensors = {sensor};
			put(out);
		}
		break;
	case RTWATCH_CMD_CPU_GET:
		for (const auto &state : module_->cpus) {
			if (cpu && state.cpu->value != *cpu)
				continue;
			out.cpus = {state};
			put(out);
		}
		if (cpu && out.cpus.empty())
			return acknowledge(ENODEV);
		break;
	case RTWATCH_CMD_SAMPLE_GET:
		for (const auto &batch : module_->samples) {
			if (cpu && batch.cpu.value != *cpu)
				continue;
			out.cpu = batch.cpu;
			out.lost = batch.lost;
			// Two samples a message, so that one CPU takes several.
			for (std::size_t i = 0; i < batch.samples.size(); i++) {
				if (*batch.samples[i].seq > after)
					out.samples.push_back(batch.samples[i]);
				if (out.samples.size() < 2 && i + 1 < batch.samples.size())
					continue;
				put(out);
				out.samples.clear();
				out.lost.reset();
			}
		}
		break;
	case RTWATCH_CMD_INCIDENT_GET:
		out.lost = active ? 0 : module_->log.lost;
		for (const auto &incident : module_->log.incidents) {
			if (what.dump ? *incident.id <= after : *incident.id != after)
				continue;
			if (active && !incident.active)
				continue;
			out.incidents = {incident};
			put(out);
			out.lost.reset();
		}
		break;
	case RTWATCH_CMD_STAT_GET:
		for (const auto &stat : module_->stats) {
			out.cpu = stat.cpu;
			out.stats = {stat};
			put(out);
		}
		break;
	case RTWATCH_CMD_CONFIG_SET: {
		auto changes = decode(what.attributes);
		for (const auto &row : table<config>::rows) {
			const auto where =
				std::get<std::optional<std::uint32_t> config::*>(row.where);
			if ((*changes->config).*where)
				module_->config.*where = (*changes->config).*where;
		}
		[[fallthrough]];
	}
	case RTWATCH_CMD_CONFIG_GET:
		out.config = module_->config;
		put(out);
		break;
	case RTWATCH_CMD_BACKTRACE:
		out.cpu = module_->stack.cpu;
		out.task = module_->stack.task;
		out.frames = module_->stack.frames;
		put(out);
		break;
	case RTWATCH_CMD_SIM_SET:
		break;
	default:
		return acknowledge(EOPNOTSUPP);
	}
	if (what.dump)
		done();
	else
		acknowledge(0);
}

result<void> fake_transport::send(bytes message)
{
	request_.assign(message.data, message.data + message.size);
	const auto header = message.load<nlmsghdr>();
	const auto generic = message.after(NLMSG_HDRLEN).load<genlmsghdr>();
	const auto attributes = message.after(NLMSG_HDRLEN + GENL_HDRLEN);
	sequence_ = header.nlmsg_seq;
	flags_ = 0;
	if (header.nlmsg_type == GENL_ID_CTRL) {
		resolve();
		return {};
	}
	fake_module::asked what{generic.cmd,
				(header.nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP,
				{attributes.data, attributes.data + attributes.size}};
	module_->requests.push_back(what);
	if (!module_->loaded) {
		acknowledge(ENOENT);
		return {};
	}
	for (const auto &refusal : module_->refusals) {
		if (refusal.command == what.command) {
			acknowledge(refusal.code, &refusal);
			return {};
		}
	}
	if (what.dump && module_->interrupted_dumps > 0) {
		module_->interrupted_dumps--;
		flags_ = NLM_F_DUMP_INTR;
	}
	reply(what);
	return {};
}

result<bytes> fake_transport::receive()
{
	if (module_->receive_errno != 0) {
		const int code = module_->receive_errno;
		module_->receive_errno = 0;
		return error{code, std::strerror(code), ""};
	}
	auto &from = !module_->left_over.empty()                   ? module_->left_over
		     : listens_ && !module_->notifications.empty() ? module_->notifications
								   : queue_;
	if (from.empty())
		return error{ETIMEDOUT, "the kernel did not answer in time", ""};
	current_ = std::move(from.front());
	from.pop_front();
	if (current_.empty())
		return error{ENOBUFS, std::strerror(ENOBUFS), ""};
	return bytes(current_);
}

} // namespace

std::vector<unsigned char> compose(std::uint16_t type, std::uint16_t flags, std::uint32_t sequence,
				   std::uint8_t command, bytes attributes)
{
	genlmsghdr generic{};
	generic.cmd = command;
	generic.version = 1;
	std::vector<unsigned char> payload;
	append(payload, &generic, sizeof(generic));
	append(payload, attributes.data, attributes.size);
	return netlink(type, flags, sequence, payload);
}

void fake_module::notify(std::uint8_t command, const answer &what)
{
	attr_writer out;
	encode(out, what);
	notifications.push_back(compose(fake_family, 0, 0, command, out.view()));
}

void fake_module::notify_unloaded()
{
	attr_writer out;
	out.put(CTRL_ATTR_FAMILY_ID, {&fake_family, sizeof(fake_family)});
	out.put_string(CTRL_ATTR_FAMILY_NAME, RTWATCH_GENL_NAME);
	notifications.push_back(compose(GENL_ID_CTRL, 0, 0, CTRL_CMD_DELFAMILY, out.view()));
}

std::unique_ptr<transport> open_fake(std::shared_ptr<fake_module> module)
{
	return std::make_unique<fake_transport>(std::move(module));
}

} // namespace rtwatch::testing
