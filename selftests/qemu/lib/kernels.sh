# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash disable=SC2154 # common.sh assigns
#
# kernels.list as data. Where a kernel's name is wanted, the path of a folder
# that looks like one of fetch's serves as well: for a kernel built by hand.
# selftests/debug has kernels that are built rather than fetched.

built_list=$qemu_dir/../debug/kernels.list

kernel_names() {
	awk '!/^#/ && NF { print $1 }' "$qemu_dir/kernels.list"
}

built_kernel_names() {
	awk '!/^#/ && NF { print $1 }' "$built_list"
}

# kernel_field NAME suite|build|image; of a kernel that is built, its source's
# package as image, and slow|config
kernel_field() {
	local column

	case $2 in
	suite) column=2 ;;
	build) column=3 ;;
	image) column=4 ;;
	slow) column=5 ;;
	config) column=6 ;;
	esac
	awk -v name="$1" -v column="$column" '$1 == name { print $column }' \
		"$qemu_dir/kernels.list" "$built_list"
}

check_kernel_name() {
	if [[ $1 == */* ]]; then
		[[ -d $1 ]] || usage_error "no folder $1"
	else
		[[ $(kernel_field "$1" suite) ]] ||
			usage_error "no kernel '$1'; there are:" \
				"$({ kernel_names && built_kernel_names; } | paste -sd' ')"
	fi
}

# Where fetch puts it.
kernel_dir() {
	echo "$cache_dir/kernels/$1"
}

# kernel_folder NAME|FOLDER: the folder that holds it, fetched if need be
kernel_folder() {
	if [[ $1 == */* ]]; then
		readlink -e "$1"
	else
		"$qemu_dir/fetch" "$1"
	fi
}
