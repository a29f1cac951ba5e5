// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "ask.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NOBODY 65534
#define SPIN_LIMIT_S 20

uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NSEC_PER_SEC + now.tv_nsec;
}

void pause_ms(unsigned int ms)
{
	poll(NULL, 0, ms);
}

int keep(const struct nl_reply *reply, void *arg)
{
	struct kept *kept = arg;

	kept->messages++;
	kept->cmd = reply->cmd;
	kept->len = reply->len < sizeof(kept->attrs) ? reply->len : sizeof(kept->attrs);
	memcpy(kept->attrs, reply->attrs, kept->len);
	return 0;
}

const struct nlattr *kept_attr(const struct kept *kept, uint16_t type)
{
	return nl_find((const struct nlattr *)kept->attrs, kept->len, type, NULL);
}

/* Ask for one message whose content is one nest. */
static int ask(struct nl *nl, struct nl_msg *msg, struct kept *kept, uint16_t nest,
	       const struct nlattr **tb, int max)
{
	const struct nlattr *attr;
	int err;

	kept->messages = 0;
	kept->len = 0;
	err = nl_do(nl, msg, keep, kept);
	if (err)
		return err;
	attr = kept_attr(kept, nest);
	if (kept->messages != 1 || !attr)
		return -EBADMSG;
	nl_parse_nested(attr, tb, max);
	return 0;
}

int ask_info(struct nl *nl, struct kept *kept, const struct nlattr **tb)
{
	struct nl_msg msg;

	nl_start(&msg, RTWATCH_CMD_INFO_GET);
	return ask(nl, &msg, kept, RTWATCH_A_INFO, tb, RTWATCH_INFO_MAX);
}

int ask_cpu(struct nl *nl, uint32_t cpu, struct kept *kept, const struct nlattr **tb)
{
	struct nl_msg msg;

	nl_start(&msg, RTWATCH_CMD_CPU_GET);
	nl_put_u32(&msg, RTWATCH_A_CPU, cpu);
	return ask(nl, &msg, kept, RTWATCH_A_CPU_STATE, tb, RTWATCH_F_MAX);
}

int ask_incident(struct nl *nl, uint64_t id, struct kept *kept, const struct nlattr **tb)
{
	struct nl_msg msg;

	nl_start(&msg, RTWATCH_CMD_INCIDENT_GET);
	nl_put_u64(&msg, RTWATCH_A_INCIDENT_ID, id);
	return ask(nl, &msg, kept, RTWATCH_A_INCIDENT, tb, RTWATCH_INCIDENT_A_MAX);
}

int ask_backtrace(struct nl *nl, uint32_t cpu, struct kept *kept)
{
	struct nl_msg msg;

	kept->messages = 0;
	kept->len = 0;
	nl_start(&msg, RTWATCH_CMD_BACKTRACE);
	nl_put_u32(&msg, RTWATCH_A_CPU, cpu);
	return nl_do(nl, &msg, keep, kept);
}

int ask_config(struct nl *nl, uint32_t values[RTWATCH_CONFIG_MAX + 1])
{
	const struct nlattr *tb[RTWATCH_CONFIG_MAX + 1];
	struct nl_msg msg;
	struct kept kept;
	int err;

	nl_start(&msg, RTWATCH_CMD_CONFIG_GET);
	err = ask(nl, &msg, &kept, RTWATCH_A_CONFIG, tb, RTWATCH_CONFIG_MAX);
	if (err)
		return err;
	for (int i = 1; i <= RTWATCH_CONFIG_MAX; i++) {
		if (!tb[i] || nl_len(tb[i]) != sizeof(uint32_t))
			return -EBADMSG;
		values[i] = nl_u32(tb[i]);
	}
	return 0;
}

int set_config(struct nl *nl, uint16_t type, uint32_t value)
{
	struct nlattr *nest;
	struct nl_msg msg;

	nl_start(&msg, RTWATCH_CMD_CONFIG_SET);
	nest = nl_nest(&msg, RTWATCH_A_CONFIG);
	nl_put_u32(&msg, type, value);
	nl_nest_end(&msg, nest);
	return nl_do(nl, &msg, NULL, NULL);
}

