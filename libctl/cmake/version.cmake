# SPDX-License-Identifier: BSD-3-Clause
# Sets RTWATCH_VERSION from dkms.conf, the only place where it is written.
file(STRINGS "${CMAKE_CURRENT_LIST_DIR}/../../dkms.conf" _line
	REGEX "^PACKAGE_VERSION=\"[0-9]+\\.[0-9]+\\.[0-9]+\"$")
if(NOT _line)
	message(FATAL_ERROR "dkms.conf has no line PACKAGE_VERSION=\"N.N.N\"")
endif()
string(REGEX REPLACE "^PACKAGE_VERSION=\"(.*)\"$" "\\1" RTWATCH_VERSION "${_line}")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
	"${CMAKE_CURRENT_LIST_DIR}/../../dkms.conf")
