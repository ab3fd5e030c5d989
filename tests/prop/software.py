"""Step types, rules of embedding (P7) and the bundles of every step."""
import imm

KNOWN = ('000', '010', '100', '101')


def base(type_):
    return imm.parent_dn(type_ or '')


def step_types(c, p, downs):
    """Legal types; reduced innermost only; in-phase where a layer, or the one
    below it, changes its base type, and in outer steps that add or remove."""
    n = len(p.steps)
    changes = []  # does step i change a base type?
    for s, ds in zip(p.steps, downs):
        changes.append(s.kind == 'modify' and any(
            base(c.src.objects[d].get('saPlmEEType')) !=
            base(c.tgt.objects[d].get('saPlmEEType'))
            for d in ds if c.ops.get(d) == 'MODIFY'))
    for i, s in enumerate(p.steps):
        if s.type not in KNOWN:
            c.report('P7', p.name, 'step type %s' % s.type)
            continue
        if s.type in ('100', '101') and i != n - 1:
            c.report('P7', p.name, 'a reduced step embeds another')
        if i != n - 1 and (s.added or s.removed) and s.type != '010':
            c.report('P7', p.name, 'an outer step adds or removes, but is '
                     'not in-phase')
        if s.type == '010':
            continue
        if changes[i] or any(
                changes[j] and stand(c, downs[i], downs[j])
                for j in range(i + 1, n)):
            c.report('P7', p.name, 'type %s although a base type changes'
                     % s.type)
        if s.type in ('100', '101'):
            for b in s.sw_add + s.sw_remove:
                offline(c, p, b.dn)


def stand(c, upper, lower):
    """Does any of upper stand directly on any of lower?"""
    low = set(lower)
    for e in upper:
        if not c.w.is_ee(e):
            continue
        if c.w.container(e) in low:
            return True
        if any(set(d.all('saPlmDepNames')) & low for d in c.w.deps(e)):
            return True
    return False


def offline(c, p, bundle):
    o = c.src.objects.get(bundle) or c.tgt.objects.get(bundle)
    if o is not None and any(
            n.endswith('OfflineCmdUri') for n in o.attrs):
        c.report('P7', p.name, 'reduced, but "%s" has an offline command'
                 % bundle)


class Software:
    """What every step must install and remove, compared with what it says."""

    def __init__(self, checker):
        self.c = checker
        self.comp_bundles = set()
        for m in (checker.src, checker.tgt):
            for o in m.objects.values():
                if o.cls == 'SaAmfCompType' and o.get('saAmfCtSwBundle'):
                    self.comp_bundles.add(o.get('saAmfCtSwBundle'))

    @staticmethod
    def bundle(model, ee):
        o = model.objects.get(ee)
        t = model.objects.get((o and o.get('saPlmEEType')) or '')
        return t.get('saPlmEetSwBundle') if t is not None else None

    def below(self, ee):
        """The layer below an EE now; of the lowest EE itself."""
        w = self.c.w
        if w.container(ee):
            return {w.container(ee)}
        s = self.c.s if ee in self.c.s.ees else self.c.t
        if s.migratable(ee):
            for d in w.deps(ee):
                return set(d.all('saPlmDepNames'))
        return {ee}

    def before(self, p, downs):
        """Expected removals, known while the EEs still exist."""
        self.want_remove, self.want_add = [], []
        for s, ds in zip(p.steps, downs):
            rem, add = {}, {}
            for d in ds:
                op = self.c.ops.get(d)
                if s.kind == 'modify' and op == 'MODIFY':
                    old = self.bundle(self.c.src, d)
                    new = self.bundle(self.c.tgt, d)
                    if old != new:
                        if old:
                            rem[old] = None
                        if new:
                            add[new] = None
                elif d in s.removed and op == 'REMOVE':
                    old = self.bundle(self.c.src, d)
                    if old:
                        rem.setdefault(old, set()).update(self.below(d))
            self.want_remove.append(rem)
            self.want_add.append(add)

    def after(self, p):
        for i, s in enumerate(p.steps):
            add = self.want_add[i]
            for o in s.added:
                if self.c.ops.get(o.dn) == 'ADD' and \
                        self.c.w.is_ee(o.dn):
                    new = self.bundle(self.c.tgt, o.dn)
                    if new:
                        add.setdefault(new, set()).update(self.below(o.dn))
            self.compare(s, 'swRemove', self.want_remove[i], s.sw_remove)
            self.compare(s, 'swAdd', add, s.sw_add)

    def compare(self, s, what, want, got):
        have = {}
        for b in got:
            have.setdefault(b.dn, set()).update(b.envs)
        for b in sorted(set(want) | set(have)):
            if b not in have:
                self.c.report('BUNDLE', b, what + ' is missing')
            elif b not in want:
                if b not in self.comp_bundles:
                    self.c.report('BUNDLE', b, what + ' of what no entity of '
                                  'the step needs')
            elif want[b] is not None and want[b] != have[b]:
                self.c.report('BUNDLE', b, '%s on %s, not on %s' % (
                    what, sorted(map(str, have[b])), sorted(want[b])))
            elif want[b] is None and have[b] - {None}:
                self.c.report('BUNDLE', b, what + ' with plmExecEnv in a '
                              'modifying step')