int set_sim(struct nl *nl, uint32_t cpu, uint32_t type, uint64_t age_ns, int32_t culprit)
{
	struct nlattr *nest;
	struct nl_msg msg;

	/* Nothing is older than the machine: wait until it is old enough. */
	if (age_ns < 60 * NSEC_PER_SEC)
		WAIT_FOR(now_ns() > age_ns + NSEC_PER_SEC, 60000);
	nl_start(&msg, RTWATCH_CMD_SIM_SET);
	nl_put_u32(&msg, RTWATCH_A_CPU, cpu);
	nest = nl_nest(&msg, RTWATCH_A_SIM);
	nl_put_u32(&msg, RTWATCH_SIM_TYPE, type);
	nl_put_u64(&msg, RTWATCH_SIM_AGE_NS, age_ns);
	if (culprit)
		nl_put(&msg, RTWATCH_SIM_CULPRIT_PID, &culprit, sizeof(culprit));
	nl_nest_end(&msg, nest);
	return nl_do(nl, &msg, NULL, NULL);
}

uint32_t cpu_flags(struct nl *nl, uint32_t cpu)
{
	const struct nlattr *tb[RTWATCH_F_MAX + 1];
	struct kept kept;

	if (ask_cpu(nl, cpu, &kept, tb) || !tb[RTWATCH_F_FLAGS])
		return 0;
	return nl_u32(tb[RTWATCH_F_FLAGS]);
}

uint32_t cpu_level(struct nl *nl, uint32_t cpu)
{
	const struct nlattr *tb[RTWATCH_F_MAX + 1];
	struct kept kept;

	if (ask_cpu(nl, cpu, &kept, tb) || !tb[RTWATCH_F_LEVEL])
		return 0;
	return nl_u32(tb[RTWATCH_F_LEVEL]);
}

uint64_t cpu_pushed(struct nl *nl, uint32_t cpu)
{
	const struct nlattr *tb[RTWATCH_F_MAX + 1];
	struct kept kept;

	if (ask_cpu(nl, cpu, &kept, tb) || !tb[RTWATCH_F_SAMPLES_PUSHED])
		return 0;
	return nl_u64(tb[RTWATCH_F_SAMPLES_PUSHED]);
}

struct search {
	bool any;
	uint32_t type, cpu;
	uint64_t first, last;
};

static int search_incident(const struct nl_reply *reply, void *arg)
{
	const struct nlattr *tb[RTWATCH_INCIDENT_A_MAX + 1], *nest;
	struct search *search = arg;

	nest = nl_find(reply->attrs, reply->len, RTWATCH_A_INCIDENT, NULL);
	if (!nest)
		return 0;
	nl_parse_nested(nest, tb, RTWATCH_INCIDENT_A_MAX);
	if (!tb[RTWATCH_INCIDENT_A_ID] || !tb[RTWATCH_INCIDENT_A_TYPE])
		return 0;
	if (!search->any &&
	    (nl_u32(tb[RTWATCH_INCIDENT_A_TYPE]) != search->type || !tb[RTWATCH_INCIDENT_A_CPU] ||
	     nl_u32(tb[RTWATCH_INCIDENT_A_CPU]) != search->cpu))
		return 0;
	search->last = nl_u64(tb[RTWATCH_INCIDENT_A_ID]);
	if (!search->first)
		search->first = search->last;
	return 0;
}

uint64_t last_incident(struct nl *nl)
{
	struct search search = { .any = true };
	struct nl_msg msg;

	nl_start(&msg, RTWATCH_CMD_INCIDENT_GET);
	return nl_dump(nl, &msg, search_incident, &search) ? 0 : search.last;
}

uint64_t find_incident(struct nl *nl, uint64_t after, uint32_t type, uint32_t cpu)
{
	struct search search = { .type = type, .cpu = cpu };
	struct nl_msg msg;

	nl_start(&msg, RTWATCH_CMD_INCIDENT_GET);
	nl_put_u64(&msg, RTWATCH_A_AFTER_ID, after);
	return nl_dump(nl, &msg, search_incident, &search) ? 0 : search.first;
}

