// SPDX-License-Identifier: BSD-3-Clause
// Marks what the shared library exports; everything else stays hidden.
#pragma once

#define RTWATCH_API __attribute__((visibility("default")))
