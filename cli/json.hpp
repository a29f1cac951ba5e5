// SPDX-License-Identifier: BSD-3-Clause
// Values as JSON.
//
// The incident object, the same in events, watch and whatever comes later:
//
//   id, type, cpu (absent when it has none), level, active,
//   start_ns, end_ns (CLOCK_MONOTONIC; end_ns absent while active),
//   start_realtime (ISO 8601, UTC), duration_ns (to now while active), peak_ns,
//   culprit {pid, comm, policy, prio},
//   victims [{pid, comm, policy, prio, wait_ns, kthread, consequence}],
//   victims_total, cause, remedy, summary,
//   stack [{symbol} or {user_ip}], lost,
//
// and after these the evidence: every other field that the module told, under
// its uAPI name in lower case (revision, detected_ns, start_realtime_ns,
// rq_rt_runtime_ns, rt_runtime_ns, rt_period_ns, gp_seq, ...; a runtime
// without limit is -1). A key whose value is not known is absent; victims,
// stack, cause, remedy, summary and lost are always there. lost counts what
// the answer or the stream that the incident came in is known to have lost.
#pragma once

#include <nlohmann/json.hpp>
#include <rtwatch/fields.hpp>
#include <rtwatch/types.hpp>

namespace rtwatchctl
{

using json = nlohmann::ordered_json;

json to_json(const rtwatch::field_value &value);
json to_json(const std::vector<rtwatch::field> &fields);
json to_json(const rtwatch::task &who);

// `now` is CLOCK_MONOTONIC and ends the duration of an active incident.
json to_json(const rtwatch::incident &what, rtwatch::nanoseconds now, std::uint64_t lost);

// {"schema": 1, "lost": lost}, the beginning of every document.
json new_document(std::uint64_t lost);

} // namespace rtwatchctl
