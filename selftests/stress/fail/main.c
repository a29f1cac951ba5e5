// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lets one call fail that rtwatch makes: the Nth of a kernel function. A probe at
 * the function's entry returns to the caller, with the given value, before
 * anything has happened. Calls by others pass.
 *
 *	echo "register_kprobe 3 -12" >/sys/module/rtwatch_fail/parameters/call
 *	cat /sys/module/rtwatch_fail/parameters/call
 *	register_kprobe 3 -12 made 7 failed 1
 *	echo none >/sys/module/rtwatch_fail/parameters/call
 *
 * Like the kernel's own fail_function, which takes only the few functions that
 * are marked for it, and only where the kernel was configured so.
 */
#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/linkage.h>
#include <linux/module.h>
#include <linux/string.h>

#ifndef ASM_RET
#define ASM_RET "ret\n"
#endif

static struct kprobe probe;
static char symbol[KSYM_NAME_LEN];
static long nth, value;
static atomic_long_t made, failed;
static bool armed;

/* Where the caller is returned to at once. */
void rtwatch_fail_return(void);
asm(".pushsection .text\n"
    ".type rtwatch_fail_return, @function\n"
    "rtwatch_fail_return:\n"
    ASM_RET
    ".size rtwatch_fail_return, .-rtwatch_fail_return\n"
    ".popsection\n");

/* By its name, because the module's own initialisation is not over yet. */
static bool called_by_rtwatch(unsigned long caller)
{
	char text[KSYM_SYMBOL_LEN];

	snprintf(text, sizeof(text), "%ps", (void *)caller);
	return strstr(text, "[rtwatch]");
}

static int at_entry(struct kprobe *p, struct pt_regs *regs)
{
	if (!called_by_rtwatch(regs_get_kernel_stack_nth(regs, 0)))
		return 0;
	if (atomic_long_inc_return(&made) != nth)
		return 0;
	atomic_long_inc(&failed);
	regs->ax = value;
	regs->ip = (unsigned long)rtwatch_fail_return;
	return 1;
}

/* With one, the probe may change where the CPU goes on. */
static void nothing_after(struct kprobe *p, struct pt_regs *regs, unsigned long flags)
{
}

static void disarm(void)
{
	if (armed)
		unregister_kprobe(&probe);
	armed = false;
}

static int set_call(const char *text, const struct kernel_param *kp)
{
	char format[16];
	int ret;

	disarm();
	if (sysfs_streq(text, "none"))
		return 0;
	snprintf(format, sizeof(format), "%%%ds %%ld %%ld", KSYM_NAME_LEN - 1);
	if (sscanf(text, format, symbol, &nth, &value) != 3)
		return -EINVAL;
	atomic_long_set(&made, 0);
	atomic_long_set(&failed, 0);
	probe = (struct kprobe){
		.symbol_name = symbol,
		.pre_handler = at_entry,
		.post_handler = nothing_after,
	};
	ret = register_kprobe(&probe);
	armed = !ret;
	return ret;
}

static int get_call(char *buffer, const struct kernel_param *kp)
{
	return sprintf(buffer, "%s %ld %ld made %ld failed %ld\n", armed ? symbol : "none",
		       nth, value, atomic_long_read(&made), atomic_long_read(&failed));
}

static const struct kernel_param_ops call_ops = { .set = set_call, .get = get_call };
module_param_cb(call, &call_ops, NULL, 0600);

static int __init fail_init(void)
{
	return 0;
}

static void __exit fail_exit(void)
{
	disarm();
}

module_init(fail_init);
module_exit(fail_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Lets one call of rtwatch fail");
