#!/usr/bin/env python3
"""Campaigns whose procedures share execution levels (P4, P6, P8): is every
wave safe? Told from the campaign and both models alone.

    waves.py SOURCE TARGET CAMPAIGN

All procedures of a level may be down at once, each with all it acts on. Then
every watched service must have a unit in service on what no procedure of the
level takes down, everything that is not acted on must still have what it
stands on, and no two may act on the same entity. Between the procedures of a
level any order may come: the campaign is played through forwards, backwards
and shuffled within each level, with all other rules checked as ever.
"""
import itertools
import os
import random
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import campaign  # noqa: E402
import check  # noqa: E402
import imm  # noqa: E402


class WaveChecker(check.Checker):
    """The checker, with another order within the levels."""

    def __init__(self, src, tgt, camp, turn, room=None):
        super().__init__(src, tgt, camp)
        self.turn, self.room = turn, room
        self.at = {}  # VMs that stay: where each stands, if room counts
        self.migrations = self.moves_at_end = 0

    def levels(self):
        order = super().levels()
        by = {}
        for i in order:
            by.setdefault(self.camp.procedures[i].level, []).append(i)
        self.waves = [by[k] for k in sorted(by)]
        if sorted(by) != list(range(len(by))):
            self.report('WAVE', '-', 'levels are %s' % sorted(by))
        if self.camp.schedule != 'waves' and \
                any(len(w) > 1 for w in self.waves):
            self.report('WAVE', '-', 'procedures share levels, but the '
                        'schedule is %s' % self.camp.schedule)
        self.first = {}
        for w in self.waves:
            self.kinds_agree(w)
            self.turn(w)
            self.first[w[0]] = list(w)
        return [i for w in self.waves for i in w]

    def kinds_agree(self, wave):
        kinds = {self.kinds[i] for i in wave}
        if len(kinds) > 1:
            self.where = self.camp.procedures[wave[0]].name
            self.report('WAVE', '-', 'kinds mix: %s' % sorted(kinds))

    def procedure(self, index, p):
        wave = [self.camp.procedures[i] for i in self.first.get(index, ())]
        if len(wave) > 1:
            self.wave(wave)
        if self.room is not None and self.turn is not TURNS['forwards']:
            wave = [p]  # one has come to its end before the next begins
        if self.room is not None and wave:
            self.move(wave)
        super().procedure(index, p)

    def move(self, procedures):
        """VMs that stay leave what goes down, and what their lists no longer
        name, for the first they name that stays up; nothing holds more VMs
        than it has room for."""
        down, lists = set(), {}
        for p in procedures:
            down |= {d for s in p.steps
                     for d in self.resolve(s.down, s.down_templates)}
            for ccb in p.init:
                for op in ccb:
                    if op.attrs and 'saPlmDepNames' in op.attrs:
                        lists[imm.parent_dn(op.dn)] = \
                            op.attrs['saPlmDepNames']
        full, before = {}, {}
        for vm, op in sorted(self.ops.items()):
            deps = self.w.deps(vm) if vm in self.w.m.objects else []
            if not deps or not self.s.migratable(vm):
                continue
            old = deps[0].all('saPlmDepNames')
            names = lists.get(vm, old)
            on = was = self.at.setdefault(vm, old[0])
            before[was] = before.get(was, 0) + 1
            if vm not in down and (on in down or on not in names):
                on = next((n for n in names if n not in down), None)
                if on is None:
                    self.report('ROOM', vm, 'has nowhere to go')
                    continue
                self.migrations += 1
            self.at[vm] = on
            full[on] = full.get(on, 0) + 1
        for h, n in sorted(full.items()):
            room = self.room if isinstance(self.room, int) else self.room[h]
            if n > room and n > before.get(h, 0):
                self.report('ROOM', h, 'holds %d VMs, %d fit' % (n, room))

    def unit(self, ops, step=False):
        super().unit(ops, step)
        if self.room is not None and self.where == 'complete':
            self.mobilised()

    def mobilised(self):
        """VMs that stand on what their lists do not name go to the first that
        they do; they need room before any has left."""
        full, more = {}, set()
        for vm in sorted(self.ops):
            deps = self.w.deps(vm) if vm in self.w.m.objects else []
            if not deps or not self.s.migratable(vm) and \
                    not self.t.migratable(vm):
                continue
            names = deps[0].all('saPlmDepNames')
            on = self.at.setdefault(vm, names[0])
            full[on] = full.get(on, 0) + 1
            if on not in names:
                self.at[vm] = on = names[0]
                full[on] = full.get(on, 0) + 1
                more.add(on)
                self.moves_at_end += 1
        for h in sorted(more):
            if full[h] > self.room:
                self.report('ROOM', h, 'holds %d VMs when they are '
                            'mobilised, %d fit' % (full[h], self.room))

    def wave(self, procedures):
        """All of them in their deepest down state at once."""
        self.where = 'level %d' % procedures[0].level
        down, seen, writes = set(), {}, {}
        for p in procedures:
            acted = {d for s in p.steps
                     for d in self.resolve(s.down, s.down_templates)}
            for d in sorted(acted):
                if d in seen:
                    self.report('WAVE', d, 'is acted on by %s and %s'
                                % (seen[d], p.name))
                seen[d] = p.name
            down |= acted
            for ccb in p.init:
                for op in ccb:
                    self.write(writes, op, p, acted)
        self.standing({d for d in down if self.w.is_ee(d)}, writes)
        self.services.down = {d for d in down if self.w.is_ee(d)}
        self.services.others = down - self.services.down
        self.services.look(down, 'while all of its level is down')
        self.services.down, self.services.others = set(), set()

    def write(self, writes, op, p, acted):
        """A sponsor list that a procedure writes before it begins."""
        o = self.w.get(op.dn)
        if o is None or o.cls != 'SaPlmDependency':
            return
        was = writes.setdefault(op.dn, (p.name, acted, {}, set()))
        if was[0] != p.name:
            self.report('WAVE', op.dn, 'is written by %s and %s'
                        % (was[0], p.name))
        if op.kind == 'delete':
            was[3].add('gone')
        was[2].update(op.attrs or {})

    def standing(self, down, writes):
        """What is not acted on has what it stands on; where a procedure of
        the level writes its list, by the old one while the others are down,
        by the new one with all of them down."""
        above = set()
        for e in down:
            above |= self.upon(e)
        for e in sorted(above - down):
            if self.w.container(e) in down:
                self.report('WAVE', e, 'is left standing in its container')
            for d in self.w.deps(e):
                self.enough_sponsors(e, d, down, writes.get(d.dn))

    def enough_sponsors(self, e, d, down, write):
        lists = [(d.all('saPlmDepNames'), self.s.min_number(d), down)]
        if write is not None:
            _, acted, attrs, gone = write
            names = attrs.get('saPlmDepNames', lists[0][0])
            least = int(attrs.get('saPlmDepMinNumber', [lists[0][1]])[0])
            lists = [lists[0][:2] + (down - acted,)]
            if not gone:
                lists.append((names, least, down))
        for names, least, low in lists:
            up = [n for n in names if n not in low and
                  n in self.w.m.objects]
            if len(up) < min(least, len(names)):
                self.report('WAVE', e, 'is left standing: only %d of its '
                            'sponsors are in service' % len(up))