bool incident_active(struct nl *nl, uint64_t id)
{
	const struct nlattr *tb[RTWATCH_INCIDENT_A_MAX + 1];
	struct kept kept;

	return !ask_incident(nl, id, &kept, tb) && tb[RTWATCH_INCIDENT_A_ACTIVE];
}

int module_load(const char *params)
{
	const char *path = getenv("RTWATCH_TEST_KO"), *tier = getenv("RTWATCH_TEST_TIER");
	char text[256];
	int fd, err = 0;

	snprintf(text, sizeof(text), "tier=%s %s", tier ? tier : "full", params);
	fd = open(path ? path : "/lib/rtwatch/rtwatch-debug.ko", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (syscall(SYS_finit_module, fd, text, 0))
		err = -errno;
	close(fd);
	return err;
}

int module_unload(void)
{
	return syscall(SYS_delete_module, "rtwatch", O_NONBLOCK) ? -errno : 0;
}

int module_reload(const char *params)
{
	int err = module_unload();

	if (err && err != -ENOENT)
		return err;
	return module_load(params);
}

bool module_loaded(void)
{
	return !access("/sys/module/rtwatch", F_OK);
}

unsigned int cpus_online(void)
{
	return sysconf(_SC_NPROCESSORS_ONLN);
}

int cpu_set_online(unsigned int cpu, bool online)
{
	char path[64];
	int fd, err = 0;

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%u/online", cpu);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, online ? "1" : "0", 1) != 1)
		err = -errno;
	close(fd);
	return err;
}

int become_nobody(void)
{
	if (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
	    setresuid(NOBODY, NOBODY, NOBODY))
		return -errno;
	return 0;
}

int become_nobody_with(int capability)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {};
	int err;

	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0))
		return -errno;
	err = become_nobody();
	if (err)
		return err;
	data[capability / 32].permitted = 1U << (capability % 32);
	data[capability / 32].effective = 1U << (capability % 32);
	return syscall(SYS_capset, &header, data) ? -errno : 0;
}

/*
 * A section of its own, so that an address can be told to be in it, and a
 * frame pointer, so that its caller can be found.
 */
extern const char __start_rtwatch_spin[], __stop_rtwatch_spin[];

__attribute__((section("rtwatch_spin"), noinline)) static void spin_user(void)
{
	for (volatile uint64_t i = 0;; i++)
		;
}

bool spin_has_ip(uint64_t ip)
{
	return ip >= (uintptr_t)__start_rtwatch_spin && ip < (uintptr_t)__stop_rtwatch_spin;
}

static void spin_kernel(void)
{
	static char buf[1 << 20];
	int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);

	while (fd >= 0 && read(fd, buf, sizeof(buf)) > 0)
		;
	_exit(1);
}

pid_t spin_start(unsigned int cpu, int policy, int prio, enum spin where)
{
	struct sched_param param = { .sched_priority = prio };
	struct rlimit rt = { SPIN_LIMIT_S * 1000000UL, SPIN_LIMIT_S * 1000000UL };
	cpu_set_t set;
	int ready[2];
	char byte;
	pid_t pid;

	if (pipe(ready))
		return -1;
	pid = fork();
	if (!pid) {
		CPU_ZERO(&set);
		CPU_SET(cpu, &set);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, "rtwatch-spin");
		alarm(SPIN_LIMIT_S);
		if (sched_setaffinity(0, sizeof(set), &set) || setrlimit(RLIMIT_RTTIME, &rt))
			_exit(1);
		if (write(ready[1], "", 1) != 1)
			_exit(1);
		if (sched_setscheduler(0, policy, &param))
			_exit(1);
		if (where == SPIN_KERNEL)
			spin_kernel();
		spin_user();
	}
	close(ready[1]);
	if (pid > 0 && read(ready[0], &byte, 1) != 1) {
		spin_stop(pid);
		pid = -1;
	}
	close(ready[0]);
	return pid;
}

void spin_stop(pid_t pid)
{
	if (pid <= 0)
		return;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

int in_child(int (*fn)(void *arg), void *arg)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(fn(arg));
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 255;
	return WEXITSTATUS(status);
}
