// SPDX-License-Identifier: GPL-2.0-only
/*
 * A task that does as it is told, and knows when it began: culprit or victim of
 * a scenario.
 *
 *   task --name COMM --cpu N[,N]... --for MS [--policy other|fifo|rr|deadline]
 *        [--prio N] [--runtime MS] [--tasks N] [--busy MS --sleep MS] [--asks CALL]
 *        [--mark NAME] [--booster COMM]
 *
 * A deadline task may use --runtime of each 100 ms (90); with all of it, which
 * needs sched_rt_runtime_us to be -1, it is pinned too.
 *
 * One task for each CPU, times --tasks. They begin together: each sleeps until
 * then in its final class, so that a switch starts it. --busy and --sleep
 * alternate; without them it never sleeps. --asks CALL writes CALL into the file
 * that follows after '>' and so spends its time in the kernel. --mark appends
 * when each began and ended to /tmp/marks (NAME.CPU when there are many CPUs).
 * --booster COMM: an ordinary task, which holds a lock with priority inheritance
 * for which a FIFO task of that name and of --prio waits from the beginning on.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MS		1000000ULL
#define MARKS		"/tmp/marks"
#define SET_UP		(300 * MS)	/* until all are where they belong */
#define SET_UP_RT	(500 * MS)	/* and those run whom it shall starve */
#define SET_UP_TASK	(5 * MS)	/* more for each, which those that run would draw out */
#define DEADLINE	6
#define PERIOD		(100 * MS)

struct orders {
	const char *name;
	const char *mark;
	const char *asks;
	const char *booster;
	int cpus[64];
	int cpus_count;
	int policy;
	int prio;
	int tasks;
	uint64_t runtime_ns;
	uint64_t for_ns;
	uint64_t busy_ns;
	uint64_t sleep_ns;
};

/* <linux/sched/types.h> clashes with <sched.h> in some libcs. */
struct attr {
	uint32_t size;
	uint32_t policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime;
	uint64_t deadline;
	uint64_t period;
};

static void die(const char *what)
{
	fprintf(stderr, "task: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 * MS + now.tv_nsec;
}

static void sleep_until(uint64_t when)
{
	struct timespec at = { when / (1000 * MS), when % (1000 * MS) };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR)
		;
}

/* On a tmpfs, because a terminal needs threads that may starve just now. */
static void mark(const struct orders *o, int cpu, const char *what, uint64_t when)
{
	char text[128], name[64];
	int fd, length;

	if (!o->mark)
		return;
	snprintf(name, sizeof(name), o->cpus_count > 1 ? "%s.%d" : "%s", o->mark, cpu);
	length = snprintf(text, sizeof(text), "@mark %s_%s %llu\n", name, what,
			  (unsigned long long)when);
	fd = open(MARKS, O_WRONLY | O_CREAT | O_APPEND, 0644);
	if (fd < 0 || write(fd, text, length) != length)
		die(MARKS);
	close(fd);
}

static void become(const struct orders *o)
{
	struct attr attr = {
		.size = sizeof(attr),
		.policy = o->policy,
		.priority = o->prio,
	};

	if (o->policy == DEADLINE) {
		attr.runtime = o->runtime_ns;
		attr.deadline = attr.period = PERIOD;
	}
	if (syscall(SYS_sched_setattr, 0, &attr, 0))
		die("the kernel refuses this policy");
}

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("cannot run on this CPU");
}

/* "TEXT>FILE": one write, which the kernel takes its time for. */
static void ask(const char *asks)
{
	const char *path = strchr(asks, '>');
	int fd = path ? open(path + 1, O_WRONLY) : -1;

	if (fd < 0 || write(fd, asks, path - asks) < 0)
		die(asks);
	close(fd);
}

static void be_busy(const struct orders *o, uint64_t end)
{
	uint64_t now, pause = now_ns() + o->busy_ns;

	if (o->asks) {
		ask(o->asks);
		return;
	}
	while ((now = now_ns()) < end) {
		if (!o->sleep_ns || now < pause)
			continue;
		sleep_until(now + o->sleep_ns);
		pause = now_ns() + o->busy_ns;
	}
}

/* The lock's word holds the owner's thread id; who waits for it adds a bit. */
static void lock_pi(int *word)
{
	if (syscall(SYS_futex, word, FUTEX_LOCK_PI, 0, NULL, NULL, 0))
		die("cannot take the lock");
}

static void unlock_pi(int *word)
{
	if (syscall(SYS_futex, word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0))
		die("cannot let the lock go");
}

