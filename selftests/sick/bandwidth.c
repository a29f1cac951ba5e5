// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes the CFS bandwidth timer slow, as many CPUs under one quota would: each
 * time that it distributes runtime it takes 20 ms longer, with interrupts off.
 */
#include <linux/delay.h>
#include <linux/kprobes.h>

#include "sick.h"

atomic_t sick_bandwidth_runs;

static int be_slow(struct kprobe *kp, struct pt_regs *regs)
{
	mdelay(20);
	atomic_inc(&sick_bandwidth_runs);
	return 0;
}

static struct kprobe slow = {
	.symbol_name = "distribute_cfs_runtime",
	.pre_handler = be_slow,
};

void sick_bandwidth(struct sick_run *run)
{
	atomic_set(&sick_bandwidth_runs, 0);
	if (register_kprobe(&slow))
		return;
	sick_begin(run);
	while (!sick_is_over(run))
		msleep(20);
	unregister_kprobe(&slow);
	sick_end(run);
}
