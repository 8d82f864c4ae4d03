# SPDX-License-Identifier: GPL-3.0-or-later
# AutoRec Explorer.  make deps demo: packages, build, the explorer on the sample data.
#                    make deps check: packages, build, every test.
#                    make help: every target.

PREFIX  ?= /usr/local
DESTDIR ?=
CC      ?= cc
VERSION := 0.1.0

# Each variant builds in its own folder: release, asan, tsan, coverage, and double (float64, for tests only).
VARIANT ?= release
FOLDER  := build/$(if $(filter clang%,$(notdir $(CC))),clang-)
BUILD   := $(FOLDER)$(VARIANT)

PACKAGES := gcc make pkg-config libncurses-dev libreadline-dev libopenblas-dev libjansson-dev \
            zlib1g-dev libarchive-dev libutf8proc-dev libxxhash-dev libcmocka-dev liblbfgs-dev libvterm-dev tmux python3-numpy
BENCH_PACKAGES := python3-torch python3-pandas
LINT_PACKAGES := clang clang-format cppcheck valgrind gcovr

CORE_LIBS := openblas jansson libutf8proc libxxhash zlib libarchive
UI_LIBS   := ncursesw readline
PKG       := $(shell command -v pkg-config)
pkg        = $(if $(PKG),$(shell $(PKG) $(1) $(2) 2>/dev/null))

OPENMP_OK := $(shell echo 'int main(void){return 0;}' | $(CC) -fopenmp -x c - -o /dev/null 2>/dev/null && echo yes)
OPENMP    := $(if $(OPENMP_OK),-fopenmp,-Wno-unknown-pragmas)

CFLAGS  ?= -O2 -g
WARN    := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wno-unused-parameter -Wno-missing-field-initializers $(WERROR)
ALL_CPP  = -D_GNU_SOURCE -DAUTOREC_VERSION='"$(VERSION)"' -Iinclude $(call pkg,--cflags,$(CORE_LIBS)) $(CPPFLAGS)
ALL_C    = -std=c11 $(CFLAGS) $(WARN) $(OPENMP) $(SAN)
LIBS     = $(call pkg,--libs,$(CORE_LIBS)) -lm -lpthread

ifeq ($(VARIANT),asan)
SAN := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
endif
ifeq ($(VARIANT),tsan)
# The race detector does not know gcc's OpenMP runtime, so this build runs its loops in one thread.
# It checks the trainer thread against the screen's thread.
SAN    := -fsanitize=thread
OPENMP := -Wno-unknown-pragmas
endif
ifeq ($(VARIANT),coverage)
CFLAGS := -O0 -g
SAN    := --coverage -fprofile-update=atomic
endif
ifeq ($(VARIANT),double)
CPPFLAGS += -DAUTOREC_DOUBLE
endif

# The vector kernels are compiled once for each instruction set, and the program chooses one when it starts.
# Fast-math is off: sums keep their order and NaN stays NaN.  Only errno and trap flags are given up, and
# a product that is added to a sum may stay unrounded (fused multiply-add).
ISA    := -O3 -ffp-contract=fast -fno-math-errno -fno-trapping-math -Wno-psabi
ISA_v2 := $(ISA) -DKERNEL_ISA=v2
ISA_v3 := $(ISA) -DKERNEL_ISA=v3 -march=x86-64-v3
ISA_v4 := $(ISA) -DKERNEL_ISA=v4 -march=x86-64-v4 -mprefer-vector-width=512
ISAS   := v2 $(if $(findstring x86_64,$(shell $(CC) -dumpmachine)),v3 v4)

