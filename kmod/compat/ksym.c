// SPDX-License-Identifier: GPL-2.0-only
#include <linux/errno.h>
#include <linux/kprobes.h>
#include <linux/string.h>
#ifdef RTWATCH_HAS_STATIC_CALL
#include <linux/static_call.h>
#endif

#include "compat.h"

static const char * const names[RTWATCH_KSYM_COUNT] = {
	[RTWATCH_KSYM_START_BTF]		= "__start_BTF",
	[RTWATCH_KSYM_STOP_BTF]			= "__stop_BTF",
	[RTWATCH_KSYM_RUNQUEUES]		= "runqueues",
	[RTWATCH_KSYM_DEF_RT_BANDWIDTH]		= "def_rt_bandwidth",
	[RTWATCH_KSYM_TOUCH_TS]			= "watchdog_touch_ts",
	[RTWATCH_KSYM_REPORT_TS]		= "watchdog_report_ts",
	[RTWATCH_KSYM_HRTIMER_INTERRUPTS]	= "hrtimer_interrupts",
	[RTWATCH_KSYM_SETATTR]			= "sched_setattr_nocheck",
	[RTWATCH_KSYM_SAVE_TSK]			= "stack_trace_save_tsk",
	[RTWATCH_KSYM_RCU_STATE]		= "rcu_state",
	[RTWATCH_KSYM_RCU_DATA]			= "rcu_data",
};

/* What a symbol was called before, where it was. */
static const char * const older[RTWATCH_KSYM_COUNT] = {
	/* until 5.7, when BTF became a section */
	[RTWATCH_KSYM_START_BTF]		= "_binary__btf_vmlinux_bin_start",
	[RTWATCH_KSYM_STOP_BTF]			= "_binary__btf_vmlinux_bin_end",
};

/* Written once at load, before anything that reads it is started. */
unsigned long rtwatch_ksym_addresses[RTWATCH_KSYM_COUNT] __read_mostly;

static unsigned long lookup_nothing(const char *name)
{
	return 0;
}

#ifdef RTWATCH_HAS_STATIC_CALL
DEFINE_STATIC_CALL(rtwatch_lookup, lookup_nothing);
#define lookup_set(fn)	static_call_update(rtwatch_lookup, fn)
#define lookup(name)	static_call(rtwatch_lookup)(name)
#else
/* Kernels without static calls have no IBT either: a pointer is safe there. */
static unsigned long (*lookup_fn)(const char *name) = lookup_nothing;
#define lookup_set(fn)	(lookup_fn = (fn))
#define lookup(name)	lookup_fn(name)
#endif

/*
 * A kprobe's address is that of the first instruction after ENDBR. A direct
 * call may go to either, but the symbol's own address is the honest one.
 */
static unsigned long entry_of(unsigned long addr)
{
#ifdef CONFIG_X86_KERNEL_IBT
	static const u8 endbr[] = { 0xf3, 0x0f, 0x1e, 0xfa };
	static const u8 sealed[] = { 0x66, 0x0f, 0x1f, 0x00 };
	const void *before = (const void *)(addr - sizeof(endbr));

	if (!memcmp(before, endbr, sizeof(endbr)) || !memcmp(before, sealed, sizeof(sealed)))
		return addr - sizeof(endbr);
#endif
	return addr;
}

/*
 * Stays registered, without a handler, as the first and the last of our
 * kprobes: with it the kernel sets up and tears down what all ftrace-based
 * kprobes share while no CPU runs through it, and not under the tick.
 */
static struct kprobe anchor = { .symbol_name = "kallsyms_lookup_name" };
static bool anchored;

int rtwatch_ksym_init(void)
{
	int i, ret;

	ret = register_kprobe(&anchor);
	if (ret)
		return ret;
	anchored = true;
	lookup_set((unsigned long (*)(const char *))entry_of((unsigned long)anchor.addr));
	for (i = 0; i < RTWATCH_KSYM_COUNT; i++) {
		rtwatch_ksym_addresses[i] = lookup(names[i]);
		if (!rtwatch_ksym_addresses[i] && older[i])
			rtwatch_ksym_addresses[i] = lookup(older[i]);
	}
	return 0;
}

void rtwatch_ksym_exit(void)
{
	if (anchored)
		unregister_kprobe(&anchor);
	anchored = false;
}

const char *rtwatch_ksym_name(enum rtwatch_ksym sym)
{
	return names[sym];
}
