// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fair server: since 6.12 what keeps real time from starving everybody else,
 * a deadline reservation of each CPU for SCHED_OTHER. Off with a runtime of 0.
 */
#include "../rtwatch.h"

/*
 * What everybody else gets at the least where nobody changed it: 50 ms in 1 s
 * (kernel/sched/deadline.c). Less, or more seldom, is worth a word.
 */
#define PERIOD_NS	NSEC_PER_SEC
#define SHARE_MIN	100		/* one part in so many */

bool rtwatch_fair_server_read(int cpu, struct rtwatch_fair_server *out)
{
	const void *rq = rtwatch_rq(cpu);

	if (!rq || !rtwatch_field(RTWATCH_RQ_FAIR_SERVER_RUNTIME) ||
	    !rtwatch_field(RTWATCH_FAIR_SERVER_PERIOD))
		return false;
	out->runtime_ns = rtwatch_peek(rq, RTWATCH_RQ_FAIR_SERVER_RUNTIME);
	out->period_ns = rtwatch_peek(rq, RTWATCH_FAIR_SERVER_PERIOD);
	out->small = out->runtime_ns && (out->period_ns > PERIOD_NS ||
					 out->runtime_ns < div_u64(out->period_ns, SHARE_MIN));
	return true;
}

void rtwatch_fair_server_state(int cpu, struct rtwatch_state *out)
{
	if (!rtwatch_fair_server_read(cpu, &out->fair_server))
		return;
	out->s.valid |= RTWATCH_VALID(FAIR_SERVER_RUNTIME_NS) |
			RTWATCH_VALID(FAIR_SERVER_PERIOD_NS);
	if (rtwatch_field(RTWATCH_FAIR_SERVER_ACTIVE) &&
	    rtwatch_peek(rtwatch_rq(cpu), RTWATCH_FAIR_SERVER_ACTIVE))
		out->s.flags |= RTWATCH_FLAG_FAIR_SERVER;
}

int rtwatch_fair_server_init(struct rtwatch_sensor *self)
{
	struct rtwatch_fair_server server;

	if (rtwatch_fair_server_read(0, &server))
		return 0;
	strscpy(self->reason, rtwatch_full ? "this kernel has no fair server" :
		"private kernel data is not read on the portable tier", sizeof(self->reason));
	return -EOPNOTSUPP;
}
