#!/usr/bin/env python3
"""X7: real hypervisors. Cases run one after the other on two hosts that are
made for each; `make check-real` runs them all, T=name some. Without root,
namespaces, QEMU or libvirt they are skipped, with a word on why.
"""
import os
import signal
import sys
import time
import traceback

import bed as real
import cases

KEEP = os.environ.get('KEEP', '') != ''


def ended(sig, _):
    raise SystemExit(128 + sig)  # what was made is removed on the way out


def run(name, case):
    began = time.monotonic()
    try:
        with real.Bed(KEEP) as bed:
            case(bed)
    except Exception as e:
        print('%s: FAILED: %s' % (name, e))
        if not isinstance(e, real.Failure):
            traceback.print_exc(file=sys.stdout)
        return False
    print('%s: passed (%.1f s)' % (name, time.monotonic() - began),
          file=sys.stderr)
    return True


def main():
    wanted = os.environ.get('T') or ''
    every = {n: c for n, c in cases.all_cases() if wanted in n}
    for sig in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(sig, ended)
    why = real.missing()
    if why:
        print('all skipped: ' + why)
        print('0 passed, 0 failed, %d skipped' % len(every))
        return 0
    results = [run(*c) for c in every.items()]
    print('%d passed, %d failed' % (sum(results), results.count(False)))
    return 0 if all(results) else 1


if __name__ == '__main__':
    sys.exit(main())
