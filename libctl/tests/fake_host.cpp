// SPDX-License-Identifier: BSD-3-Clause
#include "fake_host.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>

namespace rtwatch::testing
{
namespace
{

constexpr const char *kernel = "/proc/sys/kernel/";
constexpr const char *features_file = "/sys/kernel/debug/sched/features";
constexpr const char *servers = "/sys/kernel/debug/sched/fair_server/";

error refused(int code, const std::string &path)
{
	return {code, path + ": " + std::strerror(code), ""};
}

long number(const std::string &text)
{
	return std::atol(text.c_str());
}

fake_host common(const char *release)
{
	fake_host out;
	for (const auto &[name, value] :
	     std::map<std::string, std::string>{{"osrelease", release},
						{"sched_rt_runtime_us", "950000"},
						{"sched_rt_period_us", "1000000"},
						{"watchdog", "1"},
						{"soft_watchdog", "1"},
						{"nmi_watchdog", "1"},
						{"watchdog_thresh", "10"},
						{"watchdog_cpumask", "0-1"},
						{"softlockup_panic", "0"},
						{"softlockup_all_cpu_backtrace", "0"},
						{"hardlockup_panic", "0"},
						{"hardlockup_all_cpu_backtrace", "0"},
						{"hung_task_timeout_secs", "120"},
						{"hung_task_check_interval_secs", "0"},
						{"hung_task_check_count", "4194304"},
						{"hung_task_warnings", "10"},
						{"hung_task_panic", "0"},
						{"hung_task_all_cpu_backtrace", "0"},
						{"panic_on_rcu_stall", "0"},
						{"panic", "0"},
						{"panic_on_oops", "0"},
						{"sysrq", "438"},
						{"printk", "4\t4\t1\t7"},
						{"printk_ratelimit", "5"},
						{"printk_ratelimit_burst", "10"},
						{"printk_devkmsg", "on"},
						{"sched_cfs_bandwidth_slice_us", "5000"}})
		out.sysctl(name, value);
	for (const auto &[name, value] : std::map<std::string, std::string>{
		     {"rcupdate/parameters/rcu_cpu_stall_timeout", "21"},
		     {"rcupdate/parameters/rcu_exp_cpu_stall_timeout", "0"},
		     {"rcupdate/parameters/rcu_task_stall_timeout", "150000"},
		     {"rcupdate/parameters/rcu_cpu_stall_suppress", "0"},
		     {"rcutree/parameters/kthread_prio", "0"},
		     {"rcutree/parameters/use_softirq", "Y"}})
		out.files["/sys/module/" + name] = value;
	for (const char *name : {"possible", "online"})
		out.files[std::string("/sys/devices/system/cpu/") + name] = "0-1";
	out.files["/sys/devices/system/cpu/nohz_full"] = "";
	out.files[features_file] = "GENTLE_FAIR_SLEEPERS NO_HRTICK NO_RT_RUNTIME_SHARE";
	out.files[std::string("/boot/config-") + release] =
		"CONFIG_HZ=250\n# CONFIG_WQ_WATCHDOG is not set\n"
		"CONFIG_RCU_CPU_STALL_TIMEOUT=21\nCONFIG_DETECT_HUNG_TASK=y\n"
		"CONFIG_DEFAULT_HUNG_TASK_TIMEOUT=120\nCONFIG_SOFTLOCKUP_DETECTOR=y\n"
		"CONFIG_HARDLOCKUP_DETECTOR=y\n"
		"# CONFIG_BOOTPARAM_SOFTLOCKUP_PANIC is not set\n"
		"CONFIG_MAGIC_SYSRQ_DEFAULT_ENABLE=0x01b6\nCONFIG_PANIC_TIMEOUT=0";
	return out;
}

} // namespace

// The kernel's own conditions, as far as the tests meet them.
int fake_host::refusal(const std::string &path, const std::string &text) const
{
	const auto value = [&](const char *name) {
		const auto file = std::string(kernel) + name;
		return number(file == path ? text : files.at(file));
	};
	if (path.rfind(std::string(kernel) + "sched_rt_", 0) == 0) {
		const auto runtime = value("sched_rt_runtime_us");
		const auto period = value("sched_rt_period_us");
		if (runtime > period)
			return EINVAL;
		if (no_limit_without_server && runtime >= 0 &&
		    files.at(servers + std::string("cpu0/runtime")) == "0")
			return EBUSY;
		if (runtime >= 0 &&
		    static_cast<double>(runtime) / static_cast<double>(period) < promised)
			return EBUSY;
	}
	if (path.rfind(servers, 0) == 0) {
		const auto folder = path.substr(0, path.rfind('/'));
		const auto runtime = path == folder + "/runtime" ? text : at(folder + "/runtime");
		const auto period = path == folder + "/period" ? text : at(folder + "/period");
		if (number(runtime) > number(period))
			return EINVAL;
		if (number(runtime) == 0 && value("sched_rt_runtime_us") != -1)
			return EBUSY;
	}
	return 0;
}

result<std::string> fake_host::read(const std::string &path) const
{
	if (const auto denied = errors.find(path); denied != errors.end())
		return refused(denied->second, path);
	const auto found = files.find(path);
	if (found == files.end())
		return refused(ENOENT, path);
	return found->second;
}

result<void> fake_host::write(const std::string &path, const std::string &text) const
{
	written.push_back(path.substr(path.rfind('/') + 1) + "=" + text);
	if (const auto denied = errors.find(path); denied != errors.end())
		return refused(denied->second, path);
	if (const auto denied = write_errors.find(path); denied != write_errors.end())
		return refused(denied->second, path);
	const auto found = files.find(path);
	if (found == files.end())
		return refused(ENOENT, path);
	if (const int code = refusal(path, text))
		return refused(code, path);
	if (path != features_file) {
		found->second = text;
		return {};
	}
	// One word switches one feature.
	const auto name = text.rfind("NO_", 0) == 0 ? text.substr(3) : text;
	auto words = " " + found->second + " ";
	for (const auto &old : {" NO_" + name + " ", " " + name + " "})
		if (const auto where = words.find(old); where != std::string::npos)
			words.replace(where, old.size(), " " + text + " ");
	found->second = words.substr(1, words.size() - 2);
	return {};
}

std::vector<std::string> fake_host::list(const std::string &path) const
{
	std::set<std::string> out;
	for (const auto &[name, unused] : files)
		if (name.rfind(path + "/", 0) == 0) {
			const auto rest = name.substr(path.size() + 1);
			out.insert(rest.substr(0, rest.find('/')));
		}
	return {out.begin(), out.end()};
}

result<std::vector<std::string>> fake_host::folders(const std::string &path) const
{
	if (const auto denied = errors.find(path); denied != errors.end())
		return refused(denied->second, path);
	std::vector<std::string> out;
	for (const auto &name : list(path))
		if (files.count(path + "/" + name) == 0)
			out.push_back(name);
	return out;
}

bool fake_host::exists(const std::string &path) const
{
	return files.count(path) != 0 || !list(path).empty();
}

fake_host debian12()
{
	return common("6.1.0-56-amd64");
}

fake_host debian13()
{
	auto out = common("6.12.107+deb13-amd64");
	for (const char *cpu : {"cpu0", "cpu1"}) {
		out.files[servers + std::string(cpu) + "/runtime"] = "50000000";
		out.files[servers + std::string(cpu) + "/period"] = "1000000000";
	}
	return out;
}

} // namespace rtwatch::testing
