// SPDX-License-Identifier: GPL-2.0-only
/* Interrupts off: neither a tick nor an IPI gets through, only NMIs do. */
#include <linux/irqflags.h>
#include <linux/processor.h>

#include "sick.h"

void sick_irqs_off(struct sick_run *run)
{
	local_irq_disable();
	sick_begin(run);
	while (!sick_is_over(run))
		cpu_relax();
	sick_end(run);
	local_irq_enable();
}
