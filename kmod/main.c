// SPDX-License-Identifier: GPL-2.0-only
/*
 * Init up, exit down. What each step needs is started before it.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>

#include "rtwatch.h"

static uint ring_depth = 1024;
module_param(ring_depth, uint, 0444);
MODULE_PARM_DESC(ring_depth, "samples kept for each CPU, 16..65536 (default 1024)");

static uint sample_interval_ms = 100;
module_param(sample_interval_ms, uint, 0444);
MODULE_PARM_DESC(sample_interval_ms, "time between two samples of a CPU, 10..10000 (default 100)");

static uint budget_ns = 100000;
module_param(budget_ns, uint, 0444);
MODULE_PARM_DESC(budget_ns, "what a call of a hook may take in the mean, 0..1000000000, 0: no limit (default 100000); a hook that takes longer disarms itself");

static char *tier = "full";
module_param(tier, charp, 0444);
MODULE_PARM_DESC(tier, "full: also private kernel fields, layout checked (default); portable: exported interfaces only");

/*
 * -1: as the kernel's command line says. A value given to insmod or modprobe
 * wins, so that a machine booted with rtwatch.off can be armed later.
 */
static int off = -1;

static int set_off(const char *val, const struct kernel_param *kp)
{
	bool value = true;
	int ret = val ? kstrtobool(val, &value) : 0;

	if (!ret)
		off = value;
	return ret;
}

static int get_off(char *buffer, const struct kernel_param *kp)
{
	return sprintf(buffer, "%c\n", off > 0 ? 'Y' : 'N');
}

static const struct kernel_param_ops off_ops = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = set_off,
	.get = get_off,
};
module_param_cb(off, &off_ops, NULL, 0444);
MODULE_PARM_DESC(off, "do not arm: load without any hook, timer, thread or netlink family (also rtwatch.off on the kernel command line; off=0 overrides it)");

bool rtwatch_full;
u64 rtwatch_loaded_ns;
u32 rtwatch_ring_depth;
struct rtwatch_counters rtwatch_counters;

