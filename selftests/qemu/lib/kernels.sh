# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash disable=SC2154 # common.sh assigns
#
# kernels.list as data.

kernel_names() {
	awk '!/^#/ && NF { print $1 }' "$qemu_dir/kernels.list"
}

# kernel_field NAME suite|build|image
kernel_field() {
	local column

	case $2 in
	suite) column=2 ;;
	build) column=3 ;;
	image) column=4 ;;
	esac
	awk -v name="$1" -v column="$column" '$1 == name { print $column }' \
		"$qemu_dir/kernels.list"
}

check_kernel_name() {
	[[ $(kernel_field "$1" suite) ]] ||
		usage_error "no kernel '$1'; there are:" "$(kernel_names | paste -sd' ')"
}

kernel_dir() {
	echo "$cache_dir/kernels/$1"
}
