// SPDX-License-Identifier: GPL-2.0-only
/* Not a sickness: somebody who always wants a grace period, as real machines have. */
#include <linux/rcupdate.h>

#include "sick.h"

void sick_rcu_updater(struct sick_run *run)
{
	sick_begin(run);
	while (!sick_is_over(run))
		synchronize_rcu();
	sick_end(run);
}
