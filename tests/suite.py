"""What suites share that try real programs, each case in a folder of its own.
A suite prints what failed or was skipped and a line of counts, which
tests/run.sh adds up. T=name leaves only cases that have that in their name.
"""
import os
import pty
import subprocess
import tempfile
import time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')
BUILD = os.path.abspath(os.path.join(ROOT, os.environ.get('BUILD') or 'build'))
CAMPRUN = os.path.join(BUILD, 'camprun')
LIMIT = 60  # seconds, for what should take one


class Failure(Exception):
    pass


def check(so, what):
    if not so:
        raise Failure(what)


def wait_until(so, what):
    end = time.monotonic() + LIMIT
    while not so():
        check(time.monotonic() < end, 'never: ' + what)
        time.sleep(0.01)


def processes(file):
    """The number of each there is, and what this file of it in /proc says."""
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open('/proc/%s/%s' % (pid, file), 'rb') as f:
                text = f.read()
        except OSError:
            continue  # it has ended, or is no business of ours
        yield int(pid), text


def has_terminal():
    try:
        for fd in pty.openpty():
            os.close(fd)
    except OSError:
        return False
    return True


class Tally:
    """What a suite has counted; names begin with its own."""

    def __init__(self, name):
        self.name = name
        self.passed = self.failed = self.skipped = 0

    def wants(self, what):
        return (os.environ.get('T') or '') in self.name + what

    def check(self, what, good, why=''):
        if not self.wants(what):
            return
        if good:
            self.passed += 1
        else:
            self.failed += 1
            print('FAILED %s%s: %s' % (self.name, what, why))

    def skip(self, what, why, n=1):
        self.skipped += n
        print('skipped %s%s: %s' % (self.name, what, why))

    def end(self):
        """The last line; the exit status."""
        print('%d passed, %d failed%s' % (
            self.passed, self.failed, ', %d skipped' % self.skipped
            if self.skipped else ''))
        return self.failed > 0


class Folder:
    """Where a case does what it does; a suite adds what is there."""

    def __init__(self, folder):
        self.folder = os.path.realpath(folder)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, text, mode=0o755):
        """At once: a program may be run while it is written."""
        new = self.path(name) + '.new'
        with open(new, 'w') as f:
            f.write(text)
        os.chmod(new, mode)
        os.replace(new, self.path(name))

    def close(self):
        """Nothing of the case may run on."""


def fault_of(case, site_of):
    """Why the case failed, or None."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        site = site_of(folder)
        try:
            case(site)
            return None
        except (Failure, OSError, ValueError, AssertionError, IndexError,
                KeyError, subprocess.TimeoutExpired) as e:
            return '%s: %s' % (type(e).__name__, e)
        finally:
            site.close()


def run(prefix, cases, site_of, lacks=lambda case: None):
    """Exit status. lacks: what this machine does not have for the case."""
    tally = Tally(prefix)
    for case in cases:
        if not tally.wants(case.__name__):
            continue
        why = lacks(case)
        if why:
            tally.skip(case.__name__, why)
            continue
        fault = fault_of(case, site_of)
        tally.check(case.__name__, fault is None, fault)
    return tally.end()
