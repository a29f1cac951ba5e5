// SPDX-License-Identifier: BSD-3-Clause
// What it means that a task does not get to run.
#include <rtwatch/verdict.hpp>

namespace rtwatch
{
namespace
{

struct meaning {
	std::string_view name; // what the kernel thread's name begins with
	std::string_view text;
};

// The first row that fits decides, so a longer name stands before a shorter.
constexpr meaning meanings[] = {
	{"ksoftirqd/", "packets and timers of this CPU wait"},
	{"ktimers/", "timers of this CPU do not fire"},
	{"ktimersd/", "timers of this CPU do not fire"},
	{"kworker/", "work items stall (ttys, disks, drivers)"},
	{"rcu_preempt", "grace periods stop and memory is not freed"},
	{"rcu_sched", "grace periods stop and memory is not freed"},
	{"rcu_bh", "grace periods stop and memory is not freed"},
	{"rcu_exp_", "expedited grace periods stop"},
	{"rcu_tasks_", "tracing and probes cannot be removed"},
	{"rcuc/", "RCU callbacks of this CPU wait and memory is not freed"},
	{"rcub/", "preempted RCU readers are not boosted, so grace periods stop"},
	{"rcuog/", "grace periods stop and memory is not freed"},
	{"rcuop/", "RCU callbacks wait and memory is not freed"},
	{"rcuos/", "RCU callbacks wait and memory is not freed"},
	{"rcuob/", "RCU callbacks wait and memory is not freed"},
	{"rcu_", "RCU work stops"},
	{"migration/", "tasks cannot be moved off this CPU"},
	{"stopper/", "tasks cannot be moved off this CPU"},
	{"watchdog/", "the kernel cannot see a soft lockup here"},
	{"watchdogd", "the hardware watchdog is not fed and may reset the machine"},
	{"cpuhp/", "this CPU cannot be taken offline or online"},
	{"idle_inject/", "the CPU is not cooled by injected idle time"},
	{"backlog_napi/", "received packets of this CPU wait"},
	{"napi/", "packets of this network device wait"},
	{"irq/", "the device of this interrupt is not served"},
	{"irq_work/", "deferred interrupt work of this CPU waits"},
	{"jbd2/", "writes to this ext4 filesystem and fsync() hang"},
	{"xfsaild/", "the log of this XFS filesystem fills and writes hang"},
	{"btrfs-", "work of this btrfs filesystem hangs"},
	{"kswapd", "memory is not reclaimed in the background"},
	{"kcompactd", "memory is not compacted"},
	{"khugepaged", "huge pages are not formed"},
	{"ksmd", "equal pages are not merged"},
	{"oom_reaper", "memory of killed tasks is not freed"},
	{"khungtaskd", "the kernel does not see hung tasks"},
	{"kdevtmpfs", "device nodes do not appear or go"},
	{"kauditd", "audit records wait"},
	{"kthreadd", "no kernel thread can be created"},
	{"kblockd", "block requests wait"},
	{"scsi_eh_", "errors of this disk are not handled"},
	{"nvme", "requests of this disk wait"},
	{"md", "requests of this RAID array wait"},
	{"dm", "requests of this mapped device wait"},
	{"vhost-", "I/O of this virtual machine waits"},
	{"kvm-", "work of this virtual machine waits"},
	{"nfsd", "NFS clients of this server wait"},
	{"lockd", "file locks over NFS wait"},
	{"rtwatch", "rtwatch itself may tell late"},
};

constexpr bool begins(std::string_view text, std::string_view with)
{
	return text.substr(0, with.size()) == with;
}

} // namespace

std::string_view consequence(const task &who) noexcept
{
	if (!who.kthread)
		return "the program does not run";
	if (who.comm)
		for (const auto &one : meanings)
			if (begins(*who.comm, one.name))
				return one.text;
	return "work of the kernel waits";
}

} // namespace rtwatch
