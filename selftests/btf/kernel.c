// SPDX-License-Identifier: GPL-2.0-only
/* What the module would read of a kernel: a line a field. usage: kernel BTF */
#include <stdio.h>
#include <stdlib.h>

#include "btf.h"
#include "fields.h"

static void *read_file(const char *path, size_t *len)
{
	FILE *file = fopen(path, "r");
	void *data;
	long size;

	if (!file || fseek(file, 0, SEEK_END) || (size = ftell(file)) < 0)
		return NULL;
	rewind(file);
	data = malloc(size + 1);
	*len = fread(data, 1, size, file);
	fclose(file);
	return data;
}

int main(int argc, char **argv)
{
	struct rtwatch_field_place places[RTWATCH_FIELD_COUNT];
	struct rtwatch_btf btf;
	size_t len = 0;
	int count;
	void *data = argc == 2 ? read_file(argv[1], &len) : NULL;

	if (!data) {
		fprintf(stderr, "usage: kernel FILE, as /sys/kernel/btf/vmlinux\n");
		return 2;
	}
	count = rtwatch_btf_open(&btf, data, len);
	if (count < 0) {
		fprintf(stderr, "kernel: %s is no BTF, or damaged\n", argv[1]);
		return 1;
	}
	btf.offsets = calloc(count + 1, sizeof(*btf.offsets));
	if (rtwatch_btf_index(&btf))
		return 1;
	rtwatch_fields_find(&btf, places);
	for (int i = 0; i < RTWATCH_FIELD_COUNT; i++) {
		if (places[i].state == RTWATCH_FIELD_FOUND)
			printf("%s found %u %u\n", rtwatch_field_name(i), places[i].offset,
			       places[i].size);
		else
			printf("%s %s\n", rtwatch_field_name(i),
			       places[i].state == RTWATCH_FIELD_ABSENT ? "absent" : "changed");
	}
	free(btf.offsets);
	free(data);
	return 0;
}
