#!/bin/sh
# From a bare Debian 12 to a tested build: installs what is missing, builds
# campgen and runs its tests. The last line counts them.
set -eu
cd "$(dirname "$0")/.."

sh .ci/deps test
make -s -j"$(nproc)" all tests
exec make -s check
