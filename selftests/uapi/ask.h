/* SPDX-License-Identifier: GPL-2.0-only */
/* The requests of the contract, one function each, and the guest around them. */
#ifndef RTWATCH_TEST_ASK_H
#define RTWATCH_TEST_ASK_H

#include "nl.h"

#include <sys/types.h>

#define NSEC_PER_MSEC 1000000ULL
#define NSEC_PER_SEC 1000000000ULL
/* A patrol comes around at least once a second; slow machines get some more. */
#define PATROL_LIMIT_MS 5000

uint64_t now_ns(void);
void pause_ms(unsigned int ms);

/* Polls a condition until it holds; false when it did not within limit_ms. */
#define WAIT_FOR(condition, limit_ms)                                        \
	({                                                                   \
		uint64_t until_ = now_ns() + (limit_ms) * NSEC_PER_MSEC;     \
		bool met_;                                                   \
		while (!(met_ = (condition)) && now_ns() < until_)           \
			pause_ms(20);                                        \
		met_;                                                        \
	})

/* The attributes of the last message that a request was answered with. */
struct kept {
	unsigned int messages;
	uint8_t cmd;
	size_t len;
	_Alignas(8) char attrs[16384];
};

int keep(const struct nl_reply *reply, void *kept);
/* A top-level attribute of it, or NULL. */
const struct nlattr *kept_attr(const struct kept *kept, uint16_t type);

/* Each returns 0 or -errno and parses the answer's nest into tb. */
int ask_info(struct nl *nl, struct kept *kept, const struct nlattr **tb);
int ask_cpu(struct nl *nl, uint32_t cpu, struct kept *kept, const struct nlattr **tb);
int ask_incident(struct nl *nl, uint64_t id, struct kept *kept, const struct nlattr **tb);
int ask_backtrace(struct nl *nl, uint32_t cpu, struct kept *kept);
int ask_config(struct nl *nl, uint32_t values[RTWATCH_CONFIG_MAX + 1]);
int set_config(struct nl *nl, uint16_t type, uint32_t value);
int set_sim(struct nl *nl, uint32_t cpu, uint32_t type, uint64_t age_ns, int32_t culprit);

/* 0 when there is none, and when the request failed. */
uint32_t cpu_flags(struct nl *nl, uint32_t cpu);
uint32_t cpu_level(struct nl *nl, uint32_t cpu);
uint64_t cpu_pushed(struct nl *nl, uint32_t cpu);
uint64_t last_incident(struct nl *nl);
/* The first incident after an id that is of this type and CPU. */
uint64_t find_incident(struct nl *nl, uint64_t after, uint32_t type, uint32_t cpu);
bool incident_active(struct nl *nl, uint64_t id);

/*
 * The module of the debug build, in the tier that the environment names.
 * params may be "". 0 or -errno.
 */
int module_load(const char *params);
int module_unload(void);
int module_reload(const char *params);
bool module_loaded(void);

unsigned int cpus_online(void);
int cpu_set_online(unsigned int cpu, bool online);

/* No way back within this process. */
int become_nobody(void);
int become_nobody_with(int capability);

/* A busy task of one CPU, gone after 20 s or with its parent. */
enum spin { SPIN_USER, SPIN_KERNEL };
pid_t spin_start(unsigned int cpu, int policy, int prio, enum spin where);
void spin_stop(pid_t pid);
/* The code that SPIN_USER spins in. */
bool spin_has_ip(uint64_t ip);

/*
 * Run fn in a child and return what it returned (0..254), so that it may give
 * up its privilege or die; 255 when it was killed.
 */
int in_child(int (*fn)(void *arg), void *arg);

#endif /* RTWATCH_TEST_ASK_H */
