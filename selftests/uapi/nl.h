/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Generic netlink in as few lines as the tests of the contract need: raw
 * sockets, no library, so that a bug of a library cannot hide one of the
 * module. A message that is too odd for any library can be built here too.
 */
#ifndef RTWATCH_TEST_NL_H
#define RTWATCH_TEST_NL_H

#include <linux/netlink.h>
#include <linux/rtwatch.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A request under construction. Longer than any valid one. */
struct nl_msg {
	union {
		struct nlmsghdr hdr;
		char buf[4096];
	};
};

struct nl {
	int fd;
	uint32_t seq;
	uint16_t family;
	uint16_t version;
	uint32_t group_incidents;
	uint32_t group_levels;
	/* Bit N: the family announced command N. */
	uint32_t cmd_has_do;
	uint32_t cmd_has_dump;
	/* Of the last request: the kernel's text, "" when it sent none. */
	char text[512];
	/* Of the last dump: what it showed changed meanwhile. */
	bool interrupted;
};

/* One received message: the family's command and its attributes. */
struct nl_reply {
	uint8_t cmd;
	uint32_t seq;
	const struct nlattr *attrs;
	size_t len;
};

/* Return nonzero to stop listening to a dump. */
typedef int (*nl_fn)(const struct nl_reply *reply, void *arg);

/* 0 or -errno. -ENOENT: the family is not there, so neither is the module. */
int nl_open(struct nl *nl);
void nl_close(struct nl *nl);

void nl_start(struct nl_msg *msg, uint8_t cmd);
void nl_put(struct nl_msg *msg, uint16_t type, const void *data, size_t len);
void nl_put_u32(struct nl_msg *msg, uint16_t type, uint32_t value);
void nl_put_u64(struct nl_msg *msg, uint16_t type, uint64_t value);
struct nlattr *nl_nest(struct nl_msg *msg, uint16_t type);
void nl_nest_end(struct nl_msg *msg, struct nlattr *nest);

/* Send without waiting for anything; flags are NLM_F_*. */
int nl_send(struct nl *nl, struct nl_msg *msg, uint16_t flags);
/* Send, call fn for each answer, wait for the end. 0 or -errno. */
int nl_do(struct nl *nl, struct nl_msg *msg, nl_fn fn, void *arg);
int nl_dump(struct nl *nl, struct nl_msg *msg, nl_fn fn, void *arg);

int nl_join(struct nl *nl, uint32_t group);
/*
 * The next notification into buf. 1, 0 after timeout_ms without one, or
 * -errno (-ENOBUFS: some were dropped).
 */
int nl_next(struct nl *nl, char *buf, size_t size, int timeout_ms, struct nl_reply *reply);

/* Reading attributes. tb holds the last of each type up to max. */
void nl_parse(const struct nlattr *attrs, size_t len, const struct nlattr **tb, int max);
void nl_parse_nested(const struct nlattr *nest, const struct nlattr **tb, int max);
/* The first attribute of a type after prev (NULL: from the start). */
const struct nlattr *nl_find(const struct nlattr *attrs, size_t len, uint16_t type,
			     const struct nlattr *prev);
const struct nlattr *nl_find_nested(const struct nlattr *nest, uint16_t type,
				    const struct nlattr *prev);
const void *nl_data(const struct nlattr *attr);
size_t nl_len(const struct nlattr *attr);
uint32_t nl_u32(const struct nlattr *attr);
uint64_t nl_u64(const struct nlattr *attr);
const char *nl_str(const struct nlattr *attr);

#endif /* RTWATCH_TEST_NL_H */
