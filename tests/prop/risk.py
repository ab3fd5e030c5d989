#!/usr/bin/env python3
"""What does each procedure do to services (U6)? Told from the models and the
procedures alone, and compared with what the campaign says (cg:risk).

    risk.py SOURCE TARGET CAMPAIGN

While a level runs, all it acts on is down. Of each group that a procedure takes
units of: how many are left of how many, whether that is too few for its
services, fewer than are preferred or neither, and the smallest EEs and
hardware elements of which a failure would then take the services down.
"""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import check  # noqa: E402
import imm  # noqa: E402
import waves  # noqa: E402

NAMED_MOST = 4


def decode(word):
    parts = word.split('%')
    return parts[0] + ''.join(chr(int(p[:2], 16)) + p[2:] for p in parts[1:])


class Told:
    """What the campaign says, by procedure and group."""

    def __init__(self, sg_of):
        self.sg_of, self.known = sg_of, {}

    def read(self, text):
        return dict(map(self.one, text.split('; '))) if text else {}

    def one(self, entry):
        words = entry.split(' ')
        left, units = map(int, words.pop(0).split('/'))
        state = words.pop(0) if words[0] in ('down', 'reduced') else 'degraded'
        who = decode(words.pop(0))
        if words[:1] == ['(']:
            end = words.index(')')
            inside, words = words[1:end], words[end + 1:]
            cut = inside.index('and') if 'and' in inside else len(inside)
            self.known[who] = (set(map(decode, inside[:cut])),
                               set(map(decode, inside[cut + 1:])))
        if who in self.known:
            sg = who
        else:
            sg = self.sg_of[who]
            self.known[sg] = ({who}, set())
        if words:
            assert words.pop(0) == 'if' and words
        fail = 'any' if words == ['any'] else set(map(decode, words))
        return sg, (left, units, state) + self.known[sg] + (fail,)


