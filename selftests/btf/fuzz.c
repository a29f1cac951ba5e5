// SPDX-License-Identifier: GPL-2.0-only
/*
 * The BTF reader under a coverage-guided fuzzer: no input makes it read beyond
 * the blob, overflow, or loop, and nothing is found outside of a structure.
 * With FUZZ_SEEDS the same file is a program that writes whole blobs to begin with.
 */
#include <stdio.h>
#include <stdlib.h>

#include "btf.h"
#include "fields.h"

#ifdef FUZZ_SEEDS
#include "blob.h"

static const struct blob_kernel kernels[] = {
	{},
	{ .fair_server = true },
	{ .no_percpu = true },
	{ .rt_time_is_bits = true },
	{ .hrtimer_interrupts_ptr = true },
	{ .typedef_loop = true },
};

int main(int argc, char **argv)
{
	static struct blob blob;

	for (size_t i = 0; argc == 2 && i < sizeof(kernels) / sizeof(kernels[0]); i++) {
		size_t len = blob_kernel(&blob, &kernels[i]);
		char path[4096];
		FILE *file;

		snprintf(path, sizeof(path), "%s/kernel_%zu", argv[1], i);
		file = fopen(path, "w");
		if (!file || fwrite(blob.image, len, 1, file) != 1 || fclose(file))
			return 1;
	}
	return argc != 2;
}

#else

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rtwatch_field_place places[RTWATCH_FIELD_COUNT];
	struct rtwatch_btf btf;
	int count = rtwatch_btf_open(&btf, data, size);

	if (count < 0)
		return 0;
	btf.offsets = calloc(count + 1, sizeof(*btf.offsets));
	if (rtwatch_btf_index(&btf))
		abort();
	rtwatch_fields_find(&btf, places);
	for (int i = 0; i < RTWATCH_FIELD_COUNT; i++) {
		if (places[i].state == RTWATCH_FIELD_UNKNOWN)
			abort();
		if (places[i].state != RTWATCH_FIELD_FOUND)
			continue;
		if ((places[i].size != 4 && places[i].size != 8) ||
		    places[i].offset % places[i].size ||
		    places[i].offset + places[i].size > 1u << 24)
			abort();
	}
	free(btf.offsets);
	return 0;
}
#endif
