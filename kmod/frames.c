// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames of a stack as text. The kernel's own keep their names; those of a module
 * are named when the stack is taken, because it may be gone, and something else in
 * its place, when somebody reads.
 */
#include <linux/bits.h>
#include <linux/kallsyms.h>
#include <linux/string.h>

#include "rtwatch.h"

size_t rtwatch_symbol(char *text, unsigned long ip)
{
	sprint_symbol(text, ip);
	/* What has no symbol would be printed as an address. */
	if (!strchr(text, '+'))
		strscpy(text, "?", KSYM_SYMBOL_LEN);
	return strlen(text);
}

void rtwatch_stack_name(struct rtwatch_stack *stack)
{
	char text[KSYM_SYMBOL_LEN];
	size_t len, used = 0;
	u32 i;

	stack->named = 0;
	for (i = 0; i < stack->kernel; i++) {
		len = rtwatch_symbol(text, stack->ip[i]);
		if (text[len - 1] != ']')
			continue;
		/* The outermost are the least missed. */
		if (used + len >= sizeof(stack->names))
			break;
		memcpy(stack->names + used, text, len + 1);
		used += len + 1;
		stack->named |= BIT_ULL(i);
	}
}
