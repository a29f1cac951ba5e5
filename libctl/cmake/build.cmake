include_guard(GLOBAL)
# SPDX-License-Identifier: BSD-3-Clause
# What library and command have in common: standard, warnings, sanitizers.
option(RTWATCH_TESTS "Build the host unit tests (GoogleTest)" OFF)
option(RTWATCH_SANITIZE "Build with the address and undefined-behaviour sanitizers" OFF)
option(RTWATCH_FUZZ "Build the fuzz targets too, with RTWATCH_SANITIZE (needs clang)" OFF)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
	set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

# Most of a small file's compile time is its headers: a few large units take a
# third of the time. OFF is for those who change one file again and again.
option(CMAKE_UNITY_BUILD "Compile many source files at once" ON)
set(CMAKE_UNITY_BUILD_BATCH_SIZE 0)

set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

add_library(rtwatch_flags INTERFACE)
target_compile_options(rtwatch_flags INTERFACE -Wall -Wextra -Wshadow -Wconversion)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
	# Without collecting its garbage the compiler takes a tenth less time for a large
	# unit, and 850 MB instead of 680.
	target_compile_options(rtwatch_flags INTERFACE --param=ggc-min-heapsize=1048576)
endif()
if(RTWATCH_SANITIZE)
	target_compile_options(rtwatch_flags INTERFACE
		-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
	target_link_options(rtwatch_flags INTERFACE -fsanitize=address,undefined)
endif()
if(RTWATCH_FUZZ)
	if(NOT CMAKE_CXX_COMPILER_ID MATCHES Clang OR NOT RTWATCH_SANITIZE)
		message(FATAL_ERROR
			"RTWATCH_FUZZ needs -DCMAKE_CXX_COMPILER=clang++ -DRTWATCH_SANITIZE=ON")
	endif()
	# The same objects serve the unit tests: the counters do not disturb them.
	target_compile_options(rtwatch_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# For the tests' own code, last: what it calls is watched; to watch itself for undefined
# behaviour doubles the time to compile it.
add_library(rtwatch_unwatched INTERFACE)
if(RTWATCH_FUZZ)
	target_compile_options(rtwatch_unwatched INTERFACE
		-fno-sanitize=undefined,fuzzer-no-link)
endif()
