// SPDX-License-Identifier: GPL-2.0-only
/*
 * What rtwatch's hooks are measured against: the same hooks, empty, or with a
 * burden of known size, by which the bench shows that it counts right.
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/tracepoint.h>
#include <trace/events/sched.h>

static bool tick;
module_param(tick, bool, 0444);
MODULE_PARM_DESC(tick, "kprobe on update_process_times");

static bool sched;
module_param(sched, bool, 0444);
MODULE_PARM_DESC(sched, "probe on sched_switch");

static uint burden;
module_param(burden, uint, 0444);
MODULE_PARM_DESC(burden, "instructions that each hook takes on top");

/* Exactly burden instructions, rounded down to an even number. */
static __always_inline void carry(void)
{
	unsigned long pairs = burden / 2;

	if (!pairs)
		return;
	asm volatile("1: dec %0\n\tjnz 1b" : "+r" (pairs) : : "cc");
}

static int on_tick(struct kprobe *kp, struct pt_regs *regs)
{
	carry();
	return 0;
}

static struct kprobe tick_probe = {
	.symbol_name = "update_process_times",
	.pre_handler = on_tick,
};

/* The prototype differs between kernels; nothing of it is used. */
static void on_switch(void *data)
{
	carry();
}

static struct tracepoint *switch_tp;

static void find_switch(struct tracepoint *tp, void *priv)
{
	if (!strcmp(tp->name, "sched_switch"))
		switch_tp = tp;
}

static int __init bench_init(void)
{
	int ret;

	for_each_kernel_tracepoint(find_switch, NULL);
	if (sched && !switch_tp)
		return -ENOENT;
	if (tick) {
		ret = register_kprobe(&tick_probe);
		if (ret)
			return ret;
	}
	if (sched) {
		ret = tracepoint_probe_register(switch_tp, on_switch, NULL);
		if (ret) {
			if (tick)
				unregister_kprobe(&tick_probe);
			return ret;
		}
	}
	return 0;
}

static void __exit bench_exit(void)
{
	if (sched) {
		tracepoint_probe_unregister(switch_tp, on_switch, NULL);
		tracepoint_synchronize_unregister();
	}
	if (tick)
		unregister_kprobe(&tick_probe);
}

module_init(bench_init);
module_exit(bench_exit);

MODULE_DESCRIPTION("Empty hooks for rtwatch's bench");
MODULE_LICENSE("GPL");
