// SPDX-License-Identifier: GPL-2.0-only
/*
 * An NMI in the middle of a hook of rtwatch: a hardware breakpoint on one of its
 * functions, whose handler sends its own CPU an NMI, and then stays for HOLD_US, so
 * that backtraces that others ask for meanwhile are taken there as well.
 *
 *	insmod rtwatch_nested.ko at=0xADDRESS hold_us=N
 *	cat /sys/module/rtwatch_nested/parameters/nmis	that came in there so far
 *
 * Not a kprobe: the kernel skips one that is hit while another one is handled, and
 * the tick hook is one.
 */
#include <linux/err.h>
#include <linux/hw_breakpoint.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/perf_event.h>
#include <linux/smp.h>
#include <linux/timekeeping.h>
#include <asm/apic.h>
#include <asm/nmi.h>

static ulong at;
module_param(at, ulong, 0400);
MODULE_PARM_DESC(at, "address of the function");

static uint hold_us;
module_param(hold_us, uint, 0400);
MODULE_PARM_DESC(hold_us, "how long to stay there each time, 0..10000");

static atomic_long_t nmis;
static DEFINE_PER_CPU(bool, sent);
static struct perf_event * __percpu *breakpoints;

static int on_nmi(unsigned int type, struct pt_regs *regs)
{
	if (!this_cpu_read(sent))
		return NMI_DONE;
	this_cpu_write(sent, false);
	atomic_long_inc(&nmis);
	return NMI_HANDLED;
}

static void on_hit(struct perf_event *event, struct perf_sample_data *data, struct pt_regs *regs)
{
	u64 until = ktime_get_mono_fast_ns() + hold_us * NSEC_PER_USEC;

	this_cpu_write(sent, true);
	apic->send_IPI_mask(cpumask_of(raw_smp_processor_id()), NMI_VECTOR);
	do
		cpu_relax();
	while (ktime_get_mono_fast_ns() < until);
}

static int get_nmis(char *buffer, const struct kernel_param *kp)
{
	return sprintf(buffer, "%ld\n", atomic_long_read(&nmis));
}

static const struct kernel_param_ops nmis_ops = { .get = get_nmis };
module_param_cb(nmis, &nmis_ops, NULL, 0400);

static int __init nested_init(void)
{
	struct perf_event_attr attr;
	int ret;

	if (!at || hold_us > 10000)
		return -EINVAL;
	ret = register_nmi_handler(NMI_LOCAL, on_nmi, 0, "rtwatch_nested");
	if (ret)
		return ret;
	hw_breakpoint_init(&attr);
	attr.bp_addr = at;
	attr.bp_len = sizeof(long);
	attr.bp_type = HW_BREAKPOINT_X;
	breakpoints = register_wide_hw_breakpoint(&attr, on_hit, NULL);
	if (IS_ERR((void __force *)breakpoints)) {
		unregister_nmi_handler(NMI_LOCAL, "rtwatch_nested");
		return PTR_ERR((void __force *)breakpoints);
	}
	return 0;
}

static void __exit nested_exit(void)
{
	unregister_wide_hw_breakpoint(breakpoints);
	unregister_nmi_handler(NMI_LOCAL, "rtwatch_nested");
}

module_init(nested_init);
module_exit(nested_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("NMIs in the middle of rtwatch's hooks");
