# SPDX-License-Identifier: GPL-2.0-only
# What these kernel headers offer, found by looking, because distributions
# backport. One line a feature; compat.h holds what is done without it.
#
# RTWATCH_WITHOUT="STATIC_CALL ..." does as if the kernel lacked some: the way of
# an older kernel, built and run where the older one cannot be had.

rtwatch_has = $(if $(filter $(3),$(RTWATCH_WITHOUT)),,$(shell \
	grep -qsE '$(2)' $(srctree)/include/$(1) && echo -DRTWATCH_HAS_$(3)))
rtwatch_exports = $(if $(filter $(2),$(RTWATCH_WITHOUT)),,$(shell \
	grep -qsE '[[:space:]]$(1)[[:space:]]' $(objtree)/Module.symvers && \
	echo -DRTWATCH_EXPORTS_$(2)))
rtwatch_config = $(if $(filter $(1),$(RTWATCH_WITHOUT)),,$(if $(CONFIG_$(1)),-DRTWATCH_HAS_$(1)))

ccflags-y += $(call rtwatch_has,linux/static_call.h,define static_call_update,STATIC_CALL)
ccflags-y += $(call rtwatch_has,linux/sched/isolation.h,HK_TYPE_TICK,HK_TYPE)
ccflags-y += $(call rtwatch_has,trace/events/sched.h,unsigned int prev_state,SWITCH_PREV_STATE)
ccflags-y += $(call rtwatch_has,linux/hrtimer.h,void hrtimer_setup.struct,HRTIMER_SETUP)
ccflags-y += $(call rtwatch_has,net/genetlink.h,resv_start_op,RESV_START_OP)
ccflags-y += $(call rtwatch_has,net/genetlink.h,cap_sys_admin:1,MCAST_CAP_BIT)
ccflags-y += $(call rtwatch_has,net/genetlink.h,define GENL_MCAST_CAP_SYS_ADMIN,MCAST_CAP_FLAG)
ccflags-y += $(call rtwatch_has,net/genetlink.h,pre_doit.*genl_split_ops,SPLIT_OPS)
ccflags-y += $(call rtwatch_has,net/genetlink.h,genl_dumpit_info.struct,DUMPIT_INFO)
ccflags-y += $(call rtwatch_has,net/genetlink.h,struct genl_info info;,DUMP_INFO)
ccflags-y += $(call rtwatch_has,linux/module.h,struct module_memory,MODULE_MEMORY)
ccflags-y += $(call rtwatch_has,linux/sched.h,void sched_set_fifo.struct,SET_FIFO)
ccflags-y += $(call rtwatch_exports,sched_setattr_nocheck,SETATTR)
ccflags-y += $(call rtwatch_has,linux/uaccess.h,copy_from_user_nofault,USER_NOFAULT)
ccflags-y += $(call rtwatch_exports,stack_trace_save_tsk,SAVE_TSK)
ccflags-y += $(call rtwatch_has,linux/sched.h,[[:space:]]__state;,TASK_STATE)
ccflags-y += $(call rtwatch_config,SCHED_INFO)
