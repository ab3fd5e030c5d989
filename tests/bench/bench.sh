#!/bin/sh
# make bench: how fast and how small, beside its yardsticks. Arguments go to
# bench.py, such as --sizes 1000,8000,64000,250000,1000000 or --times 9.
cd "$(dirname "$0")/../.." || exit 3
export LC_ALL=C
python3 tests/bench/bench.py "$@" && python3 tests/bench/waves.py && echo &&
    python3 tests/bench/views.py && echo &&
    python3 tests/bench/peers.py && echo &&
    exec python3 tests/bench/run.py
