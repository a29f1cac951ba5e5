// SPDX-License-Identifier: GPL-2.0-only
/*
 * rtwatch_sick: makes a CPU sick on request, for the scenarios.
 *
 *   echo "CPU MS" >/sys/kernel/debug/rtwatch_sick/CASE
 *   cat /sys/kernel/debug/rtwatch_sick/CASE      began_ns ended_ns
 *   cat /sys/kernel/debug/rtwatch_sick/in_grace_period      0 or 1
 *   cat /sys/kernel/debug/rtwatch_sick/bandwidth_runs       slow ones of the last run
 *
 * The times are CLOCK_MONOTONIC, of the last run; 0: not yet. A write returns
 * at once, unless the case happens in the caller itself.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpu.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched/task.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>

#include "sick.h"

struct sick_case {
	const char *name;		/* of the file; also the thread's, where there is one */
	void (*play)(struct sick_run *run);
	bool in_caller;
	bool elsewhere;			/* its thread must not run on the CPU it is about */
	struct task_struct *task;	/* the last run's thread, a reference held */
	struct sick_run run;
};

static struct sick_case cases[] = {
	{ .name = "irqs_off", .play = sick_irqs_off },
	{ .name = "preempt_off", .play = sick_preempt_off },
	{ .name = "rcu_reader", .play = sick_rcu_reader },
	{ .name = "rcu_updater", .play = sick_rcu_updater },
	{ .name = "work", .play = sick_work, .elsewhere = true },
	{ .name = "slow_work", .play = sick_slow_work, .elsewhere = true },
	{ .name = "softirq", .play = sick_softirq, .elsewhere = true },
	{ .name = "syscall", .play = sick_syscall, .in_caller = true },
	{ .name = "mutex", .play = sick_mutex },
	{ .name = "bandwidth", .play = sick_bandwidth },
	{ .name = "mutex_wait", .play = sick_mutex_wait, .in_caller = true },
	{ .name = "sleep_io", .play = sick_sleep_io, .in_caller = true },
	{ .name = "sleep_killable", .play = sick_sleep_killable, .in_caller = true },
	{ .name = "sleep_idle", .play = sick_sleep_idle, .in_caller = true },
	{ .name = "sleep_apart", .play = sick_sleep_apart, .in_caller = true },
	{ .name = "crowd", .play = sick_crowd },
};

/* Guards the threads; a run itself is written by its thread only. */
static DEFINE_MUTEX(cases_mutex);
static struct dentry *folder;
static bool leaving;

void sick_begin(struct sick_run *run)
{
	u64 now = ktime_get_mono_fast_ns();

	run->until_ns = now + (u64)run->ms * NSEC_PER_MSEC;
	WRITE_ONCE(run->began_ns, now);
}

void sick_end(struct sick_run *run)
{
	WRITE_ONCE(run->ended_ns, ktime_get_mono_fast_ns());
}

bool sick_is_over(const struct sick_run *run)
{
	return READ_ONCE(leaving) || (s64)(ktime_get_mono_fast_ns() - run->until_ns) >= 0;
}

static int case_thread(void *arg)
{
	struct sick_case *c = arg;

	c->play(&c->run);
	return 0;
}

static bool is_running(const struct sick_case *c)
{
	return c->task && !READ_ONCE(c->run.ended_ns);
}

/* Waits until the last run's thread has left the module's code. */
static void reap(struct sick_case *c)
{
	if (!c->task)
		return;
	kthread_stop(c->task);
	put_task_struct(c->task);
	c->task = NULL;
}

static int launch(struct sick_case *c)
{
	unsigned int cpu = c->run.cpu;
	struct task_struct *task;

	if (c->elsewhere) {
		cpu = cpumask_any_but(cpu_online_mask, cpu);
		if (cpu >= nr_cpu_ids)
			return -ENXIO;
	}
	task = kthread_create_on_node(case_thread, c, cpu_to_node(cpu), "%s", c->name);
	if (IS_ERR(task))
		return PTR_ERR(task);
	kthread_bind(task, cpu);
	get_task_struct(task);
	c->task = task;
	wake_up_process(task);
	return 0;
}

static int start(struct sick_case *c, unsigned int cpu, unsigned int ms)
{
	int ret;

	if (!ms || ms > SICK_MS_MAX)
		return -ERANGE;
	mutex_lock(&cases_mutex);
	ret = -EBUSY;
	if (is_running(c))
		goto out;
	reap(c);
	cpus_read_lock();
	ret = -ENXIO;
	if (cpu < nr_cpu_ids && cpu_online(cpu)) {
		c->run = (struct sick_run){ .cpu = cpu, .ms = ms };
		ret = c->in_caller ? 0 : launch(c);
	}
	cpus_read_unlock();
out:
	mutex_unlock(&cases_mutex);
	if (!ret && c->in_caller)
		c->play(&c->run);
	return ret;
}

static ssize_t case_write(struct file *file, const char __user *from, size_t length, loff_t *pos)
{
	struct sick_case *c = file_inode(file)->i_private;
	unsigned int cpu, ms;
	char text[32] = "";
	int ret;

	if (length >= sizeof(text) || copy_from_user(text, from, length))
		return -EINVAL;
	if (sscanf(text, "%u %u", &cpu, &ms) != 2)
		return -EINVAL;
	ret = start(c, cpu, ms);
	return ret ?: length;
}

static ssize_t case_read(struct file *file, char __user *to, size_t length, loff_t *pos)
{
	const struct sick_case *c = file_inode(file)->i_private;
	char text[64];
	int size;

	size = scnprintf(text, sizeof(text), "%llu %llu\n", READ_ONCE(c->run.began_ns),
			 READ_ONCE(c->run.ended_ns));
	return simple_read_from_buffer(to, length, pos, text, size);
}

static const struct file_operations case_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = case_read,
	.write = case_write,
};

static int in_grace_period_get(void *data, u64 *value)
{
	*value = sick_in_grace_period();
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(in_grace_period_fops, in_grace_period_get, NULL, "%llu\n");

static int __init sick_init(void)
{
	struct sick_case *c;

	folder = debugfs_create_dir(KBUILD_MODNAME, NULL);
	if (IS_ERR(folder))
		return PTR_ERR(folder);
	for (c = cases; c < cases + ARRAY_SIZE(cases); c++)
		debugfs_create_file(c->name, 0600, folder, c, &case_fops);
	debugfs_create_file_unsafe("in_grace_period", 0400, folder, NULL, &in_grace_period_fops);
	debugfs_create_atomic_t("bandwidth_runs", 0400, folder, &sick_bandwidth_runs);
	return 0;
}

static void __exit sick_exit(void)
{
	struct sick_case *c;

	WRITE_ONCE(leaving, true);
	/* No more requests; then no more threads. */
	debugfs_remove_recursive(folder);
	for (c = cases; c < cases + ARRAY_SIZE(cases); c++)
		reap(c);
}

module_init(sick_init);
module_exit(sick_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Makes a CPU sick on request, for the self-tests of rtwatch");
