# SPDX-License-Identifier: BSD-3-Clause
# The front door. `make help` lists what it opens.

PREFIX  ?= /usr/local
DESTDIR ?=
KDIR    ?= /lib/modules/$(shell uname -r)/build
BUILD   := build/user
VERSION := $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)
SUDO    := $(if $(filter 0,$(shell id -u)),,sudo)

.DEFAULT_GOAL := help

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

# SHELL=1 is the demo's; make's own shell is not ours to change.
DEMO_SHELL := $(if $(filter command line,$(origin SHELL)),$(SHELL))
override SHELL := /bin/bash

.PHONY: demo
demo: packages-demo ## play the case in a VM; SHELL=1 leaves you in it
	@$(MAKE) --no-print-directory -j2 user module
	@SHELL=$(DEMO_SHELL) selftests/demo/run

.PHONY: check
check: ## style, unit tests, and every self-test in VMs; LONG=1 takes more time
	@selftests/check $(if $(LONG),--long)

.PHONY: check-matrix
check-matrix: packages-demo user ## every self-test on every kernel; KERNELS="5.10 7.3-rt", QUICK=1
	@selftests/install-packages scenarios
	@selftests/matrix/run $(if $(QUICK),--quick) $(KERNELS)

.PHONY: check-arm64
check-arm64: packages-demo ## the contract on arm64, emulated
	@selftests/install-packages arm64
	@selftests/arm64/run

.PHONY: check-stress
check-stress: packages-demo user ## reload, hotplug, odd messages, bad readers; SHORT=1
	@selftests/install-packages stress
	@selftests/stress/run $(if $(SHORT),--short)

.PHONY: check-debug
check-debug: packages-demo user ## the self-tests on a kernel that checks itself; KERNEL=6.12-rt-checks, SHORT=1
	@selftests/install-packages scenarios stress debug
	@selftests/debug/run $(if $(SHORT),--short) $(if $(KERNEL),--kernel $(KERNEL))

.PHONY: check-all
check-all: ## all there is, on every kernel: hours
	@selftests/check --long
	@$(MAKE) --no-print-directory check-matrix check-arm64 check-stress check-debug

.PHONY: bench bench-quick
bench: packages-bench user module ## what rtwatch costs, in one table (docs/performance.md)
	@selftests/bench/run
bench-quick: packages-bench user module ## the same in a few minutes
	@selftests/bench/run --quick

.PHONY: user
user: packages-build ## build the library and the command, in build/user
	@echo "rtwatch: building the library and the command"
	@cmake -S cli -B $(BUILD) -DCMAKE_BUILD_TYPE=Release \
		-DCMAKE_INSTALL_PREFIX=$(PREFIX) $(CMAKE_FLAGS) >build/cmake.log || { cat build/cmake.log; false; }
	@# Few units, of different lengths: all of them at once end soonest.
	@set -o pipefail; MAKEFLAGS= cmake --build $(BUILD) -j$$(($$(nproc) + 2)) -- --no-print-directory -s | \
		sed -un 's/^\[ *\([0-9]*\)%\] Building.*/rtwatch:   library and command: \1 %/p'

.PHONY: module
module: packages-demo ## build the module for the VM's kernel, in build/kmod
	@echo "rtwatch: building the module for the VM's kernel"
	@selftests/qemu/build-module 6.1

.PHONY: kmod
kmod: ## build the module for the running kernel (KDIR=)
	$(MAKE) -C kmod KDIR=$(KDIR)

.PHONY: install
install: user ## install library, command, man pages (DESTDIR=, PREFIX=)
	@DESTDIR=$(DESTDIR) cmake --install $(BUILD) --prefix $(PREFIX)

.PHONY: dkms-install
dkms-install: ## install the module's source, build and install it by DKMS
	$(SUDO) mkdir -p $(DESTDIR)/usr/src/rtwatch-$(VERSION)
	$(SUDO) cp -r dkms.conf kmod LICENSES $(DESTDIR)/usr/src/rtwatch-$(VERSION)/
	$(if $(DESTDIR),,$(SUDO) dkms install rtwatch/$(VERSION))

.PHONY: dkms-remove
dkms-remove: ## undo dkms-install
	$(if $(DESTDIR),,$(SUDO) dkms remove rtwatch/$(VERSION) --all)
	$(SUDO) rm -rf $(DESTDIR)/usr/src/rtwatch-$(VERSION)

.PHONY: format
format: ## format the C++ sources
	git ls-files '*.cpp' '*.hpp' | xargs clang-format -i

.PHONY: clean
clean: ## remove build/ (downloaded kernels stay in the cache)
	rm -rf build

.PHONY: packages-build packages-demo packages-bench
packages-build:
	@mkdir -p build
	@selftests/install-packages build
packages-demo:
	@mkdir -p build
	@selftests/install-packages build vm
packages-bench:
	@mkdir -p build
	@selftests/install-packages build vm bench
