// SPDX-License-Identifier: GPL-2.0-only
#include <linux/errno.h>
#include <linux/ptrace.h>
#include <linux/uaccess.h>

#include "compat.h"

#if defined(CONFIG_X86_LOCAL_APIC) && defined(CONFIG_STACKTRACE)
#include <asm/apic.h>
#include <asm/nmi.h>
#include <asm/unwind.h>

/* The function had another name before 5.8. */
#ifndef RTWATCH_HAS_USER_NOFAULT
#define copy_from_user_nofault(dst, src, size) probe_user_read(dst, src, size)
#endif

static int (*stack_handler)(struct pt_regs *regs);

const char *rtwatch_stack_unavailable(void)
{
	return NULL;
}

void rtwatch_stack_kick(int cpu)
{
	apic->send_IPI_mask(cpumask_of(cpu), NMI_VECTOR);
}

static int stack_nmi(unsigned int type, struct pt_regs *regs)
{
	return stack_handler(regs) ? NMI_HANDLED : NMI_DONE;
}

int rtwatch_stack_init(int (*handler)(struct pt_regs *regs))
{
	stack_handler = handler;
	return register_nmi_handler(NMI_LOCAL, stack_nmi, 0, "rtwatch");
}

void rtwatch_stack_exit(void)
{
	unregister_nmi_handler(NMI_LOCAL, "rtwatch");
}

unsigned int rtwatch_stack_kernel(struct pt_regs *regs, u64 *ip, unsigned int max)
{
	struct unwind_state state;
	unsigned int n = 0;

	if (user_mode(regs) || !max)
		return 0;
	/* The unwinder starts at the caller when it is given registers. */
	ip[n++] = regs->ip;
	for (unwind_start(&state, current, regs, NULL); n < max && !unwind_done(&state);
	     unwind_next_frame(&state)) {
		unsigned long addr = unwind_get_return_address(&state);

		if (!addr)
			break;
		if (n == 1 && addr == regs->ip)
			continue;
		ip[n++] = addr;
	}
	return n;
}

static struct pt_regs *user_regs(struct pt_regs *regs)
{
	if (user_mode(regs))
		return regs;
	return current->mm ? task_pt_regs(current) : NULL;
}

unsigned int rtwatch_stack_user(struct pt_regs *regs, u64 *ip, unsigned int max)
{
	struct pt_regs *user = user_regs(regs);
	unsigned long fp, frame[2];
	unsigned int n = 0;

	if (!user || !user_mode(user) || !max)
		return 0;
	ip[n++] = user->ip;
	fp = user->bp;
	/* With DEBUG_ATOMIC_SLEEP an older access_ok() complains in an NMI unless faults are off. */
	pagefault_disable();
	/* Code without frame pointers leaves anything in bp: stop at the first oddity. */
	while (n < max && fp && !(fp & 7)) {
		if (copy_from_user_nofault(frame, (const void __user *)fp, sizeof(frame)))
			break;
		if (frame[0] <= fp || !frame[1])
			break;
		ip[n++] = frame[1];
		fp = frame[0];
	}
	pagefault_enable();
	return n;
}

#else

const char *rtwatch_stack_unavailable(void)
{
	return "no NMI can be sent to one CPU on this architecture";
}

void rtwatch_stack_kick(int cpu)
{
}

int rtwatch_stack_init(int (*handler)(struct pt_regs *regs))
{
	return -EOPNOTSUPP;
}

void rtwatch_stack_exit(void)
{
}

unsigned int rtwatch_stack_kernel(struct pt_regs *regs, u64 *ip, unsigned int max)
{
	return 0;
}

unsigned int rtwatch_stack_user(struct pt_regs *regs, u64 *ip, unsigned int max)
{
	return 0;
}

#endif