SRC      := $(filter-out src/kernel/vector.c,$(wildcard src/*/*.c))
CORE_OBJ := $(SRC:%.c=$(BUILD)/%.o) $(ISAS:%=$(BUILD)/src/kernel/vector_%.o)
UI_OBJ   := $(patsubst %.c,$(BUILD)/%.o,$(filter-out ui/main.c,$(wildcard ui/*.c)))
LIB      := $(BUILD)/libautorec.a
UI_LIB   := $(BUILD)/libui.a
PROGRAM  := $(BUILD)/autorec
TESTS    := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_*.c))
SCREENS  := $(patsubst tests/screen/%.c,$(BUILD)/tests/%,$(wildcard tests/screen/test_*.c))
UI_TESTS := $(patsubst %,$(BUILD)/tests/test_%,candidates canvas chart key_table output prompt)
HELPERS  := $(BUILD)/tests/libhelpers.a
DOUBLE_TESTS := test_oracle test_gradient test_rbm test_optim test_lbfgs test_llorma test_explain test_newcomer
BENCH    := $(BUILD)/tests/bench/bench
TABLES   := table1a table1b table1c figure2 deep
BENCH_OBJ := $(patsubst %.c,$(BUILD)/%.o,$(filter-out tests/bench/peak.c,$(wildcard tests/bench/*.c))) \
             $(ISAS:%=$(BUILD)/tests/bench/peak_%.o)

MAKEFLAGS += --no-builtin-rules
# make V=1 shows the commands.
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-6s %s\n' $(1) $@)
.DELETE_ON_ERROR:
.PHONY: all help deps demo check check-double asan tsan lint lint-deps coverage valgrind bench bench-netflix bench-deps defaults readme results install uninstall clean sample

all: $(PROGRAM) ## build the program (build/release/autorec)

help: ## list the targets
	@sed -n 's/^\([a-z][a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 22

# Debian packages, as root or with sudo.
define install_packages
@if dpkg -s $(1) >/dev/null 2>&1; then echo "$@: all packages are installed"; else \
  as_root=$$([ "$$(id -u)" = 0 ] || echo sudo); \
  $$as_root apt-get update -q && \
  DEBIAN_FRONTEND=noninteractive $$as_root apt-get install -q -y --no-install-recommends $(1); fi
endef

deps: ## install the Debian packages that building and testing need
	$(call install_packages,$(PACKAGES))

# Sub-makes, because `make deps demo` may have just installed pkg-config.
demo: ## open the explorer on the sample data, already training
	@$(MAKE) --no-print-directory $(PROGRAM)
	$(PROGRAM) -f sample-data/demo.autorec

check: ## build and run every test
	@$(MAKE) --no-print-directory run-check

.PHONY: run-check
run-check: $(PROGRAM) $(TESTS) $(SCREENS)
	@$(MAKE) --no-print-directory VARIANT=double tests-only
	@AUTOREC=$(PROGRAM) tests/run tests/rules $(TESTS) $(DOUBLE_TESTS:%=$(FOLDER)double/tests/%) $(SCREENS) tests/scripts/run tests/scripts/store tests/scripts/hostile

.PHONY: tests-only
tests-only: $(DOUBLE_TESTS:%=$(BUILD)/tests/%)

asan: ## run the tests under AddressSanitizer and UBSan
	@$(MAKE) --no-print-directory VARIANT=asan run-sanitised
tsan: ## run the tests under ThreadSanitizer
	@$(MAKE) --no-print-directory VARIANT=tsan run-sanitised
.PHONY: run-sanitised
run-sanitised: $(PROGRAM) $(TESTS) $(SCREENS)
	@AUTOREC=$(PROGRAM) AUTOREC_SANITISED=$(VARIANT) \
	 LSAN_OPTIONS=suppressions=tests/lsan.supp:print_suppressions=0 ASAN_OPTIONS=allocator_may_return_null=1 TSAN_OPTIONS=halt_on_error=1:allocator_may_return_null=1 \
	 tests/run $(TESTS) $(SCREENS) tests/scripts/run tests/scripts/store tests/scripts/hostile

lint: ## check the format and the wording; run cppcheck and gcc -fanalyzer
	@tests/lint
lint-deps: ## install what lint, coverage, valgrind and a clang build need
	$(call install_packages,$(LINT_PACKAGES))

coverage: ## run the tests and print the covered lines by folder
	@$(MAKE) --no-print-directory VARIANT=coverage run-coverage
.PHONY: run-coverage
run-coverage: $(PROGRAM) $(TESTS) $(SCREENS)
	@find $(BUILD) -name '*.gcda' -delete
	@AUTOREC=$(PROGRAM) tests/run $(TESTS) $(SCREENS) tests/scripts/run
	@gcovr --root . --filter src/ --filter ui/ $(BUILD) --csv | awk -F, ' \
	 NR > 1 { n = split($$1, part, "/"); at = n > 2 ? part[1] "/" part[2] : part[1]; \
	  all[at] += $$2; hit[at] += $$3; all["total"] += $$2; hit["total"] += $$3 } \
	 END { for (at in all) printf "%-20s %6d of %6d lines %5.1f %%\n", at, hit[at], all[at], 100 * hit[at] / all[at] }' | sort

# Tests that finish soon even under memcheck, which is slow.
VALGRIND_TESTS := base param ratings overlay split dataset file canvas figure
valgrind: $(VALGRIND_TESTS:%=$(BUILD)/tests/test_%) ## run a fast part of the tests under memcheck
	@for t in $^; do echo $$t; OMP_NUM_THREADS=1 valgrind --quiet --error-exitcode=1 --leak-check=full \
	 --errors-for-leak-kinds=definite $$t || exit 1; done

# In the program two OpenMP pools share the cores, the screen's and the trainer's, and gcc's runtime then looks a hundred
# times for work before it sleeps.  The same here, where there is one pool.
bench: $(PROGRAM) $(BENCH) ## measure speed and compare it with goals and peers; SECTIONS="epoch whatif" picks parts
	@AUTOREC=$(PROGRAM) GOMP_SPINCOUNT=100 $(BENCH) -j build/bench.json -d build/bench-data $(SECTIONS)
bench-netflix: ## run bench on data of Netflix's shape (20 GiB, some minutes)
	@$(MAKE) --no-print-directory bench SECTIONS=netflix
defaults: $(PROGRAM) ## compare the values that models choose by themselves with grids (an hour); MODEL=u-autorec
	@tests/bench/defaults.py $(PROGRAM) build/bench-data --model=$(or $(MODEL),i-autorec)
bench-deps: ## install PyTorch and pandas, which bench compares with
	$(call install_packages,$(BENCH_PACKAGES))

sample: $(PROGRAM) ## regenerate sample-data/
	sample-data/make-sample $(PROGRAM)

readme: $(PROGRAM) ## write the command reference into README.md
	@$(PROGRAM) --reference > $(BUILD)/reference.md
	@sed -i -e '/^<!-- reference:/,/^<!-- end of reference/ { /^<!-- reference:/ r $(BUILD)/reference.md' -e '/^<!--/!d }' README.md

# Runs that an earlier call has finished are not run again: see the option file of reproduce.
results: $(PROGRAM) ## run every table and figure of the paper (more than an hour) and write the results into README.md
	$(PROGRAM) -b $(TABLES:%=-c 'reproduce % folder=$(BUILD)/results')
	@cat $(TABLES:%=$(BUILD)/results/%.md) > $(BUILD)/results.md
	@sed -i -e '/^<!-- results:/,/^<!-- end of results/ { /^<!-- results:/ r $(BUILD)/results.md' -e '/^<!--/!d }' README.md

install: $(PROGRAM) ## install under DESTDIR/PREFIX
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/autorec/sample $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/autorec
	install -m 644 sample-data/*.csv sample-data/demo.autorec $(DESTDIR)$(PREFIX)/share/autorec/sample
	$(PROGRAM) --man > $(DESTDIR)$(PREFIX)/share/man/man1/autorec.1
uninstall: ## remove what install installed
	rm -f $(DESTDIR)$(PREFIX)/bin/autorec $(DESTDIR)$(PREFIX)/share/man/man1/autorec.1
	rm -rf $(DESTDIR)$(PREFIX)/share/autorec
clean: ## remove all build output
	rm -rf build

$(PROGRAM): $(BUILD)/ui/main.o $(UI_OBJ) $(LIB)
	$(call say,LINK)
	$(Q)$(CC) $(ALL_C) $(LDFLAGS) -o $@ $^ $(call pkg,--libs,$(UI_LIBS)) $(LIBS)
$(LIB): $(CORE_OBJ)
$(UI_LIB): $(UI_OBJ)
$(HELPERS): $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/helpers/*.c))
$(LIB) $(UI_LIB) $(HELPERS):
	@rm -f $@
	$(call say,AR)
	$(Q)$(AR) rcs $@ $^
$(BUILD)/ui/%.o: ALL_CPP += -Iui $(call pkg,--cflags,$(UI_LIBS))
$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(ALL_CPP) $(ALL_C) -MMD -MP -c -o $@ $<
# Ratings are parsed a few bytes at a time, so inlining by -O3 makes loading faster.
$(BUILD)/src/data/%.o $(BUILD)/src/load/%.o: ALL_C += -O3
$(BUILD)/src/kernel/vector_%.o: src/kernel/vector.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(ALL_CPP) $(ALL_C) $(ISA_$*) -MMD -MP -c -o $@ $<
# A test links the helpers and the library, and only what it names in EXTRA beside them.
define link_test
@mkdir -p $(@D)
$(call say,CC)
$(Q)$(CC) $(ALL_CPP) -iquote tests/helpers $(ALL_C) -MMD -MP -MF $@.d -o $@ $< $(HELPERS) $(EXTRA) $(LIB) -lcmocka $(LIBS)
endef
$(BUILD)/tests/%: tests/unit/%.c $(HELPERS) $(LIB)
	$(link_test)
$(BUILD)/tests/%: tests/screen/%.c $(HELPERS) $(LIB)
	$(link_test)
$(UI_TESTS): $(UI_LIB)
$(UI_TESTS): private EXTRA = -Iui $(UI_LIB) -Wl,--as-needed $(call pkg,--libs,$(UI_LIBS))
$(SCREENS): private EXTRA = -lvterm -lutil
$(BUILD)/tests/test_lbfgs: private EXTRA = -llbfgs
$(BUILD)/tests/bench/%.o: ALL_CPP += -iquote tests/helpers
$(BUILD)/tests/bench/peak_%.o: tests/bench/peak.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(ALL_CPP) $(ALL_C) $(ISA_$*) -ffp-contract=fast -MMD -MP -c -o $@ $<
$(BENCH): $(BENCH_OBJ) $(HELPERS) $(LIB)
	$(call say,LINK)
	$(Q)$(CC) $(ALL_C) $(LDFLAGS) -o $@ $^ -lcmocka -lvterm -lutil -llbfgs $(LIBS)

-include $(shell find build -name '*.d' 2>/dev/null)
