// SPDX-License-Identifier: GPL-2.0-only
/* Settings that can be changed at run time, each with its range. */
#include <linux/mutex.h>

#include "rtwatch.h"

/* In the unit of its name. The same figures stand in the uAPI header. */
static const struct {
	u32 min;
	u32 max;
	u32 initial;
} rows[RTWATCH_CONFIG_MAX + 1] = {
	[RTWATCH_CONFIG_SAMPLE_INTERVAL_MS]	= { 10, 10000, 100 },
	[RTWATCH_CONFIG_RT_STARVATION_MS]	= { 100, 600000, 1000 },
	[RTWATCH_CONFIG_SOFT_LOCKUP_MS]		= { 1000, 600000, 12000 },
	[RTWATCH_CONFIG_IRQS_OFF_MS]		= { 200, 600000, 2000 },
	[RTWATCH_CONFIG_HARD_LOCKUP_MS]		= { 1000, 600000, 10000 },
	[RTWATCH_CONFIG_RCU_STALL_MS]		= { 1000, 600000, 10000 },
	[RTWATCH_CONFIG_CLEAR_MS]		= { 100, 60000, 2000 },
	[RTWATCH_CONFIG_HUNG_TASK_MS]		= { 1000, 3600000, 60000 },
	[RTWATCH_CONFIG_CFS_BANDWIDTH_US]	= { 100, 10000000, 10000 },
	[RTWATCH_CONFIG_BUDGET_NS]		= { 0, 1000000000, 100000 },
};

/* Each value is read alone, in hard irq; written under the mutex. */
static u32 values[RTWATCH_CONFIG_MAX + 1];
static DEFINE_MUTEX(values_mutex);

u32 rtwatch_config_ms(enum rtwatch_config_attr which)
{
	return READ_ONCE(values[which]);
}

void rtwatch_config_init(u32 sample_interval_ms, u32 budget_ns)
{
	int i;

	for (i = 1; i <= RTWATCH_CONFIG_MAX; i++)
		values[i] = rows[i].initial;
	values[RTWATCH_CONFIG_SAMPLE_INTERVAL_MS] = sample_interval_ms;
	values[RTWATCH_CONFIG_BUDGET_NS] = budget_ns;
}

void rtwatch_config_range(enum rtwatch_config_attr which, u32 *min, u32 *max)
{
	*min = rows[which].min;
	*max = rows[which].max;
}

void rtwatch_config_get(struct rtwatch_config *out)
{
	int i;

	mutex_lock(&values_mutex);
	for (i = 0; i <= RTWATCH_CONFIG_MAX; i++)
		out->value[i] = values[i];
	mutex_unlock(&values_mutex);
}

void rtwatch_config_set(const struct rtwatch_config *in)
{
	int i;

	mutex_lock(&values_mutex);
	for (i = 1; i <= RTWATCH_CONFIG_MAX; i++)
		if (in->set & (1U << i))
			WRITE_ONCE(values[i], in->value[i]);
	mutex_unlock(&values_mutex);
	/* The new budget may be one that they can keep. */
	if (in->set & (1U << RTWATCH_CONFIG_BUDGET_NS))
		rtwatch_budget_rearm();
}