TURNS = {'forwards': lambda w: None, 'backwards': lambda w: w.reverse(),
         'shuffled': lambda w: random.Random(len(w)).shuffle(w)}


def load(source, target, path):
    a, b = imm.read(source), imm.read(target)
    classes = dict(check.CLASSES)
    classes.update(a.classes)
    classes.update(b.classes)
    return a, b, campaign.read(path, classes)


def examine(source, target, path, turns=('forwards', 'backwards',
                                         'shuffled'), room=None):
    """(violations, number of levels) for three files; room: so many VMs fit
    on each of their sponsors."""
    found = []
    for turn in turns:
        a, b, c = load(source, target, path)
        k = WaveChecker(a, b, c, TURNS[turn], room)
        k.run()
        found += [(f[0], '%s, %s' % (turn, f[1])) + tuple(f[2:])
                  for f in k.found]
    return found, len({p.level for p in c.procedures})


def fewest(source, target):
    """The least number of waves for a pair in which every host, and every VM
    on one of its sponsors, is modified: all ways to part the hosts are tried,
    and for each all ways to place the VMs of each service."""
    a, b = imm.read(source), imm.read(target)
    k = check.Checker(a, b, campaign.Campaign())
    groups = []
    for si, sg in sorted(k.s.si_sg.items()):
        vms = [k.s.su_ee(su) for su in k.s.sg_sus[sg]]
        groups.append([[next(imm.ancestors(x)) for x in k.s.sponsors(v)]
                       for v in vms])
    hosts = sorted({h for g in groups for v in g for h in v})
    for n in range(1, len(hosts) + 1):
        for part in itertools.product(range(n), repeat=len(hosts)):
            wave = dict(zip(hosts, part))
            if all(any(len({wave[h] for h in way}) > 1
                       for way in itertools.product(*g)) for g in groups):
                return n
    return None


def main():
    found, levels = examine(*sys.argv[1:4])
    for f in found:
        print('%s %s "%s": %s' % f)
    print('%d levels, %d violations' % (levels, len(found)))
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
