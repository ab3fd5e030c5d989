# campgen: from two models to one upgrade campaign. `make help` lists targets.

CC = gcc
CFLAGS = -O2 -g
PKG_CONFIG = pkg-config
PREFIX = /usr/local
BUILD = build
VERSION = 0.1.0

# For check: T=name runs what has that in its name; SEED and CASES are for the
# property tests. For fuzz: one target for TIME seconds.
T =
FUZZ = model_xml
TIME = 60

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
       -Wmissing-prototypes -Wwrite-strings -Wpointer-arith -Wvla
ifdef WERROR
WARN += -Werror
endif

GRAMMAR_PC = libxml-2.0 yaml-0.1 libcrypto
CAMPGEN_PC = $(GRAMMAR_PC) libxslt jansson
TEST_PC = $(CAMPGEN_PC) cmocka
pc_cflags = $(shell $(PKG_CONFIG) --cflags $(1) 2>/dev/null)
pc_libs = $(shell $(PKG_CONFIG) --libs $(1) 2>/dev/null)
PC_CFLAGS := $(call pc_cflags,$(CAMPGEN_PC))
PC_LIBS := $(call pc_libs,$(CAMPGEN_PC))
RUN_LIBS := $(call pc_libs,$(GRAMMAR_PC))

# What is not used is left out of the programs.
SECTIONS = -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables
GC = -Wl,--gc-sections -Wl,-z,pack-relative-relocs -Wl,-z,noseparate-code

# Sources see their own folder and grammar/: that is the wall between the
# compiler and the runtime.
ALL_CFLAGS = -std=c11 -D_POSIX_C_SOURCE=200809L -D_XOPEN_SOURCE=700 $(WARN) \
             $(PC_CFLAGS) -MMD -MP $(SECTIONS) $(CFLAGS)
COMPILE = $(CC) $(CPPFLAGS) -iquote grammar $(ALL_CFLAGS) \
          -DCAMPGEN_VERSION='"$(VERSION)"'

obj = $(patsubst %.c,$(BUILD)/%.o,$(wildcard $(1)))
GRAMMAR_OBJ = $(call obj,grammar/*.c)
CAMPGEN_OBJ = $(call obj,compiler/*.c)
PROOF = $(wildcard runtime/prove*.c runtime/system*.c runtime/preflight*.c \
    runtime/fault_file.c)
CAMPRUN_OBJ = $(filter-out %/completion_main.o $(PROOF:%.c=$(BUILD)/%.o),\
                $(call obj,runtime/*.c))
# A folder of runtime/plugin is a driver, loaded when it is asked for. Those
# whose libraries are not there are left out, with a word; PLUGIN_PC_NAME says
# which ones a driver needs.
PLUGIN_PC_libvirt = libvirt libvirt-qemu
PLUGIN_SRC_prove = $(PROOF) grammar/apply_equal.c grammar/policy_class.c \
    grammar/policy_template.c
has_libs = $(if $(1),$(shell $(PKG_CONFIG) --exists $(1) && echo $(1)),none)
PLUGIN_ALL = $(patsubst runtime/plugin/%/,%,$(wildcard runtime/plugin/*/))
PLUGIN := $(foreach p,$(PLUGIN_ALL),$(if \
            $(call has_libs,$(PLUGIN_PC_$(p))),$(p)))
