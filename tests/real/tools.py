"""Small things every part of the bed needs."""
import os
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.abspath(os.path.join(HERE, '..', '..',
                                     os.environ.get('BUILD') or 'build'))
LIMIT = 30  # seconds, for what should take one


class Failure(Exception):
    pass


def check(so, what):
    if not so:
        raise Failure(what)


def wait_until(so, what, limit=LIMIT):
    end = time.monotonic() + limit
    while not so():
        check(time.monotonic() < end, 'never: ' + what)
        time.sleep(0.02)


def do(*args, status=0, limit=LIMIT):
    """Runs a program; what it said. status None: any will do."""
    r = subprocess.run(args, capture_output=True, text=True, timeout=limit,
                       stdin=subprocess.DEVNULL)
    check(status is None or r.returncode == status, '%s: status %d\n%s%s' % (
        ' '.join(args), r.returncode, r.stdout[-1000:], r.stderr[-2000:]))
    return r.stdout
