// SPDX-License-Identifier: GPL-2.0-only
/*
 * Eats all memory until it is killed for it; or: glutton MIB, all but so much, and
 * stays, as the last that would be killed.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BITE	(1 << 20)

static long available_mib(void)
{
	FILE *file = fopen("/proc/meminfo", "r");
	char line[128];
	long kib = 0;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "MemAvailable: %ld kB", &kib) == 1)
			break;
	if (file)
		fclose(file);
	return kib / 1024;
}

int main(int argc, char **argv)
{
	const char *score = argc > 1 ? "-900" : "1000";
	int fd = open("/proc/self/oom_score_adj", O_WRONLY);

	if (fd < 0 || write(fd, score, strlen(score)) != (ssize_t)strlen(score))
		return 1;
	while (argc == 1 || available_mib() > atol(argv[1])) {
		char *bite = malloc(BITE);

		if (bite)
			memset(bite, 1, BITE);
	}
	for (;;)
		pause();
}
