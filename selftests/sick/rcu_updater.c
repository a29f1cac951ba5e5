// SPDX-License-Identifier: GPL-2.0-only
/* Not a sickness: somebody who always wants a grace period, as real machines have. */
#include <linux/bits.h>
#include <linux/rcupdate.h>

#include "sick.h"

/* Exported for rcutorture; declared in kernel/rcu/rcu.h, which headers do not have. */
unsigned long rcu_get_gp_seq(void);

bool sick_in_grace_period(void)
{
	/* RCU_SEQ_STATE_MASK of kernel/rcu/rcu.h: 0 between two grace periods. */
	return rcu_get_gp_seq() & GENMASK(1, 0);
}

void sick_rcu_updater(struct sick_run *run)
{
	sick_begin(run);
	while (!sick_is_over(run))
		synchronize_rcu();
	sick_end(run);
}
