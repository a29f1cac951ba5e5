/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What count.c uses of QEMU's plugin interface, version 1 (QEMU 7.2; 9.0 and later
 * want a newer one). Distributions do not package qemu-plugin.h, and its source is
 * 25 MiB of QEMU. Names, types and values are those of QEMU's documentation,
 * docs/devel/tcg-plugins.rst.
 */
#ifndef QEMU_PLUGIN_H
#define QEMU_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#define QEMU_PLUGIN_API		1
#define QEMU_PLUGIN_EXPORT	__attribute__((visibility("default")))

struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info;	/* passed to us, not looked at */

/* Whether a callback looks at registers. */
enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS };
enum qemu_plugin_op { QEMU_PLUGIN_INLINE_ADD_U64 };

typedef void (*qemu_plugin_translated)(uint64_t id, struct qemu_plugin_tb *tb);
typedef void (*qemu_plugin_executed)(unsigned int vcpu, void *data);

/* Called when a block of code was translated: what is to happen when it runs. */
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, qemu_plugin_translated cb);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb, qemu_plugin_executed cb,
					  enum qemu_plugin_cb_flags flags, void *data);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
					    qemu_plugin_executed cb,
					    enum qemu_plugin_cb_flags flags, void *data);
/* Before the instruction, without a call and not atomic: *to += value. */
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *insn,
						enum qemu_plugin_op op, void *to, uint64_t value);

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
/* Valid while the block is being translated. */
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);

/* To QEMU's log, with -d plugin. */
void qemu_plugin_outs(const char *text);

#endif /* QEMU_PLUGIN_H */
