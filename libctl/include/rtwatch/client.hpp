// SPDX-License-Identifier: BSD-3-Clause
// Asks the module. Nothing here needs the sick CPU: an answer comes also while
// it is stuck.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <rtwatch/export.hpp>
#include <rtwatch/result.hpp>
#include <rtwatch/types.hpp>

namespace rtwatch
{

// Version of this library ("0.1.0"); lives as long as the program.
RTWATCH_API std::string_view library_version() noexcept;

// RTWATCH_ABI that this library was built with. A module with a larger one
// tells more than this library knows; with a smaller one it leaves things out.
RTWATCH_API std::uint32_t library_abi() noexcept;

// Which samples to read; what is empty does not restrict.
struct sample_filter {
	std::optional<cpu_id> cpu;
	std::optional<sensor_id> sensor; // only the fields of this sensor
	std::uint64_t after_seq = 0;     // sequence numbers are per CPU
};

struct incident_filter {
	std::uint64_t after_id = 0; // larger ids only
	bool active = false;        // only those that last; `lost` is 0 then
};

// One netlink socket and the requests on it. One thread at a time may use it;
// several clients are independent. A moved-from client may only be destroyed
// or assigned to.
//
// Errors of every request: ENOENT the module is not loaded (any more); EPERM
// names the missing capability; EOPNOTSUPP the module is older than the
// request; EBADMSG the answer is malformed; EINTR a list kept changing while
// it was read (it was tried again several times); ETIMEDOUT no answer in 10 s;
// and whatever the module refuses, in its own words.
class RTWATCH_API client
{
public:
	struct impl;

	// ENOENT: "module not loaded: run modprobe rtwatch". EPROTONOSUPPORT,
	// EACCES, EMFILE...: no generic netlink socket could be opened.
	static result<client> connect();

	client(client &&other) noexcept;
	client &operator=(client &&other) noexcept;
	~client();

	result<module_info> info();
	result<std::vector<sensor_info>> sensors();

	// Every CPU that was ever online, by number. `time` of each is set, by
	// this library's clock where the module left it out.
	result<std::vector<cpu_state>> cpus();

	// ENODEV, EINVAL or ENOENT when there is no such CPU.
	result<cpu_state> cpu(cpu_id id);

	result<std::vector<cpu_samples>> samples(const sample_filter &filter = {});

	result<incident_log> incidents(const incident_filter &filter = {});

	// What the module itself costs, one a CPU, by number. EOPNOTSUPP: it is too
	// old to tell.
	result<std::vector<cpu_stat>> stat();

	// ENOENT when the log does not have it (any more).
	result<rtwatch::incident> incident(std::uint64_t id);

	result<config> get_config();

	// All of the values that are there are taken, or none. Returns the new
	// state. Needs CAP_SYS_ADMIN.
	result<config> set_config(const config &changes);

	// Needs CAP_PERFMON or CAP_SYS_ADMIN. The module limits the rate (EAGAIN
	// or EBUSY).
	result<rtwatch::backtrace> backtrace(cpu_id id);

	// Debug builds of the module only. Needs CAP_SYS_ADMIN.
	result<void> sim_set(cpu_id id, const simulation &what);

	// For the library and its tests.
	explicit client(std::unique_ptr<impl> self) noexcept;

private:
	std::unique_ptr<impl> self_;
};

} // namespace rtwatch