/* Takes the lock, and makes somebody who will wait for it. */
static int *be_boosted(const struct orders *o, uint64_t start)
{
	struct orders waiter = { .policy = SCHED_FIFO, .prio = o->prio };
	int *word = mmap(NULL, sizeof(*word), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			 -1, 0);

	if (word == MAP_FAILED)
		die("no memory for the lock");
	lock_pi(word);
	if (fork() != 0)
		return word;
	prctl(PR_SET_NAME, o->booster);
	alarm(o->for_ns / (1000 * MS) + 10);
	become(&waiter);
	sleep_until(start);
	lock_pi(word);
	unlock_pi(word);
	exit(0);
}

static int play(const struct orders *o, int cpu, uint64_t start)
{
	int *lock = NULL, status = 0;
	uint64_t began;

	prctl(PR_SET_NAME, o->name);
	/* A dead man's timer: nobody may be able to stop this one. */
	alarm(o->for_ns / (1000 * MS) + 10);
	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		die("cannot lock its memory");
	/* With admission control a deadline task may not be pinned. */
	if (o->policy != DEADLINE || o->runtime_ns == PERIOD)
		pin(cpu);
	if (o->booster)
		lock = be_boosted(o, start);
	else
		become(o);
	sleep_until(start);
	began = now_ns();
	be_busy(o, began + o->for_ns);
	mark(o, cpu, "began", began);
	mark(o, cpu, "ended", now_ns());
	if (lock) {
		unlock_pi(lock);
		wait(&status);
	}
	return status != 0;
}

static int policy_of(const char *name)
{
	static const struct {
		const char *name;
		int policy;
	} table[] = {
		{ "other", SCHED_OTHER }, { "fifo", SCHED_FIFO },
		{ "rr", SCHED_RR }, { "deadline", DEADLINE },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (!strcmp(name, table[i].name))
			return table[i].policy;
	fprintf(stderr, "task: no policy '%s'\n", name);
	exit(2);
}

static void read_cpus(struct orders *o, char *list)
{
	for (char *one = strtok(list, ","); one && o->cpus_count < 64; one = strtok(NULL, ","))
		o->cpus[o->cpus_count++] = atoi(one);
}

static void read_orders(struct orders *o, int argc, char **argv)
{
	static const struct option options[] = {
		{ "name", required_argument, NULL, 'n' },
		{ "cpu", required_argument, NULL, 'c' },
		{ "for", required_argument, NULL, 'f' },
		{ "policy", required_argument, NULL, 'P' },
		{ "prio", required_argument, NULL, 'p' },
		{ "tasks", required_argument, NULL, 't' },
		{ "busy", required_argument, NULL, 'b' },
		{ "sleep", required_argument, NULL, 's' },
		{ "asks", required_argument, NULL, 'a' },
		{ "mark", required_argument, NULL, 'm' },
		{ "runtime", required_argument, NULL, 'r' },
		{ "booster", required_argument, NULL, 'B' },
		{ 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'n':
			o->name = optarg;
			break;
		case 'c':
			read_cpus(o, optarg);
			break;
		case 'f':
			o->for_ns = atoll(optarg) * MS;
			break;
		case 'P':
			o->policy = policy_of(optarg);
			break;
		case 'p':
			o->prio = atoi(optarg);
			break;
		case 't':
			o->tasks = atoi(optarg);
			break;
		case 'b':
			o->busy_ns = atoll(optarg) * MS;
			break;
		case 's':
			o->sleep_ns = atoll(optarg) * MS;
			break;
		case 'a':
			o->asks = optarg;
			break;
		case 'm':
			o->mark = optarg;
			break;
		case 'r':
			o->runtime_ns = atoll(optarg) * MS;
			break;
		case 'B':
			o->booster = optarg;
			break;
		default:
			exit(2);
		}
	}
	if (!o->name || !o->cpus_count || !o->for_ns || o->for_ns > 60000 * MS) {
		fprintf(stderr, "usage: task --name COMM --cpu N[,N]... --for 1..60000 ...\n");
		exit(2);
	}
}

int main(int argc, char **argv)
{
	struct orders o = { .policy = SCHED_OTHER, .tasks = 1, .runtime_ns = 90 * MS };
	int status, failed;
	uint64_t start;

	read_orders(&o, argc, argv);
	start = now_ns() + (o.policy == SCHED_OTHER && !o.booster ? SET_UP : SET_UP_RT) +
		(uint64_t)o.tasks * (uint64_t)o.cpus_count * SET_UP_TASK;
	/* The last one is this process itself: whoever stops it stops a task. */
	for (int cpu = o.cpus_count - 1; cpu >= 0; cpu--) {
		for (int i = o.tasks - 1; i >= 0; i--) {
			if (cpu == 0 && i == 0)
				break;
			if (fork() == 0)
				exit(play(&o, o.cpus[cpu], start));
		}
	}
	failed = play(&o, o.cpus[0], start);
	while (wait(&status) > 0)
		failed |= status;
	return failed != 0;
}