/* One row a sensor. Started from the top, stopped from the bottom. */
struct rtwatch_sensor rtwatch_sensors[RTWATCH_SENSOR_MAX + 1] = {
	[RTWATCH_SENSOR_TICK] = {
		.name = "tick", .source = "kprobe on update_process_times",
		.init = rtwatch_tick_init, .exit = rtwatch_tick_exit,
		.trouble = rtwatch_tick_trouble, .arm = rtwatch_tick_arm,
	},
	[RTWATCH_SENSOR_RT] = {
		.name = "rt",
		.uses = RTWATCH_FIELD_BIT(RTWATCH_RQ_NR_RUNNING) |
			RTWATCH_FIELD_BIT(RTWATCH_RQ_RT_NR_RUNNING) |
			RTWATCH_FIELD_BIT(RTWATCH_RQ_DL_NR_RUNNING) |
			RTWATCH_FIELD_BIT(RTWATCH_RQ_RT_TIME) |
			RTWATCH_FIELD_BIT(RTWATCH_RQ_RT_RUNTIME) |
			RTWATCH_FIELD_BIT(RTWATCH_RQ_RT_THROTTLED) |
			RTWATCH_FIELD_BIT(RTWATCH_RQ_FAIR_SERVER_RUNTIME),
		.init = rtwatch_rt_init, .exit = rtwatch_rt_exit,
		.sample = rtwatch_rt_sample, .look = rtwatch_rt_look,
		.explain = rtwatch_rt_explain, .detail = rtwatch_rt_detail,
		.arm = rtwatch_rt_arm,
		.limit = RTWATCH_CONFIG_RT_STARVATION_MS,
	},
	[RTWATCH_SENSOR_SOFTLOCKUP] = {
		.name = "softlockup",
		.uses = RTWATCH_FIELD_BIT(RTWATCH_VAR_TOUCH_TS) |
			RTWATCH_FIELD_BIT(RTWATCH_VAR_REPORT_TS),
		.init = rtwatch_softlockup_init, .exit = rtwatch_softlockup_exit,
		.sample = rtwatch_softlockup_sample, .look = rtwatch_softlockup_look,
		.arm = rtwatch_softlockup_arm, .trouble = rtwatch_softlockup_trouble,
		.explain = rtwatch_softlockup_explain, .limit = RTWATCH_CONFIG_SOFT_LOCKUP_MS,
	},
	[RTWATCH_SENSOR_HARDLOCKUP] = {
		.name = "hardlockup",
		.uses = RTWATCH_FIELD_BIT(RTWATCH_VAR_HRTIMER_INTERRUPTS),
		.init = rtwatch_hardlockup_init, .exit = rtwatch_hardlockup_exit,
		.sample = rtwatch_hardlockup_sample, .look = rtwatch_hardlockup_look,
		.arm = rtwatch_hardlockup_arm,
		.explain = rtwatch_hardlockup_explain, .limit = RTWATCH_CONFIG_IRQS_OFF_MS,
	},
	[RTWATCH_SENSOR_RCU] = {
		.name = "rcu",
		.init = rtwatch_rcu_init,
		.sample = rtwatch_rcu_sample, .look = rtwatch_rcu_look,
		.explain = rtwatch_rcu_explain, .detail = rtwatch_rcu_detail,
		.limit = RTWATCH_CONFIG_RCU_STALL_MS,
		.global = true,
	},
	[RTWATCH_SENSOR_VICTIMS] = {
		.name = "victims", .source = "task scan by sched_info.last_queued",
		.init = rtwatch_victims_init,
	},
	[RTWATCH_SENSOR_BACKTRACE] = {
		.name = "backtrace", .source = "NMI to one CPU",
		.init = rtwatch_backtrace_init, .exit = rtwatch_backtrace_exit,
	},
	[RTWATCH_SENSOR_RT_THROTTLED] = {
		.name = "rt_throttled", .source = "rt_rq.rt_throttled at sched_switch",
		.init = rtwatch_rt_throttled_init, .look = rtwatch_rt_throttled_look,
		.explain = rtwatch_rt_throttled_explain, .trouble = rtwatch_rt_throttled_trouble,
		.limit = RTWATCH_CONFIG_RT_STARVATION_MS, .mild = true,
	},
	[RTWATCH_SENSOR_HUNG_TASK] = {
		.name = "hung_task",
		.init = rtwatch_hung_task_init, .exit = rtwatch_hung_task_exit,
		.look = rtwatch_hung_task_look, .explain = rtwatch_hung_task_explain,
		.misses = rtwatch_hung_task_misses,
		.limit = RTWATCH_CONFIG_HUNG_TASK_MS, .global = true, .slots = RTWATCH_SLOTS,
	},
	[RTWATCH_SENSOR_CFS_BANDWIDTH] = {
		.name = "cfs_bandwidth",
		.init = rtwatch_cfs_bandwidth_init, .exit = rtwatch_cfs_bandwidth_exit,
		.look = rtwatch_cfs_bandwidth_look, .explain = rtwatch_cfs_bandwidth_explain,
		.detail = rtwatch_cfs_bandwidth_detail, .arm = rtwatch_cfs_bandwidth_arm,
		.limit = RTWATCH_CONFIG_CFS_BANDWIDTH_US, .global = true,
	},
	[RTWATCH_SENSOR_FAIR_SERVER] = {
		.name = "fair_server", .source = "rq.fair_server",
		.init = rtwatch_fair_server_init,
	},
#ifdef RTWATCH_DEBUG
	[RTWATCH_SENSOR_SIM] = {
		.name = "sim", .source = "SIM_SET requests",
		.init = rtwatch_sim_init, .exit = rtwatch_sim_exit,
	},
#endif
};

struct rtwatch_sensor *rtwatch_samplers[RTWATCH_SENSOR_MAX + 2];

static int check_parameters(void)
{
	if (ring_depth < 16 || ring_depth > 65536) {
		pr_err("ring_depth=%u is out of range: use 16..65536\n", ring_depth);
		return -EINVAL;
	}
	if (sample_interval_ms < 10 || sample_interval_ms > 10000) {
		pr_err("sample_interval_ms=%u is out of range: use 10..10000\n",
		       sample_interval_ms);
		return -EINVAL;
	}
	if (budget_ns > 1000000000) {
		pr_err("budget_ns=%u is out of range: use 0..1000000000\n", budget_ns);
		return -EINVAL;
	}
	if (strcmp(tier, "full") && strcmp(tier, "portable")) {
		pr_err("tier=%s is unknown: use full or portable\n", tier);
		return -EINVAL;
	}
	rtwatch_ring_depth = ring_depth;
	return 0;
}

