// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which lock a sleeping task waits for, and who holds it.
 *
 * Most kernels do not keep that with the task. But who waits for a mutex has a
 * waiter on its own stack, linked into the lock's list: it is found by its
 * pointer to the task, and believed only when the links lead both ways and on to
 * a lock whose owner is a living task. The task may go on meanwhile: every read
 * may fail, and none can fault.
 */
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched/task_stack.h>
#include <linux/uaccess.h>

#include "compat.h"

/* The function had another name before 5.8. */
#ifndef RTWATCH_HAS_USER_NOFAULT
#define copy_from_kernel_nofault(dst, src, size) probe_kernel_read(dst, src, size)
#endif

#define CHUNK		64		/* words of a stack that are read at once */
#define WAITERS_MAX	4096		/* of one lock that are walked */
#define OWNER_FLAGS	7UL		/* in the low bits of an owner */
#define READER_OWNED	1UL		/* of a semaphore; kernel/locking/rwsem.c */
#define HAS_WAITERS	1UL		/* of a mutex; kernel/locking/mutex.h */

/* A kind of lock whose waiters stand in a list. */
struct kind {
	enum rtwatch_lock_kind id;
	enum rtwatch_field_id waiter_list, waiter_task, lock_list, lock_owner;
};

static const struct kind kinds[] = {
	{ RTWATCH_LOCK_MUTEX, RTWATCH_MUTEX_WAITER_LIST, RTWATCH_MUTEX_WAITER_TASK,
	  RTWATCH_MUTEX_WAIT_LIST, RTWATCH_MUTEX_OWNER },
	{ RTWATCH_LOCK_RWSEM, RTWATCH_RWSEM_WAITER_LIST, RTWATCH_RWSEM_WAITER_TASK,
	  RTWATCH_RWSEM_WAIT_LIST, RTWATCH_RWSEM_OWNER },
};

/*
 * What is below the kernel's own part of the address space may be no address at
 * all, and the processor complains about those before the kernel can forgive.
 */
static bool read_at(unsigned long addr, void *value, size_t size)
{
	return addr >= PAGE_OFFSET && addr < (unsigned long)-PAGE_SIZE &&
	       !copy_from_kernel_nofault(value, (void *)addr, size);
}

static bool peek(unsigned long addr, unsigned long *value)
{
	return read_at(addr, value, sizeof(*value));
}

/* The task at this address if there certainly is one. Under RCU. */
static struct task_struct *living(unsigned long addr)
{
	struct task_struct *task = (void *)addr;
	pid_t pid;

	if (addr % sizeof(long) || !read_at((unsigned long)&task->pid, &pid, sizeof(pid)) ||
	    pid <= 0)
		return NULL;
	return pid_task(find_pid_ns(pid, &init_pid_ns), PIDTYPE_PID) == task ? task : NULL;
}

static bool readable(const struct kind *k)
{
	return rtwatch_field(k->waiter_list) && rtwatch_field(k->waiter_task) &&
	       rtwatch_field(k->lock_list) && rtwatch_field(k->lock_owner);
}

/* Is this the head of the lock's list? Then the lock is known. */
static bool is_lock(const struct kind *k, unsigned long node, struct rtwatch_lock *out)
{
	unsigned long lock = node - rtwatch_field_offset(k->lock_list), word;

	if (!peek(lock + rtwatch_field_offset(k->lock_owner), &word))
		return false;
	if (k->id == RTWATCH_LOCK_MUTEX && !(word & HAS_WAITERS))
		return false;
	if (!living(word & ~OWNER_FLAGS))
		return false;
	out->kind = k->id;
	out->addr = lock;
	return true;
}

