// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads rt_time.bpf.o, attaches it, tells so by a file and waits for a signal:
 * rt_time OBJECT FILE
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
#include <bpf/libbpf.h>

int main(int argc, char **argv)
{
	struct bpf_program *program;
	struct bpf_object *object;
	sigset_t end;
	int sign, fd;

	if (argc != 3)
		return 2;
	sigemptyset(&end);
	sigaddset(&end, SIGTERM);
	sigprocmask(SIG_BLOCK, &end, NULL);
	object = bpf_object__open_file(argv[1], NULL);
	if (!object || bpf_object__load(object))
		return 1;
	program = bpf_object__find_program_by_name(object, "on_switch");
	if (!program || !bpf_program__attach(program))
		return 1;
	fd = open(argv[2], O_CREAT | O_WRONLY, 0600);
	if (fd < 0)
		return 1;
	close(fd);
	sigwait(&end, &sign);
	return 0;
}
