"""The platform of a hard pair: hardware, hosts, VMMs, VMs, dependencies.

Hosts belong to groups; sponsor lists and ordinary dependencies stay inside a
group (gen_hard.py says why), but for the VMs of overlap(): their lists cross
all groups, with one known assignment that keeps them apart.
"""
import imm

SEC = 10 ** 9


class EE:
    def __init__(self, rdn, parent, layer, group, host, op):
        self.rdn, self.parent, self.layer = rdn, parent, layer
        self.group, self.host, self.op = group, host, op
        self.src, self.tgt = {}, {}
        self.deps = []  # Dep

    @property
    def dn(self):
        return self.rdn + ',' + (self.parent if isinstance(self.parent, str)
                                 else self.parent.dn)

    def on(self, side):
        return self.op != ('ADD' if side == 's' else 'REMOVE')

    def stays(self):
        return self.op in ('MODIFY', 'NO_OPERATION')


class Dep:
    """A dependency object; (names, min) on either side, or None."""

    def __init__(self, name, src, tgt, tgt_name=None):
        self.name, self.src, self.tgt = name, src, tgt
        self.tgt_name = tgt_name or name


class Platform:
    """Needs the fields of gen_hard.Hard."""
    # --- small helpers ---

    def p(self, x):
        return self.r.random() < x

    def pick(self, *pairs):
        """pick(('a', 3), ('b', 1)): weighted choice."""
        return self.r.choices([a for a, _ in pairs],
                              [w for _, w in pairs])[0]

    def some(self, items, least, most):
        items = list(items)
        n = min(len(items), self.r.randint(least, most))
        return self.r.sample(items, n)

    def fresh(self, word):
        self.serial += 1
        n = self.serial
        if self.p(.06):
            return '%s\\,%d' % (word, n)
        if self.p(.03):
            return '%s&<%d>' % (word, n)
        if self.p(.03):
            return '%s é %d' % (word, n)
        return '%s%d' % (word, n)

    # --- operations ---

    def op(self, parent_op='NO_OPERATION', keep=False):
        if self.mode == 'all-removed':
            return 'REMOVE'
        if self.mode == 'all-added':
            return 'ADD'
        if self.mode in ('outside', 'equal'):
            return 'NO_OPERATION'
        if parent_op in ('ADD', 'REMOVE'):
            return parent_op
        if keep:
            return self.pick(('MODIFY', 6), ('NO_OPERATION', 4))
        return self.pick(('MODIFY', self.w[0]), ('NO_OPERATION', self.w[1]),
                         ('ADD', self.w[2]), ('REMOVE', self.w[3]))

    # --- platform ---

    def platform(self):
        r = self.r
        self.w = r.choice([(5, 3, 2, 2), (8, 1, 1, 1), (2, 6, 2, 2),
                           (3, 3, 4, 4), (9, 1, 0, 0), (1, 2, 3, 6),
                           (3, 6, 1, 0)])
        self.domain = 'safDomain=' + r.choice(['domain_1', 'd\\,1', 'D'])
        self.attrs_domain = {'saPlmHEDeactivationPolicy': ['1']} \
            if self.p(.3) else {}
        self.layers = {}
        for kind, product in (('os', 'Linux'), ('vmm', 'Hyper'),
                              ('vm', 'Guest')):
            self.layers[kind] = self.type_family(product)
        ngroup = r.choice([2, 2, 2, 3, 3, 1])
        self.large = self.p(.1)
        nhost = max(ngroup, r.randint(2, 12 if self.large else 6))
        self.vmms = {g: [] for g in range(ngroup)}
        names = list(range(1, 30))
        r.shuffle(names)
        self.shelf = {}
        for h in range(nhost):
            self.host(h, h % ngroup, names[h], first=h < ngroup)
        for g in range(ngroup):
            for _ in range(r.randint(0, 12 if self.large else 5)):
                self.migratable(g)
        if self.mode == 'mixed' and self.p(.4):
            self.overlap()
        self.ordinary()

    def type_family(self, product):
        """Version DNs of one product: two old ones, two new, and a new base
        type."""
        root = ',safApp=safPlmService' if self.p(.5) else ''
        base = 'safEEType=%s%s' % (product, root)
        other = 'safEEType=%sX%s' % (product, root)
        return {'base': base, 'other': other,
                'old': ['safVersion=1,' + base, 'safVersion=1.1,' + base],
                'new': ['safVersion=2,' + base, 'safVersion=10,' + base,
                        'safVersion=1,' + other]}

    def new_ee(self, word, parent, layer, group, host, op, rdn=None):
        e = EE('safEE=' + (rdn or self.fresh(word)), parent, layer, group,
               host, op)
        fam = self.layers[{'os': 'os', 'vmm': 'vmm'}.get(layer, 'vm')]
        old = {'saPlmEEType': [self.r.choice(fam['old'])]}
        for a in ('saPlmEEInstantiateTimeout', 'saPlmEETerminateTimeout'):
            if self.p(.3):
                old[a] = [str(self.r.randint(1, 90) * SEC)]
        new = {k: list(v) for k, v in old.items()}
        if op == 'ADD' and self.p(.7):
            new['saPlmEEType'] = [self.r.choice(fam['new'])]
        if op == 'MODIFY':
            how = self.pick(('type', 7), ('attr', 2), ('both', 1))
            if how != 'attr':
                new['saPlmEEType'] = [self.pick(
                    (fam['new'][0], 6), (fam['new'][1], 2),
                    (fam['new'][2], 1))]
            if how != 'type':
                a = self.r.choice(['saPlmEEInstantiateTimeout',
                                   'saPlmEETerminateTimeout'])
                if a in new and self.p(.3):
                    del new[a]
                else:
                    new[a] = [str(self.r.randint(100, 200) * SEC)]
        e.src, e.tgt = old, new
        self.ees.append(e)
        return e

    def host(self, h, group, number, first):
        """A machine: hardware or none, host OS or none, VMM or none."""
        r = self.r
        # with keep, the group has one VMM that is in both models
        op = self.op(keep=first)
        parent = self.domain
        kind = self.pick(('none', 4), ('he', 4), ('nested', 2))
        if kind != 'none':
            shelf = self.shelf.get(group)
            if kind == 'nested' or (shelf and self.p(.3)):
                if shelf is None:
                    shelf = 'safHE=%s,%s' % (self.fresh('shelf'), self.domain)
                    self.shelf[group] = shelf
                    self.hes[shelf] = [False, False]
                parent = 'safHE=%s,%s' % (self.fresh('blade'), shelf)
                self.he_used(shelf, op)
            else:
                parent = 'safHE=%s,%s' % (self.fresh('board'), self.domain)
            self.he_used(parent, op)
        style = self.pick(('os+vmm', 6), ('vmm', 2), ('os', 2)) \
            if not first else self.pick(('os+vmm', 3), ('vmm', 1))
        name = ('host%d' % number) if self.p(.8) else None
        if style == 'vmm':
            v = self.new_ee('vmm', parent, 'vmm', group, h, op, name)
            self.vmms[group].append(v)
            vmms = [v]
        else:
            o = self.new_ee('machine', parent, 'os', group, h, op, name)
            vmms = []
            if style == 'os+vmm':
                same = 'VMM' if self.p(.6) else None
                for i in range(1 if self.p(.8) else 2):
                    v = self.new_ee('vmm', o, 'vmm', group, h,
                                    self.op(op, keep=first and i == 0),
                                    same if i == 0 else None)
                    vmms.append(v)
                    self.vmms[group].append(v)
            else:
                for _ in range(r.choice([0, 0, 1, 2])):
                    self.new_ee('vm', o, 'bound', group, h, self.op(op))
                if self.p(.2):
                    self.vmms[group].append(o)  # sponsor without a VMM
        for v in vmms:
            for _ in range(r.choice([0, 0, 0, 1, 2])):
                self.new_ee('vm', v, 'bound', group, h, self.op(v.op),
                            'bound' if self.p(.2) and
                            not any(e.parent is v for e in self.ees)
                            else None)

    def he_used(self, he, op):
        u = self.hes.setdefault(he, [False, False])
        u[0] |= op != 'ADD'
        u[1] |= op != 'REMOVE'

    # --- migratable VMs ---

    def least(self, n):
        return self.r.randint(2, n) if n > 1 and self.p(.25) else 1

    def lists(self, names):
        return ([v.dn for v in names], self.least(len(names)))

    def migratable(self, group):
        r = self.r
        vmms = self.vmms[group]
        s = [v for v in vmms if v.on('s')]
        t = [v for v in vmms if v.on('t')]
        op = self.op()
        if (op != 'ADD' and not s) or (op != 'REMOVE' and not t):
            return
        e = self.new_ee('vm', self.domain, 'mig', group, -1, op)
        src = tgt = None
        if op != 'ADD':
            src = self.some(s, 1, 3)
            if op == 'MODIFY' and not any(v.stays() for v in src):
                src[r.randrange(len(src))] = r.choice(
                    [v for v in s if v.stays()])
        if op != 'REMOVE':
            keep = [v for v in (src or []) if v.on('t')]
            how = self.pick(('same', 5), ('change', 4), ('new', 1))
            if self.mode in ('outside', 'equal'):
                how = 'same'
            if how == 'same' and keep:
                tgt = keep
            elif how == 'change' and keep:
                tgt = keep[:r.randint(1, len(keep))]
                tgt += [v for v in self.some(t, 1, 2) if v not in tgt]
                r.shuffle(tgt)
            else:
                tgt = self.some(t, 1, 3)
        src = src and self.lists(src)
        tgt = tgt and self.lists(tgt)
        if src and tgt and (set(src[0]) == set(tgt[0]) and self.p(.8) or
                            self.mode in ('outside', 'equal')):
            tgt = src
        name = 'safDependency=' + r.choice(['dep', 'mig\\,dep', 'Dep 1'])
        d = Dep(name, src, tgt)
        if src and tgt and self.mode == 'mixed' and self.p(.08):
            d.tgt_name = 'safDependency=renamed'
        if src and tgt and self.mode == 'mixed' and self.p(.03):
            d.src = None  # was no migratable VM
            e.gains = True
        e.deps.append(d)

    def overlap(self):
        """Replicas whose sponsor lists overlap. Each has a home of its own
        in a fault domain of its own, so that one assignment keeps them apart;
        taking the first sponsor of each list often does not."""
        r = self.r
        everywhere = [v for g in self.vmms.values() for v in g]
        homes = {}
        for v in r.sample(everywhere, len(everywhere)):
            if v.stays():
                homes.setdefault(imm.split_dn(v.dn)[-2], v)
        homes = list(homes.values())[:r.randint(2, 5)]
        if len(homes) < 2:
            return
        vms = []
        for i, home in enumerate(homes):
            op = self.pick(('MODIFY', 6), ('NO_OPERATION', 2), ('ADD', 2))
            e = self.new_ee('vm', self.domain, 'mig', 'overlap %d %d' % (
                len(self.overlaps), i), -1, op)
            e.deps.append(self.overlapping(op, home, everywhere))
            vms.append(e)
        for i in range(r.choice([0, 0, 1, 2])):
            e = self.new_ee('vm', self.domain, 'mig', 'overlap %d gone %d' % (
                len(self.overlaps), i), -1, 'REMOVE')
            e.deps.append(Dep('safDependency=dep', self.lists(self.some(
                [v for v in everywhere if v.on('s')], 1, 3)), None))
            vms.append(e)
        self.overlaps.append(vms)

    def overlapping(self, op, home, everywhere):
        def around(side, most):
            names = [home] + [v for v in self.some(
                [v for v in everywhere if v.on(side)], 0, most)
                if v is not home]
            self.r.shuffle(names)
            return names
        if op == 'NO_OPERATION':
            # it may stand on any of them: the others are elsewhere and stay
            far = [v for v in everywhere if v.stays() and
                   imm.split_dn(v.dn)[-2] != imm.split_dn(home.dn)[-2]]
            names = [home] + self.some(far, 0, 2)
            both = ([v.dn for v in names], 1)
            return Dep('safDependency=dep', both, both)
        src = tgt = None
        if op != 'ADD':
            src = self.lists(around('s', 3))
        if op != 'REMOVE':
            tgt = self.lists(around('t', 3))
            if src and self.p(.5) and all(
                    v.on('t') for v in everywhere if v.dn in src[0]):
                tgt = src
        return Dep('safDependency=dep', src, tgt)

    def ordinary(self):
        """Dependencies that are never caught; edges lead from later hosts to
        earlier ones, inside a group, so that nothing is circular."""
        for e in self.ees:
            parent_he = isinstance(e.parent, str) and e.parent in self.hes
            if e.layer == 'mig':
                if self.hes and self.p(.05):
                    self.on_hardware(e)
                continue
            if isinstance(e.parent, str) and not parent_he:
                continue  # below the domain it would be a migratable VM
            if self.configs and e.layer == 'bound':
                continue
            if self.p(.1) and self.hes:
                self.on_hardware(e)
            leaf = not any(x.parent is e for x in self.ees) and \
                not any(v is e for v in self.vmms[e.group])
            if not leaf or not self.p(.3):
                continue
            cand = [x for x in self.ees if x.group == e.group and
                    x.layer in ('os', 'vmm') and -1 < x.host < e.host]
            s = [x for x in cand if x.on('s')]
            t = [x for x in cand if x.on('t')]
            src = self.some(s, 1, 2) if e.on('s') and s else None
            tgt = None
            if e.on('t') and t:
                keep = [x for x in (src or []) if x.on('t')]
                tgt = keep if keep and self.p(.8) else self.some(t, 1, 2)
            if self.mode in ('outside', 'equal'):
                tgt = src
            src = src and self.lists(src)
            tgt = tgt and self.lists(tgt)
            if src and tgt and (set(src[0]) == set(tgt[0])):
                tgt = src
            if src or tgt:
                e.deps.append(Dep('safDependency=ord', src, tgt))

    def on_hardware(self, e):
        s = [h for h, u in self.hes.items() if u[0] and u[1]]
        if s:
            names = self.some(s, 1, 2)
            both = (names, 1)
            e.deps.append(Dep('safDependency=hw',
                              both if e.on('s') else None,
                              both if e.on('t') else None))

    # --- writing the platform into both models ---

    def put(self, side, dn, cls, attrs, hosted_by=None):
        m = self.src if side == 's' else self.tgt
        o = m.add(dn, cls, hosted_by)
        o.attrs = {k: [str(x) for x in v] for k, v in attrs.items() if v}
        return o

    def put_both(self, dn, cls, attrs):
        for side in 'st':
            self.put(side, dn, cls, attrs)

    def emit_platform(self):
        self.put_both(self.domain, 'SaPlmDomain', self.attrs_domain)
        if self.p(.3):
            self.put_both('safHpiCfg=h,' + self.domain, 'SaHpiConfig',
                          {'isHpiSupported': ['0'],
                           'extrPendingTimeout': ['1'],
                           'insPendingTimeout': ['1']})
        self.put_both('safApp=safPlmService', 'OtherRoot', {'note': ['x']})
        if self.hes:
            self.put_both('safHEType=blade', 'SaPlmHEBaseType',
                          {'saPlmHetHpiEntityType': ['9']})
        for he, (s, t) in self.hes.items():
            a = {'saPlmHEBaseHEType': ['safHEType=blade']}
            if self.p(.5):
                a['saPlmHEEntityPaths'] = ['{SLOT,%d}' % self.r.randint(1, 9)]
            b = dict(a)
            if self.mode != 'equal' and self.p(.1):
                b['saPlmHEEntityPaths'] = ['{SLOT,77}', '{SLOT,77}']
            if s:
                self.put('s', he, 'SaPlmHE', a)
            if t:
                self.put('t', he, 'SaPlmHE', b)
        for e in sorted(self.ees, key=lambda e: e.dn.count(',')):
            for side in 'st':
                if e.on(side):
                    a = e.src if side == 's' else e.tgt
                    if e.op == 'NO_OPERATION':
                        a = e.src
                    self.put(side, e.dn, 'SaPlmEE', a)
                    self.used_types[side].add(a['saPlmEEType'][0])
        for e in self.ees:
            for d in e.deps:
                for side, what, name in (('s', d.src, d.name),
                                         ('t', d.tgt, d.tgt_name)):
                    if what and e.on(side):
                        self.put(side, name + ',' + e.dn, 'SaPlmDependency',
                                 {'saPlmDepNames': what[0],
                                  'saPlmDepMinNumber': [what[1]]})
        self.emit_types()
        if self.configs:
            self.emit_configs()

    def bundle(self, dn, sides):
        r = self.r
        a = {}
        words = ['InstallOnline', 'RemoveOnline']
        if self.p(.6):
            words += ['InstallOffline', 'RemoveOffline']
        for w in words:
            a['saSmfBundle%sCmdUri' % w] = ['/opt/%s.sh' % w]
            if self.p(.5):
                a['saSmfBundle%sCmdArgs' % w] = ['-v "%d" <x>' % r.randint(
                    1, 9)]
            if 'Offline' in w:
                a['saSmfBundle%sScope' % w] = [r.choice('1234')]
        if self.p(.3):
            a['saSmfBundleDefaultCmdTimeout'] = [str(60 * SEC)]
        if self.p(.06):
            a.setdefault('saSmfBundleInstallOfflineCmdArgs', ['alone'])
        for side in sides:
            self.put(side, dn, 'SaSmfSwBundle', a)

    def emit_types(self):
        """Types and bundles: those in use stand on their side; leftovers
        come and go."""
        equal = self.mode == 'equal'
        root = self.p(.5)
        for kind, fam in self.layers.items():
            sides = {}
            for t in fam['old'] + fam['new']:
                s = t in self.used_types['s'] or (t in fam['old'] and
                                                  self.p(.2))
                g = t in self.used_types['t'] or (s if equal else s and
                                                  self.p(.4))
                if not equal and not s and not g and self.p(.15):
                    g = True  # a new type nobody uses
                s = s or (equal and g)
                sides[t] = ('s' if s else '') + ('t' if g else '')
            for base in (fam['base'], fam['other']):
                both = ''.join(side for side in 'st' if any(
                    side in v for t, v in sides.items()
                    if imm.parent_dn(t) == base))
                for side in both:
                    self.put(side, base, 'SaPlmEEBaseType',
                             {'saPlmEetProduct': [kind],
                              'saPlmEetVendor': ['V & Sons']})
            with_bundle = self.p(.85)
            for t, where in sides.items():
                if not where:
                    continue
                a = {'saPlmEetDefInstantiateTimeout': [str(9 * SEC)]}
                if with_bundle:
                    b = 'safSmfBundle=%s-%s%s' % (
                        imm.rdn_value(imm.parent_dn(t)), imm.rdn_value(t),
                        ',safApp=safSmfService' if root else '')
                    # an old bundle may stay although its type goes
                    keep = where == 's' and self.p(.1) and not equal
                    self.bundle(b, where + ('t' if keep else ''))
                    a['saPlmEetSwBundle'] = [b]
                unused = where == 'st' and not equal and \
                    t not in self.used_types['s'] | self.used_types['t']
                for side in where:
                    c = dict(a)
                    if unused and side == 't' and self.p(.5):
                        c['saPlmEetDefTerminateTimeout'] = [str(7 * SEC)]
                    self.put(side, t, 'SaPlmEEType', c)
        if root:
            for side in 'st':
                self.put(side, 'safApp=safSmfService', 'OtherRoot', {})

    def emit_configs(self):
        vmms = [v for g in self.vmms.values() for v in g]
        for i, e in enumerate(self.ees):
            if any(v is e for v in vmms):
                word, cls, a = ('plmVmmConfig', 'OpenSafPlmVirtualMachine'
                                'MonitorConfig', 'libVirtSession')
            elif e.layer in ('mig', 'bound'):
                word, cls, a = ('plmVmConfig', 'OpenSafPlmVirtualMachine'
                                'Config', 'libVirtDomainName')
            else:
                continue
            for side in 'st':
                if e.on(side):
                    self.put(side, '%s=c%d,safApp=safPlmService' % (word, i),
                             cls, {'saPlmEE': [e.dn], a: ['n%d' % i]})