/* Without private data the module still stands, on the portable tier. */
static void open_private_data(void)
{
	int ret = rtwatch_ksym_init();
	bool symbols = !ret;

	if (symbols && !strcmp(tier, "full")) {
		ret = rtwatch_layout_init();
		rtwatch_full = !ret;
	}
	if (!ret)
		return;
	if (!IS_ENABLED(CONFIG_KALLSYMS_ALL))
		pr_warn("private kernel data is not readable (the kernel was built without CONFIG_KALLSYMS_ALL): portable tier\n");
	else if (symbols && !IS_ENABLED(CONFIG_DEBUG_INFO_BTF))
		pr_warn("private kernel data is not readable (the kernel was built without CONFIG_DEBUG_INFO_BTF): portable tier\n");
	else
		pr_warn("private kernel data is not readable (error %d): portable tier\n", ret);
}

static void start_sensors(void)
{
	struct rtwatch_sensor *s, **sampler = rtwatch_samplers;

	rtwatch_for_each_sensor(s)
		if (s->sample)
			*sampler++ = s;
	rtwatch_for_each_sensor(s) {
		s->id = s - rtwatch_sensors;
		if (rtwatch_fields_missing(s->needs, s->reason, sizeof(s->reason)) || s->init(s))
			continue;
		rtwatch_fields_missing(s->uses, s->reason, sizeof(s->reason));
		s->started = true;
		/* Readers and the patrol look at it only when it is whole: rtwatch_available(). */
		smp_store_release(&s->available, true);
	}
}

static void stop_sensors(void)
{
	struct rtwatch_sensor *s;

	for (s = rtwatch_sensors + RTWATCH_SENSOR_MAX; s >= rtwatch_sensors; s--) {
		if (!s->name || !s->started)
			continue;
		WRITE_ONCE(s->available, false);
		if (s->exit)
			s->exit();
	}
}

u64 rtwatch_memory(void)
{
	u64 bytes = rtwatch_module_bytes() + rtwatch_log_bytes() + rtwatch_notifier_bytes() +
		    nr_cpu_ids * sizeof(*rtwatch_cpus);
	int cpu;

	for_each_possible_cpu(cpu) {
		bytes += sizeof(struct rtwatch_hot);
		if (READ_ONCE(rtwatch_cpus[cpu].ring))
			bytes += rtwatch_ring_bytes(rtwatch_ring_depth);
	}
	return bytes;
}

static int __init rtwatch_init(void)
{
	int ret;

	ret = check_parameters();
	if (ret)
		return ret;
	if (off < 0)
		off = rtwatch_cmdline_flag(KBUILD_MODNAME ".off");
	if (off) {
		pr_notice("off: nothing is watched (rtwatch.off); to arm it: rmmod rtwatch && modprobe rtwatch off=0\n");
		return 0;
	}
	/* First, because it is what a second copy of the module stumbles over. */
	ret = rtwatch_netlink_init();
	if (ret)
		return ret;
	rtwatch_loaded_ns = rtwatch_now();
	open_private_data();
	rtwatch_config_init(sample_interval_ms, budget_ns);
	rtwatch_cost_init();

	ret = rtwatch_log_init();
	if (ret)
		goto err_private;
	ret = rtwatch_cpus_init(ring_depth);
	if (ret)
		goto err_log;
	start_sensors();
	ret = rtwatch_patrol_init();
	if (ret)
		goto err_sensors;
	rtwatch_netlink_open();
	pr_info("version %s, %s tier, %u CPUs\n", RTWATCH_VERSION,
		rtwatch_full ? "full" : "portable", num_online_cpus());
	return 0;

err_sensors:
	rtwatch_budget_exit();
	stop_sensors();
	rtwatch_cpus_exit();
err_log:
	rtwatch_log_exit();
err_private:
	rtwatch_ksym_exit();
	rtwatch_netlink_exit();
	pr_err("not loaded (error %d)\n", ret);
	return ret;
}

static void __exit rtwatch_exit(void)
{
	if (off)
		return;
	/* No more rounds, no more threads: nothing raises or delivers. */
	rtwatch_patrol_exit();
	/* No more readers. */
	rtwatch_netlink_exit();
	/* No more hooks; each waits for its last call. */
	rtwatch_budget_exit();
	stop_sensors();
	/* Nobody is left who could touch what is freed now. */
	rtwatch_cpus_exit();
	rtwatch_log_exit();
	rtwatch_ksym_exit();
}

module_init(rtwatch_init);
module_exit(rtwatch_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Which CPU is starved, since when, by whom");
MODULE_VERSION(RTWATCH_VERSION);
