// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lets the Nth allocation of a command fail: fail-nth N COMMAND [ARG...]
 *
 * By the kernel's fault injection (CONFIG_FAULT_INJECTION), which counts for one
 * task: what the command's children allocate does not count. Its status: 2 when
 * the command made fewer, else 0, whatever became of the command.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static int fail_nth(pid_t pid, int flags)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/fail-nth", pid);
	return open(path, flags);
}

/* Has it stopped in the dynamic loader? That one does not survive a lack of memory. */
static bool is_loading(pid_t pid)
{
	struct user_regs_struct regs = { 0 };
	unsigned long from, to;
	bool found = false;
	char line[512];
	FILE *maps;

	snprintf(line, sizeof(line), "/proc/%d/maps", pid);
	maps = fopen(line, "r");
	if (!maps)
		return false;
	ptrace(PTRACE_GETREGS, pid, NULL, &regs);
	while (fgets(line, sizeof(line), maps))
		if (sscanf(line, "%lx-%lx", &from, &to) == 2 && regs.rip >= from && regs.rip < to)
			found = strstr(line, "/ld-linux");
	fclose(maps);
	return found;
}

int main(int argc, char **argv)
{
	bool loading = false;
	char left[32] = "";
	int fd, status;
	pid_t pid;

	if (argc < 3 || atoi(argv[1]) < 1) {
		fprintf(stderr, "usage: fail-nth N COMMAND [ARG...]\n");
		return 1;
	}
	pid = fork();
	if (!pid) {
		/* Stops at exec(), and once more before it has gone. */
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		return 1;
	ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL);
	fd = fail_nth(pid, O_RDWR);
	if (fd < 0 || write(fd, argv[1], strlen(argv[1])) < 0) {
		perror("fail-nth");
		return 1;
	}
	close(fd);
	ptrace(PTRACE_CONT, pid, NULL, NULL);
	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		int sig = WSTOPSIG(status);

		if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXIT << 8)) {
			fd = fail_nth(pid, O_RDONLY);
			if (fd < 0 || read(fd, left, sizeof(left) - 1) <= 0)
				perror("fail-nth");
			close(fd);
			sig = 0;
		} else {
			loading = is_loading(pid);
		}
		ptrace(PTRACE_CONT, pid, NULL, sig);
	}
	/* It may fail, and must not crash once it has begun. */
	if (WIFSIGNALED(status) && !loading) {
		fprintf(stderr, "fail-nth: %s was ended by signal %d\n", argv[2],
			WTERMSIG(status));
		return 1;
	}
	return atoi(left) ? 2 : 0;
}
