// SPDX-License-Identifier: GPL-2.0-only
/*
 * modprobe and systemd give a module what the kernel's command line says of it;
 * insmod does not, and no kernel exports its command line to modules. So the
 * file is read.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat.h"

#define CMDLINE_MAX	8192	/* COMMAND_LINE_SIZE is 2048 to 4096 where we run */

static char *read_cmdline(void)
{
	struct file *file = filp_open("/proc/cmdline", O_RDONLY, 0);
	char *text;
	ssize_t len;
	loff_t pos = 0;

	if (IS_ERR(file))
		return NULL;
	text = kzalloc(CMDLINE_MAX, GFP_KERNEL);
	len = text ? kernel_read(file, text, CMDLINE_MAX - 1, &pos) : -ENOMEM;
	filp_close(file, NULL);
	if (len < 0) {
		kfree(text);
		return NULL;
	}
	return text;
}

bool rtwatch_cmdline_flag(const char *name)
{
	char *text = read_cmdline(), *rest = text, *word;
	size_t len = strlen(name);
	bool set = false;

	if (!text)
		return false;
	while ((word = strsep(&rest, " \t\n")) != NULL) {
		/* What follows is for init. */
		if (!strcmp(word, "--"))
			break;
		if (strncmp(word, name, len))
			continue;
		if (!word[len])
			set = true;
		else if (word[len] == '=' && kstrtobool(word + len + 1, &set))
			set = true;
	}
	kfree(text);
	return set;
}
