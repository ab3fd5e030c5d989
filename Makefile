# campgen and camprun. `make help` lists what can be asked for.

CC = gcc
CFLAGS = -O2 -g
PKG_CONFIG = pkg-config
PREFIX = /usr/local
BUILD = build
VERSION = 0.1.0

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
       -Wmissing-prototypes -Wwrite-strings -Wpointer-arith -Wvla
ifdef WERROR
WARN += -Werror
endif

GRAMMAR_PC = libxml-2.0 yaml-0.1
CAMPGEN_PC = $(GRAMMAR_PC) jansson libmd
TEST_PC = $(CAMPGEN_PC) cmocka
pc_cflags = $(shell $(PKG_CONFIG) --cflags $(1) 2>/dev/null)
pc_libs = $(shell $(PKG_CONFIG) --libs $(1) 2>/dev/null)

# Sources see their own folder and grammar/: that is the wall between the
# compiler and the runtime.
ALL_CFLAGS = -std=c11 -D_POSIX_C_SOURCE=200809L -D_XOPEN_SOURCE=700 $(WARN) \
             $(call pc_cflags,$(TEST_PC)) -MMD -MP $(CFLAGS)

GRAMMAR_OBJ = $(patsubst %.c,$(BUILD)/%.o,$(wildcard grammar/*.c))
CAMPGEN_OBJ = $(patsubst %.c,$(BUILD)/%.o,$(wildcard compiler/*.c))
UNIT_BIN = $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/test_*.c))

all: $(BUILD)/campgen  ## build the programs (the default)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -iquote grammar $(ALL_CFLAGS) \
	    -DCAMPGEN_VERSION='"$(VERSION)"' -c -o $@ $<

$(BUILD)/libgrammar.a: $(GRAMMAR_OBJ)
	rm -f $@ && ar rcs $@ $(GRAMMAR_OBJ)

$(BUILD)/campgen: $(CAMPGEN_OBJ) $(BUILD)/libgrammar.a
	$(CC) $(LDFLAGS) -o $@ $(CAMPGEN_OBJ) $(BUILD)/libgrammar.a \
	    $(call pc_libs,$(CAMPGEN_PC)) $(LDLIBS)

# A unit test may use grammar/ and every compiler file but its main.
$(BUILD)/unit/%: $(BUILD)/tests/unit/%.o $(CAMPGEN_OBJ) $(BUILD)/libgrammar.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $< $(filter-out %/main.o,$(CAMPGEN_OBJ)) \
	    $(BUILD)/libgrammar.a $(call pc_libs,$(TEST_PC)) $(LDLIBS)

$(BUILD)/tests/%.o: ALL_CFLAGS += -iquote compiler

unit: $(UNIT_BIN)
check: all unit  ## build and run all tests
	tests/run.sh $(BUILD)

clean:  ## remove what was built
	rm -rf build

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | \
	    sed -E 's/^([a-z-]+):.*## */\1\t/' | expand -t 12

.PHONY: all check unit clean help
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