class RiskChecker(check.Checker):
    def __init__(self, src, tgt, camp):
        super().__init__(src, tgt, camp)
        self.promises = self.services.promises
        self.told = Told(self.promises.sg)
        self.level = None
        self.groups = {}
        for si, sg in self.promises.sg.items():
            self.groups.setdefault(sg, set()).add(si)
        self.compared = 0

    # --- what the source says of a group ---

    def number(self, dn, attr, otherwise=1):
        v = self.s.model.objects[dn].get(attr)
        return otherwise if v is None else int(v, 0)

    def preferred(self, sg):
        o = self.s.model.objects.get(sg)
        t = self.s.model.objects.get(o.get('saAmfSGType') or '') if o else None
        model = int((t.get('saAmfSgtRedundancyModel') if t else 0) or 0)
        sis = self.groups[sg]
        if model == 1:
            return 2
        if model == 2:
            return self.number(sg, 'saAmfSGNumPrefActiveSUs') + \
                self.number(sg, 'saAmfSGNumPrefStandbySUs')
        if model == 3:
            return 1 + max(self.number(x, 'saAmfSIPrefStandbyAssignments')
                           for x in sis)
        if model == 4:
            all_ = sum(self.s.su_ee(su) is not None
                       for su in self.s.sg_sus.get(sg, []))
            return max(self.number(x, 'saAmfSIPrefActiveAssignments') or all_
                       for x in sis)
        return 0

    def dependents(self, sg):
        """What depends on the services of a group, directly or not."""
        found, todo = set(), set(self.groups[sg])
        while todo:
            x = todo.pop()
            for si, on in self.promises.deps.items():
                if x in on and si in self.promises.sg and si not in found and \
                        any(self.s.su_ee(su) for su in self.s.sg_sus.get(
                            self.promises.sg[x], [])):
                    found.add(si)
                    todo.add(si)
        return found - self.groups[sg]

    # --- a moment ---

    def carriers(self, ee, seen=None):
        """The EE and all that it cannot do without now."""
        seen = set() if seen is None else seen
        if ee in seen:
            return seen
        seen.add(ee)
        for a in imm.ancestors(ee):
            o = self.w.get(a)
            if o is not None and o.cls == 'SaPlmEE':
                self.carriers(a, seen)
            elif o is not None and o.cls == 'SaPlmHE':
                seen.add(a)
        for d in self.w.deps(ee):
            names = d.all('saPlmDepNames')
            if len(names) <= self.s.min_number(d):
                for n in names:
                    if self.w.is_ee(n):
                        self.carriers(n, seen)
        return seen

    def serving(self, sg):
        return [su for su in sorted(self.w.kids.get(sg, ()))
                if self.w.get(su).cls == 'SaAmfSU' and
                self.services.in_service(su)]

    def with_down(self, acted, question, *args):
        s = self.services
        s.down = {d for d in acted if self.w.is_ee(d)}
        s.others = acted - s.down
        answer = question(*args)
        s.down, s.others = set(), set()
        return answer

    def failures(self, sus, spare):
        carry = {}
        for su in sus:
            for x in self.carriers(self.services.ee_of(
                    self.services.node_of(su))):
                carry[x] = carry.get(x, 0) + 1
        enough = {x for x, n in carry.items() if n > spare}
        if spare == 0 and len(sus) > NAMED_MOST:
            return 'any'
        larger = {a for x in enough if self.w.is_ee(x)
                  for a in self.carriers(x) - {x}}
        return enough - larger

    def expected(self, p, acted, level):
        out = {}
        for sg in sorted(self.groups):
            before = self.serving(sg)
            wanted = self.promises.wanted[sg]
            if len(before) < wanted or \
                    len(self.with_down(acted, self.serving, sg)) == \
                    len(before):
                continue
            left = self.with_down(level, self.serving, sg)
            state = 'down' if len(left) < wanted else 'degraded' \
                if len(left) < max(wanted, self.preferred(sg)) else 'reduced'
            out[sg] = (len(left), len(before), state, self.groups[sg],
                       self.dependents(sg), set() if state == 'down' else
                       self.failures(left, len(left) - wanted))
        return out

    def lists_as_written(self, procedures):
        """Sponsor lists that the procedures write, or delete, before they take
        anything down; a way to put them back."""
        was = []
        for op in [o for p in procedures for ccb in p.init for o in ccb]:
            o = self.w.get(op.dn)
            if o is not None and o.cls == 'SaPlmDependency':
                was.append((o, o.attrs))
                o.attrs = {} if op.kind == 'delete' else \
                    dict(o.attrs, **op.attrs)
        return was

    def procedure(self, index, p):
        if p.level != self.level:
            self.level = p.level
            all_ = [q for q in self.camp.procedures if q.level == p.level]
            acted = {q.name: {d for s in q.steps for d in self.resolve(
                s.down, s.down_templates)} for q in all_}
            together = set().union(*acted.values())
            was = self.lists_as_written(all_)
            for q in all_:
                self.compare(q, self.expected(q, acted[q.name], together))
            for o, attrs in reversed(was):
                o.attrs = attrs
        super().procedure(index, p)

    def compare(self, p, want):
        got = self.told.read(p.risk)
        self.compared += len(want)
        for sg in sorted(set(want) | set(got)):
            a, b = want.get(sg), got.get(sg)
            # who belongs to a group nobody told of with names is not known
            if a is not None and b is not None and a[:3] + a[5:] == \
                    b[:3] + b[5:] and a[3:5] == b[3:5]:
                continue
            self.report('RISK', sg, '%s: %s, but the campaign says %s'
                        % (p.name, a, b))


def examine(source, target, path):
    """(violations of cg:risk, how many groups were compared)."""
    k = RiskChecker(*waves.load(source, target, path))
    k.run()
    return [f for f in k.found if f[0] == 'RISK'], k.compared


def main():
    found, n = examine(*sys.argv[1:4])
    for f in found:
        print('%s %s "%s": %s' % f)
    print('%d groups compared' % n)
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
