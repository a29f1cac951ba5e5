// SPDX-License-Identifier: BSD-3-Clause
// Which functions of a trace belong to the printing of it.
#include "dump.hpp"

namespace rtwatch::splat::detail
{

namespace
{

// Compiler suffixes: ".isra.0", ".cold", ".constprop.3", ".part.1"
view base_name(view function)
{
	return function.substr(0, function.find('.'));
}

template <std::size_t N>
bool listed(view function, const view (&names)[N])
{
	function = base_name(function);
	for (const view name : names) {
		if (function == name)
			return true;
	}
	return false;
}

constexpr view dumpers[] = {
	"dump_stack",
	"__dump_stack",
	"dump_stack_lvl",
	"show_stack",
	"show_trace",
	"show_stack_log_lvl",
	"show_trace_log_lvl",
	"dump_trace",
	"dump_backtrace",
	"unwind_backtrace",
	"show_regs",
	"__show_regs",
	"sched_show_task",
	"_sched_show_task",
	"dump_cpu_task",
	"rcu_dump_cpu_stacks",
	"nmi_cpu_backtrace",
	"nmi_trigger_cpumask_backtrace",
	"arch_trigger_cpumask_backtrace",
	"arch_trigger_all_cpu_backtrace",
	"nmi_cpu_backtrace_handler",
	"arch_trigger_all_cpu_backtrace_handler",
	"trigger_single_cpu_backtrace",
	"trigger_all_cpu_backtrace",
	"print_cpu_stall",
	"print_other_cpu_stall",
	"check_cpu_stall",
	"rcu_check_callbacks",
	"__rcu_pending",
	"rcu_pending",
	"rcu_sched_clock_irq",
	"panic",
	"vpanic",
	"nmi_panic",
	"__warn",
	"warn_slowpath_common",
	"warn_slowpath_fmt",
	"__warn_printk",
	"report_bug",
	"watchdog_timer_fn",
	"watchdog_overflow_callback",
	"watchdog_hardlockup_check",
	"watchdog_check_hardlockup_hpt",
	"check_hung_uninterruptible_tasks",
	"watchdog_buddy_check_hardlockup",
	"softlockup_tick",
	"rcu_stall_kick_kthreads",
	"synchronize_rcu_expedited_wait",
	"raise_backtrace_ipi",
	"ipi_cpu_backtrace",
	"smp_handle_nmi_ipi",
	"save_stack_trace",
	"arch_stack_walk",
	"arch_show_stack",
	"do_handle_IPI",
	"__die",
	"walk_stackframe",
	"c_backtrace",
	"arm_backtrace",
	"soft_nmi_interrupt",
	"watchdog_smp_panic",
};

constexpr view entries[] = {
	// x86
	"apic_timer_interrupt",
	"asm_sysvec_apic_timer_interrupt",
	"asm_common_interrupt",
	"common_interrupt",
	"ret_from_intr",
	"reschedule_interrupt",
	"call_function_interrupt",
	"call_function_single_interrupt",
	"asm_sysvec_call_function_single",
	"asm_sysvec_call_function",
	"asm_sysvec_reschedule_ipi",
	"asm_exc_nmi",
	"end_repeat_nmi",
	"nmi",
	"nmi_stack_correct",
	"xen_hvm_callback_vector",
	"xen_do_hypervisor_callback",
	"asm_sysvec_xen_hvm_callback",
	"asm_sysvec_hyperv_stimer0",
	"hv_stimer0_callback_vector",
	"asm_call_irq_on_stack",
	"asm_call_on_stack",
	"asm_call_sysvec_on_stack",
	"hyperv_callback_vector",
	"retint_kernel",
	"retint_careful",
	"asm_exc_xen_hypervisor_callback",
	"restart_nmi",
	"repeat_nmi",
	"first_nmi",
	"asm_sysvec_hyperv_callback",
	"asm_sysvec_kvm_asyncpf_interrupt",
	"irq_entries_start",
	"asm_exc_xen_unknown_trap",
	"asm_sysvec_irq_work",
	"irq_work_interrupt",
	"asm_sysvec_x86_platform_ipi",
	// arm64
	"el1_irq",
	"el1h_64_irq",
	"el1h_64_irq_handler",
	"el0_irq",
	"el0t_64_irq",
	"el0t_32_irq",
	"el0_irq_naked",
	"el0_irq_compat",
	"el1_fiq",
	"el1h_64_fiq",
	"el1_interrupt",
	"el0_interrupt",
	"__el0_irq_handler_common",
	"el0t_64_irq_handler",
	"el0t_32_irq_handler",
	"el1h_64_error",
	// arm32
	"__irq_svc",
	"__irq_usr",
	"__fiq_svc",
	"__irq_user",
	// riscv, mips, powerpc, s390, loongarch, sparc
	"ret_from_exception",
	"handle_exception",
	"do_irq",
	"ret_from_irq",
	"handle_int",
	"rollback_handle_int",
	"except_vec_vi_end",
	"--- interrupt",
	"decrementer_common",
	"hardware_interrupt_common",
	"ext_int_handler",
	"io_int_handler",
	"ext_skip",
	"io_return",
	"mcck_int_handler",
	"restart_int_handler",
	"handle_vint",
	"except_vec4",
	"do_vint",
	"tl0_irq14",
	"tl1_irq14",
	"rtrap_irq",
};

constexpr view user_entries[] = {
	"el0_irq",        "el0t_64_irq", "el0t_32_irq",         "el0_irq_naked",
	"el0_irq_compat", "__irq_usr",   "el0t_64_irq_handler", "__irq_user",
};

// Between the interrupt entry and the machinery, when the entry itself is not in the list.
constexpr view interrupt_path[] = {
	"sysvec_apic_timer_interrupt",
	"__sysvec_apic_timer_interrupt",
	"smp_apic_timer_interrupt",
	"local_apic_timer_interrupt",
	"hrtimer_interrupt",
	"__hrtimer_run_queues",
	"__run_hrtimer",
	"tick_sched_timer",
	"tick_nohz_handler",
	"tick_sched_handle",
	"update_process_times",
	"tick_handle_periodic",
	"tick_periodic",
	"timer_interrupt",
	"__timer_interrupt",
	"irq_enter",
	"do_IRQ",
	"handle_irq",
	"irq_exit_rcu",
	"irq_exit",
	"__irq_exit_rcu",
	"run_irq_on_irqstack_cond",
	"__common_interrupt",
	"generic_handle_irq",
	"gic_handle_irq",
	"handle_percpu_devid_irq",
	"__handle_domain_irq",
	"arch_timer_handler_phys",
	"arch_timer_handler_virt",
	"handle_domain_irq",
	"generic_handle_domain_irq",
	"handle_irq_desc",
	"call_on_irq_stack",
	"do_interrupt_handler",
	"smp_call_function_single_interrupt",
	"generic_smp_call_function_single_interrupt",
	"flush_smp_call_function_queue",
	"__flush_smp_call_function_queue",
	"perf_event_nmi_handler",
	"nmi_handle",
	"default_do_nmi",
	"exc_nmi",
	"do_nmi",
	"intel_pmu_handle_irq",
	"perf_event_overflow",
	"__perf_event_overflow",
	"handle_pmi_common",
	"perf_ibs_nmi_handler",
	"amd_pmu_handle_irq",
	"perf_ibs_handle_irq",
	"x86_pmu_handle_irq",
};

constexpr view sleepers[] = {
	"__schedule",
	"schedule",
	"_schedule",
	"schedule_timeout",
	"io_schedule",
	"io_schedule_timeout",
	"schedule_preempt_disabled",
	"__switch_to",
	"context_switch",
	"schedule_timeout_uninterruptible",
	"schedule_hrtimeout_range",
	"schedule_hrtimeout_range_clock",
	"io_schedule_prepare",
	"preempt_schedule",
	"preempt_schedule_common",
	"preempt_schedule_irq",
	"_cond_resched",
	"__cond_resched",
	"bit_wait",
	"bit_wait_io",
	"schedule_rtlock",
	"__schedule_loop",
	"schedule_timeout_killable",
	"__switch_to_asm",
	"rt_mutex_schedule",
	"schedule_timeout_interruptible",
	"schedule_timeout_idle",
	"wait_for_completion",
	"wait_for_completion_state",
	"wait_for_completion_timeout",
	"wait_for_completion_io",
	"wait_for_completion_io_timeout",
	"wait_for_completion_killable",
	"wait_for_completion_interruptible",
	"wait_for_common",
	"wait_for_common_io",
	"do_wait_for_common",
	"__wait_for_common",
	"__wait_for_common_io",
	"swait_for_completion",
	"__wait_on_bit",
	"__wait_on_bit_lock",
	"out_of_line_wait_on_bit",
	"out_of_line_wait_on_bit_lock",
};

} // namespace

bool is_dump_machinery(view function)
{
	return listed(function, dumpers) || listed(function, interrupt_path);
}

bool is_interrupt_entry(view function)
{
	return listed(function, entries) || starts_with(function, "asm_sysvec_");
}

bool is_user_entry(view function)
{
	return listed(function, user_entries);
}

bool is_sleep_helper(view function)
{
	return listed(function, sleepers);
}

namespace
{

bool prints_itself(const dump &d)
{
	std::size_t seen = 0;
	for (const stack_frame &f : d.frames) {
		if (listed(f.function, dumpers))
			return true;
		if (++seen > 12)
			break;
	}
	return false;
}

// Where the interrupted context starts in a trace that begins in the code that printed it.
std::size_t interrupted_from(const dump &d)
{
	std::size_t i = 0;
	for (; i < d.frames.size(); ++i) {
		const stack_frame &f = d.frames[i];
		if (is_interrupt_entry(f.function)) {
			// Entries come in groups: the stub behind the handler.
			while (i + 1 < d.frames.size() &&
			       is_interrupt_entry(d.frames[i + 1].function))
				++i;
			return i + 1;
		}
		const bool irq = f.section == "IRQ" || f.section == "NMI";
		if (!irq && i > 0 &&
		    (d.frames[i - 1].section == "IRQ" || d.frames[i - 1].section == "NMI")) {
			while (i < d.frames.size() && (is_interrupt_entry(d.frames[i].function) ||
						       is_dump_machinery(d.frames[i].function)))
				++i;
			return i;
		}
	}
	// Called directly: behind the last of the machinery. From an interrupt whose entry is cut
	// off: what was interrupted is not there.
	std::size_t behind = 0;
	for (i = 0; i < d.frames.size(); ++i) {
		if (listed(d.frames[i].function, interrupt_path))
			return d.frames.size();
		if (is_dump_machinery(d.frames[i].function))
			behind = i + 1;
	}
	return behind;
}

} // namespace

std::optional<bool> in_user_mode(const dump &d)
{
	if (!d.pc.empty())
		return false;
	if (d.user_pc && *d.user_pc) {
		if (d.user_before_trace)
			return true;
		// The registers at the end of a task's trace are where it entered the kernel,
		// unless all in front of them is the interrupt that printed.
		for (std::size_t i = prints_itself(d) ? interrupted_from(d) : 0;
		     i < d.frames.size(); ++i) {
			const stack_frame &f = d.frames[i];
			if (f.reliable && !is_interrupt_entry(f.function) &&
			    !is_dump_machinery(f.function) && f.section != "IRQ" &&
			    f.section != "NMI")
				return false;
		}
		return true;
	}
	if (prints_itself(d)) {
		for (const stack_frame &f : d.frames) {
			if (is_user_entry(f.function))
				return true;
			if (is_interrupt_entry(f.function))
				break;
		}
	}
	for (const stack_frame &f : d.frames) {
		if (f.reliable)
			return false;
	}
	return std::nullopt;
}

std::string top_function(const dump &d, bool sleeping)
{
	if (sleeping) {
		for (const stack_frame &f : d.frames) {
			if (f.reliable)
				return f.function;
		}
		return {};
	}
	if (!d.pc.empty())
		return d.pc;
	if (in_user_mode(d).value_or(false))
		return {};
	for (std::size_t i = prints_itself(d) ? interrupted_from(d) : 0; i < d.frames.size(); ++i) {
		const stack_frame &f = d.frames[i];
		if (f.reliable && !is_dump_machinery(f.function) && !is_interrupt_entry(f.function))
			return f.function;
	}
	return {};
}

} // namespace rtwatch::splat::detail