PLUGIN_SO = $(PLUGIN:%=$(BUILD)/plugin/camprun-%.so)
PLUGIN_OBJ = $(call obj,runtime/plugin/*.c $(PLUGIN:%=runtime/plugin/%/*.c))
CAMPGEN = $(if $(wildcard compiler/main.c),$(BUILD)/campgen)
# camprun is to be small: it has objects of grammar/ of its own, and takes -Oz
# but for these, where the time of large models goes. If the user says how to
# compile, all is compiled once, like that.
FAST = $(addprefix $(BUILD)/small/grammar/,idmap.o intern.o world.o) \
       $(BUILD)/runtime/crc32c.o
RUN_GRAMMAR = $(GRAMMAR_OBJ)
ifeq ($(origin CFLAGS),file)
RUN_GRAMMAR = $(patsubst $(BUILD)/%,$(BUILD)/small/%,$(GRAMMAR_OBJ))
SMALL = $(filter-out $(FAST),$(RUN_GRAMMAR) $(CAMPRUN_OBJ))
endif
CAMPRUN = $(if $(wildcard runtime/main.c),$(BUILD)/camprun)
# What shows a run is a program of its own, which camprun becomes when asked.
MONITOR_OBJ = $(call obj,runtime/monitor/*.c)
MONITOR = $(if $(call pc_libs,libmicrohttpd),$(BUILD)/camprun-monitor)
# So is what tells operators of it.
ALERT_PC = libcurl jansson
ALERT_OBJ = $(call obj,runtime/alert/*.c)
ALERT := $(if $(call has_libs,libcurl),$(if $(call has_libs,jansson), \
           $(BUILD)/camprun-alert))
# So is what looks at machines from beside a run; it loads drivers itself.
GUARD_OBJ = $(call obj,runtime/guard/*.c)
GUARD = $(if $(GUARD_OBJ),$(BUILD)/camprun-guard)
# A test of a driver that is not built here is not, either.
UNIT_BIN = $(patsubst tests/unit/%.c,$(BUILD)/unit/%,\
             $(filter-out $(if $(filter libvirt,$(PLUGIN)),, \
             tests/unit/test_run_virt.c),$(wildcard tests/unit/test_*.c)))
FUZZ_SRC = $(wildcard tests/fuzz/fuzz_*.c)
REPLAY_BIN = $(if $(wildcard tests/fuzz/replay.c),$(patsubst \
               tests/fuzz/fuzz_%.c,$(BUILD)/fuzz/replay_%,$(FUZZ_SRC)))
# What a test may be linked with: everything but the main function.
LIB_OBJ = $(filter-out %/main.o,$(CAMPGEN_OBJ)) $(BUILD)/libgrammar.a
# Tests of the runtime are called test_run_*, and know nothing of compiler/.
# So are the drivers, but for what shows them to camprun.
LINKED_OBJ = $(filter-out %/main.o $(foreach p,$(PLUGIN),%/plugin_$(p).o), \
               $(CAMPRUN_OBJ) $(PLUGIN_OBJ) $(PROOF:%.c=$(BUILD)/%.o))
RUN_OBJ = $(BUILD)/libruntime.a $(BUILD)/libgrammar.a
# What includes os_fault.h gets its disk in memory instead of the real one.
FAULT_SRC := $(shell grep -l '"os_fault.h"' tests/unit/test_run_*.c \
               tests/fuzz/fuzz_*.c 2>/dev/null)
FAULT_BIN = $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(patsubst \
              tests/fuzz/%.c,$(BUILD)/fuzz/%,$(FAULT_SRC)) $(patsubst \
              tests/fuzz/fuzz_%.c,$(BUILD)/fuzz/replay_%,$(filter \
              tests/fuzz/%,$(FAULT_SRC))))

MAN1 = $(wildcard compiler/*.1)
MAN7 = $(wildcard compiler/*.7)
MAN8 = $(wildcard runtime/*.8)
MAN5 = $(wildcard grammar/schema/*.5 compiler/*.5)
SCHEMA = $(wildcard grammar/schema/*.xsd grammar/schema/*.json \
         grammar/schema/*.txt)

# What shells know of the two command lines, from the programs' own tables.
COMPLETION = $(foreach p,campgen camprun,$(addprefix $(BUILD)/completion/$(p).,\
               bash zsh))

COMPANIONS = $(MONITOR) $(ALERT) $(GUARD)
all: $(CAMPGEN) $(CAMPRUN) $(PLUGIN_SO) $(COMPANIONS) $(COMPLETION)  ## build it
	@for p in $(filter-out $(PLUGIN),$(PLUGIN_ALL)); do \
	    echo "camprun-$$p.so is not built: its libraries are missing"; done

deps:  ## install the Debian packages that build and tests need
	sh .ci/deps all

# Says what is missing, and which target brings it, before gcc does.
$(BUILD)/have:
	@command -v $(PKG_CONFIG) >/dev/null || { \
	    echo "$(PKG_CONFIG) is not installed: try 'make deps'" >&2; exit 1; }
	@for p in $(CAMPGEN_PC); do $(PKG_CONFIG) --exists $$p || { \
	    echo "$$p is not installed: try 'make deps'" >&2; exit 1; }; done
	@echo '#include <uthash.h>' | $(CC) $(CPPFLAGS) -E - >/dev/null 2>&1 || { \
	    echo "uthash is not installed: try 'make deps'" >&2; exit 1; }
	@mkdir -p $(@D) && touch $@

$(BUILD)/have-cmocka: $(BUILD)/have
	@$(PKG_CONFIG) --exists cmocka || { \
	    echo "cmocka is not installed: try 'make deps'" >&2; exit 1; }
	@touch $@

$(SMALL): CFLAGS := $(CFLAGS:-O2=-Oz)

$(BUILD)/%.o: %.c Makefile | $(BUILD)/have
	@mkdir -p $(@D)
	$(COMPILE) -c -o $@ $<

$(BUILD)/small/%.o: %.c Makefile | $(BUILD)/have
	@mkdir -p $(@D)
	$(COMPILE) -c -o $@ $<

$(BUILD)/libgrammar.a: $(GRAMMAR_OBJ)
	rm -f $@ && ar rcs $@ $(GRAMMAR_OBJ)

$(BUILD)/libruntime.a: $(LINKED_OBJ)
	rm -f $@ && ar rcs $@ $^

$(BUILD)/campgen: $(CAMPGEN_OBJ) $(BUILD)/libgrammar.a
	$(CC) $(CFLAGS) $(GC) $(LDFLAGS) -o $@ $(CAMPGEN_OBJ) $(BUILD)/libgrammar.a \
	    $(PC_LIBS) $(LDLIBS)

# It shows its plug-ins what is in plugin.list.
$(BUILD)/camprun: $(CAMPRUN_OBJ) $(RUN_GRAMMAR) runtime/plugin.list
	$(CC) $(CFLAGS) $(GC) -Wl,--dynamic-list=runtime/plugin.list \
	    $(LDFLAGS) -o $@ $(filter %.o %.a,$^) $(RUN_LIBS) -ldl $(LDLIBS)

# Plug-ins see the runtime's headers, and what drivers share beside them.
$(BUILD)/runtime/plugin/%.o $(BUILD)/pic/%.o: ALL_CFLAGS += -iquote runtime \
    -iquote runtime/plugin
$(BUILD)/pic/runtime/plugin/libvirt/%.o: ALL_CFLAGS += \
    $(call pc_cflags,$(PLUGIN_PC_libvirt))

$(BUILD)/pic/%.o: %.c Makefile | $(BUILD)/have
	@mkdir -p $(@D)
	$(COMPILE) -fPIC -fvisibility=hidden -c -o $@ $<

define plugin_rule
$(BUILD)/plugin/camprun-$(1).so: $(patsubst %.c,$(BUILD)/pic/%.o,$(wildcard \
    runtime/plugin/*.c runtime/plugin/$(1)/*.c) $(PLUGIN_SRC_$(1)))
	@mkdir -p $$(@D)
	$$(CC) $$(CFLAGS) -shared -Wl,--gc-sections $$(LDFLAGS) -o $$@ $$^ \
	    $$(call pc_libs,$$(PLUGIN_PC_$(1))) $$(LDLIBS)
endef
$(foreach p,$(PLUGIN),$(eval $(call plugin_rule,$(p))))

$(BUILD)/completion/campgen.%: $(BUILD)/campgen
	@mkdir -p $(@D)
	$(BUILD)/campgen --completion=$* >$@.tmp && mv $@.tmp $@

$(BUILD)/completion/camprun.%: $(BUILD)/completion_camprun
	@mkdir -p $(@D)
	$(BUILD)/completion_camprun $* >$@.tmp && mv $@.tmp $@

$(BUILD)/completion_camprun: $(addprefix $(BUILD)/runtime/,completion_main.o \
    companion.o run_options.o monitor/monitor_options.o \
    guard/guard_options.o guard/ask_options.o alert/alert_options.o) \
    $(BUILD)/libgrammar.a
	$(CC) $(CFLAGS) $(GC) $(LDFLAGS) -o $@ $^ $(RUN_LIBS) $(LDLIBS)

$(BUILD)/camprun-monitor: $(MONITOR_OBJ) $(BUILD)/libruntime.a \
    $(BUILD)/libgrammar.a
	$(CC) $(CFLAGS) $(GC) $(LDFLAGS) -o $@ $^ $(RUN_LIBS) \
	    $(call pc_libs,libmicrohttpd) $(LDLIBS)

$(BUILD)/camprun-alert: $(ALERT_OBJ) $(BUILD)/libruntime.a \
    $(BUILD)/libgrammar.a
	$(CC) $(CFLAGS) $(GC) $(LDFLAGS) -o $@ $^ $(RUN_LIBS) \
	    $(call pc_libs,$(ALERT_PC)) $(LDLIBS)

PROGRAMS_OBJ = called.o environment.o ocf.o programs.o shell.o stages.o words.o
$(BUILD)/camprun-guard: $(GUARD_OBJ) $(filter-out %/main.o,$(CAMPRUN_OBJ)) \
    $(addprefix $(BUILD)/runtime/plugin/,asked.o identity.o $(PROGRAMS_OBJ)) $(RUN_GRAMMAR) \
    runtime/plugin.list
	$(CC) $(CFLAGS) $(GC) -Wl,--dynamic-list=runtime/plugin.list \
	    $(LDFLAGS) -o $@ $(filter %.o %.a,$^) $(RUN_LIBS) -ldl $(LDLIBS)

$(GUARD_OBJ): ALL_CFLAGS += -iquote runtime -iquote runtime/plugin

$(MONITOR_OBJ) $(ALERT_OBJ): ALL_CFLAGS += -iquote runtime

# Stylesheet and examples are compiled in, as numbers of bytes.
INC = $(patsubst %,$(BUILD)/%.inc,$(wildcard compiler/*.xsl compiler/*.txt))
$(INC): $(BUILD)/%.inc: %
	@mkdir -p $(@D)
	od -An -v -tu1 $< | sed 's/ *\([0-9][0-9]*\)/\1,/g' >$@

$(BUILD)/compiler/view_html.o: $(BUILD)/compiler/view_html.xsl.inc
$(BUILD)/compiler/explain.o: $(BUILD)/compiler/examples.txt.inc
$(BUILD)/tests/diag-man.o: $(BUILD)/compiler/examples.txt.inc
$(BUILD)/compiler/view_html.o $(BUILD)/compiler/explain.o \
    $(BUILD)/tests/diag-man.o: ALL_CFLAGS += -iquote $(BUILD)/compiler

# Tests may know everything; nothing knows them.
$(BUILD)/tests/%.o: ALL_CFLAGS += -iquote compiler -Wno-overlength-strings

$(BUILD)/tests/unit/test_run_%.o $(BUILD)/tests/crash/%.o \
    $(BUILD)/tests/fuzz/%.o: ALL_CFLAGS += -iquote runtime -iquote tests/crash \
    -iquote runtime/plugin $(PLUGIN:%=-iquote runtime/plugin/%)

$(BUILD)/unit/test_run_virt: LDLIBS += $(call pc_libs,$(PLUGIN_PC_libvirt))

$(FAULT_BIN): $(BUILD)/tests/crash/os_fault.o \
    $(BUILD)/tests/crash/fault_disk.o

$(BUILD)/unit/test_run_%: $(BUILD)/tests/unit/test_run_%.o $(RUN_OBJ) | \
    $(BUILD)/have-cmocka
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(RUN_OBJ) \
	    $(call pc_libs,$(TEST_PC)) $(LDLIBS)

$(BUILD)/unit/%: $(BUILD)/tests/unit/%.o $(LIB_OBJ) | $(BUILD)/have-cmocka
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LIB_OBJ) \
	    $(call pc_libs,$(TEST_PC)) $(LDLIBS)

# A fuzz target without libFuzzer: runs over the files it is given.
$(BUILD)/fuzz/replay_%: $(BUILD)/tests/fuzz/fuzz_%.o \
    $(BUILD)/tests/fuzz/replay.o $(RUN_OBJ)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(RUN_OBJ) \
	    $(PC_LIBS) $(LDLIBS)

# The same under libFuzzer; only built by `make fuzz`, with its flags.
$(BUILD)/fuzz/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(RUN_OBJ)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(RUN_OBJ) \
	    $(PC_LIBS) $(LDLIBS)

# One target is of the compiler; its readers stand alone.
$(BUILD)/fuzz/fuzz_metrics $(BUILD)/fuzz/replay_metrics: \
    $(patsubst %.c,$(BUILD)/%.o,$(wildcard compiler/metrics*.c \
    compiler/histogram.c compiler/spells.c))

tests: $(UNIT_BIN) $(REPLAY_BIN) $(BUILD)/tests/diag-man

$(BUILD)/tests/diag-man: $(BUILD)/tests/diag-man.o
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $<

check: all tests  ## build and run all tests (T=name for some)
	@T='$(T)' SEED='$(SEED)' CASES='$(CASES)' sh tests/run.sh $(BUILD)

check-real: all  ## run campaigns on real hosts and guests (root, QEMU; T=name)
	@BUILD=$(BUILD) T='$(T)' LC_ALL=C TZ=UTC python3 tests/real/run.py

SAN = -fsanitize=address,undefined -fno-sanitize-recover=all
asan:  ## check under address and undefined-behaviour sanitizers
	@$(MAKE) BUILD=build/asan CFLAGS="-O1 -g -fno-omit-frame-pointer \
	    $(SAN)" check

FUZZ_BIN = build/fuzz/fuzz/fuzz_$(FUZZ)
FUZZ_SAN = fuzzer-no-link,address,undefined
fuzz:  ## fuzz one reader: FUZZ=model_xml TIME=60
	@$(MAKE) BUILD=build/fuzz CC=clang CFLAGS="-O1 -g \
	    -fsanitize=$(FUZZ_SAN)" LDFLAGS=-fsanitize=fuzzer $(FUZZ_BIN)
	@mkdir -p build/fuzz/found/$(FUZZ) tests/fuzz/corpus/$(FUZZ)
	$(FUZZ_BIN) -max_total_time=$(TIME) -timeout=10 \
	    -artifact_prefix=build/fuzz/ $(addprefix -dict=,$(wildcard \
	    tests/fuzz/$(FUZZ).dict)) build/fuzz/found/$(FUZZ) \
	    tests/fuzz/corpus/$(FUZZ)

bench: all  ## time and memory of large fleets, beside xmllint and planners
	@sh .ci/deps bench || echo "what is missing is skipped"
	@BUILD=$(BUILD) sh tests/bench/bench.sh

lint: $(INC)  ## the walls, the manuals, clang's opinion
	@sh tests/layers.sh
	@sh tests/docs.sh --lint $(BUILD)
	@if command -v clang >/dev/null; then clang -fsyntax-only -iquote \
	    grammar -iquote runtime -iquote runtime/plugin \
	    -iquote $(BUILD)/compiler -std=c11 -D_POSIX_C_SOURCE=200809L \
	    -D_XOPEN_SOURCE=700 $(WARN) -Werror $(PC_CFLAGS) \
	    -DCAMPGEN_VERSION='"$(VERSION)"' \
	    $(wildcard grammar/*.c compiler/*.c runtime/*.c \
	    runtime/plugin/*.c $(PLUGIN:%=runtime/plugin/%/*.c)) && clang \
	    -fsyntax-only -iquote grammar -iquote runtime -std=c11 \
	    -D_POSIX_C_SOURCE=200809L -D_XOPEN_SOURCE=700 $(WARN) -Werror \
	    -DCAMPGEN_VERSION='"$(VERSION)"' \
	    $(if $(MONITOR),$(wildcard runtime/monitor/*.c)) \
	    $(if $(ALERT),$(wildcard runtime/alert/*.c)) && clang \
	    -fsyntax-only -iquote grammar -iquote runtime \
	    -iquote runtime/plugin -std=c11 -D_POSIX_C_SOURCE=200809L \
	    -D_XOPEN_SOURCE=700 $(WARN) -Werror \
	    -DCAMPGEN_VERSION='"$(VERSION)"' $(wildcard runtime/guard/*.c); fi

install: all  ## install below DESTDIR and PREFIX
	for d in bin lib/campgen share/man/man1 share/man/man5 share/man/man7 \
	    share/man/man8 \
	    share/campgen share/bash-completion/completions \
	    share/zsh/site-functions; do \
	    mkdir -p $(DESTDIR)$(PREFIX)/$$d || exit 1; done
	install -m 755 $(CAMPGEN) $(CAMPRUN) $(DESTDIR)$(PREFIX)/bin
	$(if $(PLUGIN_SO),install -m 755 $(PLUGIN_SO) \
	    $(DESTDIR)$(PREFIX)/lib/campgen)
	$(if $(MONITOR),install -D -m 755 $(MONITOR) \
	    $(DESTDIR)$(PREFIX)/libexec/campgen/camprun-monitor)
	$(if $(ALERT),install -D -m 755 $(ALERT) \
	    $(DESTDIR)$(PREFIX)/libexec/campgen/camprun-alert)
	install -m 644 $(MAN1) $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 $(MAN7) $(DESTDIR)$(PREFIX)/share/man/man7
	install -m 644 $(MAN8) $(DESTDIR)$(PREFIX)/share/man/man8
	$(if $(MAN5),install -m 644 $(MAN5) \
	    $(DESTDIR)$(PREFIX)/share/man/man5)
	$(if $(GUARD),install -D -m 755 $(GUARD) \
	    $(DESTDIR)$(PREFIX)/libexec/campgen/camprun-guard)
	$(if $(SCHEMA),install -m 644 $(SCHEMA) \
	    $(DESTDIR)$(PREFIX)/share/campgen)

	for p in campgen camprun; do \
	    install -m 644 $(BUILD)/completion/$$p.bash \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions/$$p && \
	    install -m 644 $(BUILD)/completion/$$p.zsh \
	    $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_$$p || exit 1; done

uninstall:  ## remove what install put there
	cd $(DESTDIR)$(PREFIX) && rm -f bin/campgen bin/camprun \
	    $(addprefix share/man/man7/,$(notdir $(MAN7))) \
	    $(addprefix share/man/man8/,$(notdir $(MAN8))) $(addprefix \
	    share/man/man1/,$(notdir $(MAN1))) $(addprefix \
	    share/man/man5/,$(notdir $(MAN5))) $(addprefix \
	    share/bash-completion/completions/,campgen camprun) \
	    share/zsh/site-functions/_campgen share/zsh/site-functions/_camprun
	rm -rf $(DESTDIR)$(PREFIX)/share/campgen \
	    $(DESTDIR)$(PREFIX)/libexec/campgen \
	    $(DESTDIR)$(PREFIX)/lib/campgen

clean:  ## remove what was built
	rm -rf build

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' Makefile | \
	    sed -E 's/^([a-z-]+):.*## */\1\t/' | expand -t 12

.PHONY: all deps tests check check-real asan fuzz bench lint install uninstall clean help
.SECONDARY:
-include $(wildcard $(BUILD)/*/*.d $(BUILD)/*/*/*.d $(BUILD)/*/*/*/*.d \
    $(BUILD)/small/*/*.d $(BUILD)/pic/runtime/plugin/*/*.d)
