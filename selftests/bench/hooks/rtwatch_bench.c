// SPDX-License-Identifier: GPL-2.0-only
/*
 * What rtwatch's hooks are measured against: the same hooks, empty, or with a
 * burden of known size, by which the bench shows that it counts right.
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/tracepoint.h>
#include <net/genetlink.h>
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

static uint dump;
module_param(dump, uint, 0444);
MODULE_PARM_DESC(dump, "bytes of the dump that family rtwatch_bench answers with, 0: no family");

static char *watch;
module_param(watch, charp, 0444);
MODULE_PARM_DESC(watch, "function whose calls are measured, from entry to return");

/* Of its calls in which nobody else ran; those in which somebody did are counted. */
static ulong calls, switched, total_ns, longest_ns;
module_param(calls, ulong, 0444);
module_param(switched, ulong, 0444);
module_param(total_ns, ulong, 0444);
module_param(longest_ns, ulong, 0444);

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

/* ---- a function from entry to return ---- */

struct call {
	u64 begun;
	u64 switches;
};

static int on_entry(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct call *call = (struct call *)ri->data;

	call->switches = current->nvcsw + current->nivcsw;
	call->begun = ktime_get_mono_fast_ns();
	return 0;
}

static int on_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct call *call = (struct call *)ri->data;
	u64 took = ktime_get_mono_fast_ns() - call->begun;

	if (current->nvcsw + current->nivcsw != call->switches) {
		switched++;
		return 0;
	}
	calls++;
	total_ns += took;
	if (took > longest_ns)
		longest_ns = took;
	return 0;
}

static struct kretprobe watch_probe = {
	.entry_handler = on_entry,
	.handler = on_return,
	.data_size = sizeof(struct call),
	.maxactive = 8,
};

/* ---- a dump with nothing in it ---- */

static struct genl_family family;

static int on_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	while (cb->args[0] < dump) {
		int room = skb_tailroom(skb) - GENL_HDRLEN - NLMSG_HDRLEN - 2 * NLA_HDRLEN;
		void *head;

		if (room < 64)
			break;
		room = min_t(int, room, dump - cb->args[0]);
		head = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, &family,
				   NLM_F_MULTI, 1);
		if (!head)
			break;
		if (!nla_reserve(skb, 1, room)) {
			genlmsg_cancel(skb, head);
			break;
		}
		genlmsg_end(skb, head);
		cb->args[0] += room;
	}
	return skb->len;
}

static const struct genl_ops ops[] = {
	{ .cmd = 1, .dumpit = on_dump },
};

static struct genl_family family = {
	.name = "rtwatch_bench",
	.version = 1,
	.ops = ops,
	.n_ops = ARRAY_SIZE(ops),
	.parallel_ops = true,
	.module = THIS_MODULE,
};

static int __init start_others(void)
{
	int ret = 0;

	if (watch) {
		watch_probe.kp.symbol_name = watch;
		ret = register_kretprobe(&watch_probe);
	}
	if (!ret && dump) {
		ret = genl_register_family(&family);
		if (ret && watch)
			unregister_kretprobe(&watch_probe);
	}
	return ret;
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
	ret = start_others();
	if (ret) {
		if (sched) {
			tracepoint_probe_unregister(switch_tp, on_switch, NULL);
			tracepoint_synchronize_unregister();
		}
		if (tick)
			unregister_kprobe(&tick_probe);
	}
	return ret;
}

static void __exit bench_exit(void)
{
	if (dump)
		genl_unregister_family(&family);
	if (watch)
		unregister_kretprobe(&watch_probe);
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
