// SPDX-License-Identifier: BSD-3-Clause
/*
 * The guest's process 1 once the system is up: runs the command, and reports
 * how it ended. Only this program can make the run a success: a guest that
 * hangs, panics or loses it never says so.
 *
 * The report goes out byte by byte through QEMU's debug port, which needs no
 * driver, no interrupt and no other process:
 *
 *	log TEXT	a kernel message of level warning or worse; leaks that
 *			kmemleak found, where the kernel has it
 *	broken TEXT	the command could not be run
 *	exit STATUS	its status as a shell gives it; always the last line
 *
 * After it, a write to the exit port ends QEMU.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define REPORT_PORT	0xe9
#define EXIT_PORT	0xf4
#define OUTPUT_TTY	"/dev/ttyS1"
#define CONSOLE_TTY	"/dev/ttyS0"
#define COMMAND		"/lab/command"
#define SHELL_WANTED	"/lab/shell"
#define LOG_WARNING	4
#define KMEMLEAK	"/sys/kernel/debug/kmemleak"
#define KMEMLEAK_AGE_S	6	/* it takes nothing younger than 5 s for a leak */

static void report(const char *kind, const char *text)
{
	for (const char *c = kind; *c; c++)
		outb(*c, REPORT_PORT);
	outb(' ', REPORT_PORT);
	for (const char *c = text; *c && *c != '\n'; c++)
		outb(*c, REPORT_PORT);
	outb('\n', REPORT_PORT);
}

/*
 * The console alone is not enough: some messages were logged before it was
 * there, and PREEMPT_RT prints from a thread that may not have run yet.
 */
static void report_log(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	char record[8192];

	if (fd < 0)
		return;
	for (;;) {
		ssize_t length = read(fd, record, sizeof(record) - 1);
		char *text;

		if (length < 0 && errno == EPIPE)
			continue; /* overwritten while we read: go on */
		if (length <= 0)
			break;
		record[length] = '\0';
		text = strchr(record, ';');
		if (text && (atoi(record) & 7) <= LOG_WARNING)
			report("log", text + 1);
	}
	close(fd);
}

/* What nothing points to any more; where and by whom it was allocated goes to the console. */
static void report_leaks(void)
{
	int fd = open(KMEMLEAK, O_RDWR), console = open(CONSOLE_TTY, O_WRONLY | O_NOCTTY);
	char part[4096], text[64];
	unsigned long leaks = 0;
	ssize_t length;

	if (fd < 0)
		return;
	sleep(KMEMLEAK_AGE_S);
	/* A pointer that was on its way from one place to another is met by the second scan. */
	for (int i = 0; i < 2; i++)
		if (write(fd, "scan", 4) != 4)
			report("log", "BUG: " KMEMLEAK " cannot scan");
	/* One object a read, so long as the buffer holds it. */
	while ((length = read(fd, part, sizeof(part) - 1)) > 0) {
		part[length] = '\0';
		for (char *at = part; (at = strstr(at, "unreferenced object")); at++)
			leaks++;
		if (write(console, part, length) < 0)
			break;
	}
	snprintf(text, sizeof(text), "kmemleak: %lu new suspected memory leaks", leaks);
	if (leaks)
		report("log", text);
	close(fd);
}

static void leave(int status)
{
	char text[16];

	report_leaks();
	report_log();
	snprintf(text, sizeof(text), "%d", status);
	report("exit", text);
	outl(0, EXIT_PORT);
	for (;;)
		pause();
}

static void broken(const char *text)
{
	report("broken", text);
	leave(125);
}

/*
 * With every CPU busy, an ordinary process might not learn that the command is
 * over. The command itself must not inherit that.
 */
static void raise_own_priority(void)
{
	struct sched_param param = {
		.sched_priority = sched_get_priority_max(SCHED_FIFO),
	};

	sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &param);
}

static int open_output(void)
{
	int fd = open(OUTPUT_TTY, O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios tty;

	if (fd < 0 || tcgetattr(fd, &tty))
		broken("no " OUTPUT_TTY " in this kernel");
	cfmakeraw(&tty);
	cfsetspeed(&tty, B115200);
	tty.c_cflag |= CLOCAL;
	tcsetattr(fd, TCSANOW, &tty);
	return fd;
}

/*
 * Runs in the child. The controlling terminal makes job control possible; the
 * shell reads the file that wanted it.
 */
static void become_shell(void)
{
	int fd;

	setsid();
	fd = open(CONSOLE_TTY, O_RDWR);
	for (int i = 0; i < 3; i++)
		dup2(fd, i);
	setenv("ENV", SHELL_WANTED, 1);
	execl("/bin/sh", "-sh", (char *)NULL);
	_exit(127);
}

/* Runs in the child. */
static void become_command(int output)
{
	int null = open("/dev/null", O_RDWR);

	setsid();
	dup2(null, 0);
	dup2(output, 1);
	dup2(output, 2);
	close(null);
	execl(COMMAND, COMMAND, (char *)NULL);
	_exit(127);
}

/* Process 1 reaps everyone; it waits for one. */
static int wait_for(pid_t child)
{
	int status;
	pid_t pid;

	do {
		pid = wait(&status);
	} while (pid != child && (pid > 0 || errno == EINTR));
	if (pid != child)
		return 125;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int run_command(int output)
{
	pid_t child = fork();

	if (child < 0)
		broken("cannot fork");
	if (child == 0)
		become_command(output);
	return wait_for(child);
}

static int run_shell(void)
{
	pid_t child = fork();

	if (child == 0)
		become_shell();
	return wait_for(child);
}

int main(int argc, char **argv)
{
	int have_command = access(COMMAND, X_OK) == 0;
	int output, status = 0;

	if (ioperm(REPORT_PORT, 1, 1) || ioperm(EXIT_PORT, 4, 1))
		return 1; /* process 1 exits: the kernel panics, the run fails */
	if (argc == 3 && !strcmp(argv[1], "--broken"))
		broken(argv[2]);

	output = open_output();
	raise_own_priority();
	if (have_command)
		status = run_command(output);
	if (access(SHELL_WANTED, F_OK) == 0) {
		int shell_status = run_shell();

		if (!have_command)
			status = shell_status;
	}
	tcdrain(output);
	leave(status);
}
