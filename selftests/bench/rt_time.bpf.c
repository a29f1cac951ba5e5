// SPDX-License-Identifier: GPL-2.0-only
/*
 * The real-time run time of each CPU as eBPF would keep it: what an ordinary
 * switch costs here is what rtwatch is compared with.
 */
#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define MAX_RT_PRIO	100

/* The one member that is read; the loader finds out where it really lies. */
struct task_struct {
	int prio;
} __attribute__((preserve_access_index));

struct rt {
	__u64 start;	/* 0: nothing real-time runs */
	__u64 time;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct rt);
} rt_time SEC(".maps");

SEC("tp_btf/sched_switch")
int BPF_PROG(on_switch, bool preempt, struct task_struct *prev, struct task_struct *next)
{
	__u32 zero = 0;
	struct rt *rt;
	__u64 now;

	if (prev->prio >= MAX_RT_PRIO && next->prio >= MAX_RT_PRIO)
		return 0;
	rt = bpf_map_lookup_elem(&rt_time, &zero);
	if (!rt)
		return 0;
	now = bpf_ktime_get_ns();
	if (rt->start)
		rt->time += now - rt->start;
	rt->start = next->prio < MAX_RT_PRIO ? now : 0;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