/* @addr is where a waiter would have its pointer to the task. */
static bool follow_waiter(const struct kind *k, unsigned long addr, struct rtwatch_lock *out)
{
	unsigned long list = addr - rtwatch_field_offset(k->waiter_task) +
			     rtwatch_field_offset(k->waiter_list);
	unsigned long node = list, prev, back;
	int i;

	for (i = 0; i < WAITERS_MAX; i++) {
		/* struct list_head: next, prev */
		if (!peek(node + sizeof(long), &prev) || !prev || prev % sizeof(long) ||
		    !peek(prev, &back) || back != node || prev == list)
			return false;
		node = prev;
		if (is_lock(k, node, out))
			return true;
	}
	return false;
}

static bool try_word(unsigned long addr, struct rtwatch_lock *out)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (readable(&kinds[i]) && follow_waiter(&kinds[i], addr, out))
			return true;
	return false;
}

static bool search_stack(struct task_struct *task, struct rtwatch_lock *out)
{
	unsigned long base = (unsigned long)READ_ONCE(task->stack), at, words[CHUNK];
	int i;

	if (!base)
		return false;
	for (at = base; at < base + THREAD_SIZE; at += sizeof(words)) {
		if (!read_at(at, words, sizeof(words)))
			return false;
		for (i = 0; i < CHUNK; i++)
			if (words[i] == (unsigned long)task &&
			    try_word(at + i * sizeof(long), out))
				return true;
	}
	return false;
}

/* Since 6.16 or so a task says itself what it waits for, where hung tasks are looked for. */
static bool ask_task(struct task_struct *task, struct rtwatch_lock *out)
{
	static const enum rtwatch_lock_kind types[] = {
		RTWATCH_LOCK_MUTEX, RTWATCH_LOCK_NONE, RTWATCH_LOCK_RWSEM, RTWATCH_LOCK_RWSEM,
	};
	unsigned long word;

	if (!rtwatch_field(RTWATCH_TASK_BLOCKER))
		return false;
	word = rtwatch_peek(task, RTWATCH_TASK_BLOCKER);
	out->kind = types[word & 3];
	out->addr = word & ~3UL;
	return out->addr && out->kind;
}

/* With PREEMPT_RT every sleeping lock is one of these inside. */
static bool ask_rt_mutex(struct task_struct *task, struct rtwatch_lock *out)
{
#ifdef CONFIG_RT_MUTEXES
	unsigned long waiter = (unsigned long)READ_ONCE(task->pi_blocked_on);

	if (!waiter || !rtwatch_field(RTWATCH_RT_WAITER_LOCK) ||
	    !peek(waiter + rtwatch_field_offset(RTWATCH_RT_WAITER_LOCK), &out->addr))
		return false;
	out->kind = RTWATCH_LOCK_RT_MUTEX;
	return out->addr;
#else
	return false;
#endif
}

bool rtwatch_lock_of(struct task_struct *task, struct rtwatch_lock *out)
{
	memset(out, 0, sizeof(*out));
	if (ask_rt_mutex(task, out) || ask_task(task, out) || search_stack(task, out))
		return true;
	memset(out, 0, sizeof(*out));
	return false;
}

struct task_struct *rtwatch_lock_owner(const struct rtwatch_lock *lock)
{
	static const struct {
		enum rtwatch_field_id owner;
		unsigned long flags;
		unsigned long nobody;	/* where one of these is set, the owner is not known */
	} rows[] = {
		[RTWATCH_LOCK_MUTEX]	= { RTWATCH_MUTEX_OWNER, OWNER_FLAGS, 0 },
		/* Of readers the last one is noted, and stays so when it leaves. */
		[RTWATCH_LOCK_RWSEM]	= { RTWATCH_RWSEM_OWNER, OWNER_FLAGS, READER_OWNED },
		[RTWATCH_LOCK_RT_MUTEX]	= { RTWATCH_RT_MUTEX_OWNER, 1, 0 },
	};
	unsigned long word;

	if (!lock->addr || !lock->kind || !rtwatch_field(rows[lock->kind].owner) ||
	    !peek(lock->addr + rtwatch_field_offset(rows[lock->kind].owner), &word) ||
	    word & rows[lock->kind].nobody)
		return NULL;
	return living(word & ~rows[lock->kind].flags);
}
