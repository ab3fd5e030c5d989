"""What guests say on their serial ports: the only witness (see guest.asm)."""
import re
import os
import time

from tools import check, wait_until

LINE = re.compile(r'v(\d) b([0-9a-f]{4}) c([0-9a-f]{8})')


class Serial:
    """What a guest has said."""

    def __init__(self, path):
        self.path = path

    def lines(self):
        """(version, boots, count) of each whole line."""
        try:
            with open(self.path, errors='replace') as f:
                text = f.read()
        except FileNotFoundError:
            return []
        return [tuple(int(x, 16) for x in m) for m in LINE.findall(text)]

    def last(self):
        lines = self.lines()
        return lines[-1] if lines else (0, 0, 0)

    def beats(self, more=3):
        """Waits until it has counted on by so much."""
        n = len(self.lines())
        wait_until(lambda: len(self.lines()) >= n + more,
                   '%s counts on' % os.path.basename(self.path))

    def is_silent(self):
        n = len(self.lines())
        time.sleep(0.3)
        return len(self.lines()) == n

    def unbroken(self, version):
        """It was never stopped, set back, run twice or replaced."""
        lines = self.lines()
        name = os.path.basename(self.path)
        check(lines, name + ' never counted')
        for i, (v, boots, count) in enumerate(lines):
            check((v, boots, count) == (version, 1, i + 1),
                  '%s: line %d is v%d b%d c%d' % (name, i + 1, v, boots,
                                                  count))
