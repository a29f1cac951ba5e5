// SPDX-License-Identifier: BSD-3-Clause
/*
 * A plugin of QEMU: counts the instructions that a virtual CPU runs from one mark to
 * the next (section.h), however many CPUs there are; -icount does not bring up 64. An
 * interrupt in between is counted, a CPU that has its turn in between is not. One line
 * a section, in QEMU's log: "@ count SECTION INSTRUCTIONS ROUNDS". A string instruction
 * with rep is one, as for the counters of a processor; the emulator, and so -icount,
 * takes each of its further rounds as another one: these are ROUNDS.
 *
 * All CPUs in one thread of the host only (-accel tcg,thread=single): their counter is
 * one, and what it did since the last block of another CPU belongs to this one.
 */
#include "qemu_plugin.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "section.h"

#define CPUS	256

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_API;
QEMU_PLUGIN_EXPORT int qemu_plugin_install(uint64_t id, const struct qemu_info *info, int argc,
					   char **argv);

static uint64_t executed;	/* of all CPUs */
static uint64_t told;		/* of them, those added to the CPU that ran them */
static unsigned int running;
static uint64_t counts[CPUS];

/* The rep that ran last, and what had been executed by then. */
static const void *rep;
static uint64_t rep_executed;
static uint64_t rounds[CPUS];

/* What each CPU is in, and its counts when that began. */
static unsigned int section[CPUS];
static uint64_t begun[CPUS], rounds_begun[CPUS];

static void tell(unsigned int vcpu)
{
	counts[running % CPUS] += executed - told;
	told = executed;
	running = vcpu;
}

static void block_runs(unsigned int vcpu, void *data)
{
	(void)data;
	if (vcpu != running)
		tell(vcpu);
}

static void mark_runs(unsigned int vcpu, void *data)
{
	unsigned int at = vcpu % CPUS;
	char line[96];

	tell(vcpu);
	if (section[at] != SECTION_END) {
		snprintf(line, sizeof(line), "@ count %u %" PRIu64 " %" PRIu64 "\n", section[at],
			 counts[at] - begun[at], rounds[at] - rounds_begun[at]);
		qemu_plugin_outs(line);
	}
	section[at] = (unsigned int)(uintptr_t)data;
	begun[at] = counts[at];
	rounds_begun[at] = rounds[at];
}

/* A round leads to the same instruction again, with no other one in between. */
static void rep_runs(unsigned int vcpu, void *data)
{
	if (data == rep && executed == rep_executed) {
		rounds[vcpu % CPUS]++;
		return;
	}
	rep = data;
	rep_executed = ++executed;
}

static int is_rep(const struct qemu_plugin_insn *insn)
{
	const unsigned char *code = qemu_plugin_insn_data(insn);
	size_t i, size = qemu_plugin_insn_size(insn);

	if (size < 2 || size > 4 || (code[0] != 0xf3 && code[0] != 0xf2))
		return 0;
	for (i = 1; i < size - 1; i++)
		if (code[i] != 0x66 && code[i] != 0x67 && (code[i] & 0xf0) != 0x40)
			return 0;
	/* movs, cmps, stos, lods, scas; 0xa8 and 0xa9 are test. */
	return code[i] >= 0xa4 && code[i] <= 0xaf && (code[i] & ~1) != 0xa8;
}

/* The section that begins here, -1 for any other instruction. */
static int mark_of(const struct qemu_plugin_insn *insn)
{
	static const unsigned char nopl[] = { 0x0f, 0x1f, 0x80 };
	const unsigned char *code = qemu_plugin_insn_data(insn);
	uint16_t words[2];

	if (qemu_plugin_insn_size(insn) != sizeof(nopl) + sizeof(words) ||
	    memcmp(code, nopl, sizeof(nopl)) != 0)
		return -1;
	memcpy(words, code + sizeof(nopl), sizeof(words));
	return words[0] == SECTION_MAGIC && words[1] <= SECTION_MAX ? words[1] : -1;
}

static void translated(uint64_t id, struct qemu_plugin_tb *tb)
{
	size_t i, n = qemu_plugin_tb_n_insns(tb);

	(void)id;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, block_runs, QEMU_PLUGIN_CB_NO_REGS, NULL);
	for (i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		int mark = mark_of(insn);

		if (is_rep(insn))
			qemu_plugin_register_vcpu_insn_exec_cb(
				insn, rep_runs, QEMU_PLUGIN_CB_NO_REGS,
				(void *)(uintptr_t)qemu_plugin_insn_vaddr(insn));
		else if (mark < 0)
			/* One by one: a fault leaves a block in its middle. */
			qemu_plugin_register_vcpu_insn_exec_inline(
				insn, QEMU_PLUGIN_INLINE_ADD_U64, &executed, 1);
		else
			qemu_plugin_register_vcpu_insn_exec_cb(insn, mark_runs,
							       QEMU_PLUGIN_CB_NO_REGS,
							       (void *)(uintptr_t)mark);
	}
}

int qemu_plugin_install(uint64_t id, const struct qemu_info *info, int argc, char **argv)
{
	(void)info;
	(void)argc;
	(void)argv;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
