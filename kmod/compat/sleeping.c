// SPDX-License-Identifier: GPL-2.0-only
#include <linux/stacktrace.h>
#ifdef RTWATCH_HAS_STATIC_CALL
#include <linux/static_call.h>
#endif

#include "compat.h"

#ifdef RTWATCH_EXPORTS_SAVE_TSK
#define save_init()
#define save_available() true
#define save(task, ip, max) stack_trace_save_tsk(task, ip, max, 0)
#else
/* Exported since 6.3. It pins the stack and leaves out the scheduler's own frames. */
static unsigned int save_nothing(struct task_struct *task, unsigned long *ip, unsigned int max,
				 unsigned int skip)
{
	return 0;
}

#define save_available() (rtwatch_ksym(RTWATCH_KSYM_SAVE_TSK) != NULL)
#ifdef RTWATCH_HAS_STATIC_CALL
/* Not through a pointer, for the reason told in ksym.c. */
DEFINE_STATIC_CALL(rtwatch_save_tsk, save_nothing);
#define save_init() static_call_update(rtwatch_save_tsk, \
	(typeof(&save_nothing))rtwatch_ksym(RTWATCH_KSYM_SAVE_TSK))
#define save(task, ip, max) static_call(rtwatch_save_tsk)(task, ip, max, 0)
#else
static typeof(&save_nothing) save_fn = save_nothing;
#define save_init() (save_fn = (typeof(save_fn))rtwatch_ksym(RTWATCH_KSYM_SAVE_TSK))
#define save(task, ip, max) save_fn(task, ip, max, 0)
#endif
#endif

const char *rtwatch_sleeping_init(void)
{
	if (!save_available())
		return "the kernel has no stack_trace_save_tsk()";
	save_init();
	return NULL;
}

unsigned int rtwatch_stack_sleeping(struct task_struct *task, unsigned long *ip, unsigned int max)
{
	return save(task, ip, max);
}
