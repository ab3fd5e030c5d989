"""Small hard pairs: every oddity of the model language, mixed at random.

A pair is built from abstract entities that know whether they are in the source
and in the target. Hosts belong to groups; sponsor lists and ordinary
dependencies stay inside a group, and the replicas of a service are spread over
groups, so that a campaign which takes one host at a time keeps a replica up.
Where that cannot be promised the pair is marked "may-refuse".
"""
import os
import random

import imm
from facts import CLASSES, AttrDef, ClassDef
from meaning import System, operations

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


class Hard:
    def __init__(self, seed):
        self.seed = seed
        self.r = random.Random('hard %d' % seed)
        self.mode = {7: 'outside', 11: 'all-removed', 15: 'all-added'}.get(
            seed % 20, 'equal' if seed % 40 == 13 else 'mixed')
        self.reasons = []
        self.src, self.tgt = imm.Model(), imm.Model()
        self.ees = []
        self.hes = {}  # DN: (in source, in target)
        self.used_types = {'s': set(), 't': set()}
        self.serial = 0
        self.classes = self.p(.3)
        self.configs = self.p(.4)

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

    # --- services ---

    def emit_services(self):
        r = self.r
        self.cluster = 'safAmfCluster=myAmfCluster'
        self.clm = 'safCluster=myClmCluster'
        self.put_both(self.clm, 'SaClmCluster', {})
        self.put_both(self.cluster, 'SaAmfCluster',
                      {'saAmfClusterClmCluster': [self.clm]})
        self.nodes = []  # (AMF node, EE source, EE target, group, stable)
        self.emit_nodes()
        self.emit_node_groups()
        self.emit_amf_types()
        for a in range(r.randint(0, 2) if self.nodes else 0):
            self.application(a)

    def emit_nodes(self):
        mixed = self.mode == 'mixed'
        free = [e for e in self.ees if e.layer in ('mig', 'bound') or
                not any(x.parent is e for x in self.ees)]
        self.r.shuffle(free)
        taken = set()
        for e in list(free):
            if e in taken or not self.p(.8):
                continue
            taken.add(e)
            s, t = (e if e.on('s') else None), (e if e.on('t') else None)
            if mixed and self.p(.15):
                other = next((x for x in free if x not in taken and
                              x.group == e.group and x.on('t') and
                              x.layer == e.layer), None)
                if other is not None and s:
                    taken.add(other)
                    t = other  # moves to another EE
            elif mixed and self.p(.04):
                s, t = (None, t) if self.p(.5) else (s, None)
            if not s and not t:
                continue
            n = self.fresh('node')
            clm = 'safNode=%s,%s' % (n, self.clm)
            amf = 'safAmfNode=%s,%s' % (n, self.cluster)
            extra = {'saAmfNodeSuFailOverProb': [str(12 * SEC)],
                     'saAmfNodeSuFailoverMax': ['2']}
            more = dict(extra)
            if mixed and self.p(.1):
                more['saAmfNodeSuFailoverMax'] = ['3']
            for side, ee, a in (('s', s, extra), ('t', t, more)):
                if ee:
                    self.put(side, clm, 'SaClmNode', {'saClmNodeEE': [ee.dn]})
                    self.put(side, amf, 'SaAmfNode',
                             dict(a, saAmfNodeClmNode=[clm]))
                    self.installed(side, amf, ee)
            self.nodes.append((amf, s, t, e.group,
                               bool(s and t) or (t and t.op == 'ADD')))

    def installed(self, side, amf, ee):
        """SaAmfNodeSwBundle: what is installed, by escaped name."""
        m = self.src if side == 's' else self.tgt
        t = m.objects[m.objects[ee.dn].get('saPlmEEType')]
        b = t.get('saPlmEetSwBundle')
        if b and self.seed % 3 == 0:
            self.put(side, 'safInstalledSwBundle=%s,%s'
                     % (imm.escape_dn(b), amf), 'SaAmfNodeSwBundle',
                     {'saAmfNodeSwBundlePathPrefix': ['/opt']})

    def emit_node_groups(self):
        self.groups = []
        for i in range(self.r.choice([0, 1, 2])):
            dn = 'safAmfNodeGroup=g%d,%s' % (i, self.cluster)
            s = [n[0] for n in self.nodes if n[1] and self.p(.7)]
            t = [n[0] for n in self.nodes if n[2] and
                 (n[0] in s if n[1] else self.p(.7))]
            if self.mode == 'mixed' and self.p(.4) and len(t) > 1:
                t = t[1:]
            if s:
                self.put('s', dn, 'SaAmfNodeGroup', {'saAmfNGNodeList': s})
            if t:
                self.put('t', dn, 'SaAmfNodeGroup', {'saAmfNGNodeList': t})
            if s and t:
                self.groups.append((dn, set(s) | set(t)))

    def emit_amf_types(self):
        if not self.nodes:
            return
        both = self.put_both
        both('safAppType=App', 'SaAmfAppBaseType', {})
        both('safSgType=Sg', 'SaAmfSGBaseType', {})
        both('safSuType=Su', 'SaAmfSUBaseType', {})
        both('safCompType=Ct', 'SaAmfCompBaseType', {})
        both('safSvcType=Svc', 'SaAmfSvcBaseType', {})
        both('safCSType=Cs', 'SaAmfCSBaseType', {})
        both('safVersion=1,safSvcType=Svc', 'SaAmfSvcType', {})
        both('safVersion=1,safCSType=Cs', 'SaAmfCSType', {})
        prob = {'saAmfSgtDefCompRestartProb': [str(SEC)],
                'saAmfSgtDefCompRestartMax': ['1'],
                'saAmfSgtDefSuRestartProb': [str(SEC)],
                'saAmfSgtDefSuRestartMax': ['1'],
                'saAmfSgtDefAutoAdjustProb': [str(SEC)]}
        for v, model in (('1', '1'), ('2', '4')):
            both('safVersion=%s,safSgType=Sg' % v, 'SaAmfSGType', dict(
                prob, saAmfSgtRedundancyModel=[model],
                saAmfSgtValidSuTypes=['safVersion=1,safSuType=Su']))
        both('safVersion=1,safAppType=App', 'SaAmfAppType',
             {'saAmfApptSGTypes': ['safVersion=1,safSgType=Sg',
                                   'safVersion=2,safSgType=Sg']})
        # new versions come when they are used, old ones go when they are not
        self.ct_new = self.mode == 'mixed' and self.p(.5)
        self.su_new = self.mode == 'mixed' and self.p(.2)
        self.ct_bundle = self.p(.4)
        for v, where in (('1', 'st'), ('2', 't' if self.ct_new else '')):
            b = 'safSmfBundle=app-' + v
            if where and self.ct_bundle:
                self.bundle(b, where)
            for side in where:
                a = {'saAmfCtCompCategory': ['1'],
                     'saAmfCtDefRecoveryOnError': ['2']}
                if self.ct_bundle:
                    a['saAmfCtSwBundle'] = [b]
                self.put(side, 'safVersion=%s,safCompType=Ct' % v,
                         'SaAmfCompType', a)
        for v, where in (('1', 'st'), ('2', 't' if self.su_new else '')):
            for side in where:
                self.put(side, 'safVersion=%s,safSuType=Su' % v,
                         'SaAmfSUType', {
                             'saAmfSutIsExternal': ['0'],
                             'saAmfSutDefSUFailover': ['1'],
                             'saAmfSutProvidesSvcTypes': [
                                 'safVersion=1,safSvcType=Svc']})
                self.put(side, 'safMemberCompType=%s,safVersion=%s,'
                         'safSuType=Su' % (imm.escape_dn(
                             'safVersion=1,safCompType=Ct'), v),
                         'SaAmfSutCompType', {})

    def application(self, i):
        r = self.r
        mixed = self.mode == 'mixed'
        app = 'safApp=' + self.fresh('app')
        sides = 'st'
        if mixed and self.p(.06):
            sides = r.choice('st')
        for side in sides:
            self.put(side, app, 'SaAmfApplication',
                     {'saAmfAppType': ['safVersion=1,safAppType=App']})
        for g in range(r.randint(1, 3)):
            where = sides
            if mixed and self.p(.06) and len(sides) == 2:
                where = r.choice('st')
            self.service_group(app, g, where)

    def service_group(self, app, g, where):
        r = self.r
        mixed = self.mode == 'mixed'
        sg = 'safSg=sg%d,%s' % (g, app)
        attrs = {'saAmfSGType': ['safVersion=%s,safSgType=Sg'
                                 % r.choice('12')]}
        for side in where:
            self.put(side, sg, 'SaAmfSG', attrs)
        # a replica a group, where there is a choice
        wild = mixed and self.p(.08)
        if wild:
            chosen = self.some(self.nodes, 1, 4)
        else:
            chosen, groups = [], {}
            for n in self.nodes:
                groups.setdefault(n[3], []).append(n)
            for members in groups.values():
                stable = [n for n in members if n[4]]
                chosen += self.some(stable or members, 1, 1)
                if self.p(.25):
                    chosen += [n for n in self.some(members, 1, 1)
                               if n not in chosen]
            r.shuffle(chosen)
        sus = [self.unit(sg, i, n, where, chosen)
               for i, n in enumerate(chosen)]
        sus = [s for s in sus if s[1] or s[2]]
        for i in range(r.randint(1, 2)):
            self.instance(app, sg, 'safSi=si%d-%d,%s' % (g, i, app), where,
                          sus)

    def unit(self, sg, i, node, where, chosen):
        """One SU with its components; where its node is."""
        r = self.r
        mixed = self.mode == 'mixed'
        amf, s, t, group, stable = node
        su = 'safSu=%s,%s' % ('SU%d' % i if self.p(.8) else self.fresh('su'),
                              sg)
        ins, int_ = bool(s) and 's' in where, bool(t) and 't' in where
        if mixed and len(chosen) > 2 and self.p(.12) and ins and int_:
            if self.p(.5):
                ins = False
            else:
                int_ = False
        host, known = amf, None
        if self.p(.15):
            ng = [d for d, members in self.groups if amf in members]
            if ng:
                host, known = r.choice(ng), amf if self.p(.7) else None
        comps = r.randint(1, 2)
        for side, there in (('s', ins), ('t', int_)):
            if not there:
                continue
            new_su = side == 't' and self.su_new and self.p(.4)
            self.put(side, su, 'SaAmfSU', {
                'saAmfSUType': ['safVersion=%s,safSuType=Su'
                                % ('2' if new_su else '1')],
                'saAmfSURank': [str(i)],
                'saAmfSUHostNodeOrNodeGroup': [host]}, known)
            for c in range(comps):
                new = side == 't' and self.ct_new and self.p(.4)
                comp = 'safComp=C%d,%s' % (c, su)
                self.put(side, comp, 'SaAmfComp',
                         {'saAmfCompType': ['safVersion=%s,safCompType=Ct'
                                            % ('2' if new else '1')]})
                if self.seed % 2:
                    self.put(side, 'safSupportedCsType=%s,%s' % (
                        imm.escape_dn('safVersion=1,safCSType=Cs'), comp),
                        'SaAmfCompCsType', {})
        return (su, ins, int_)

    def instance(self, app, sg, si, where, sus):
        mixed = self.mode == 'mixed'
        if mixed and self.p(.08) and len(where) == 2:
            where = self.r.choice('st')
        csi = self.r.randint(0, 2)
        ranked = self.some(sus, 0, 2) if sus else []
        a = {'saAmfSvcType': ['safVersion=1,safSvcType=Svc'],
             'saAmfSIProtectedbySG': [sg], 'saAmfSIRank': ['1']}
        for side in where:
            b = dict(a)
            if side == 't' and mixed and self.p(.1):
                b['saAmfSIRank'] = ['5']
                b['saAmfSIPrefActiveAssignments'] = ['2']
            self.put(side, si, 'SaAmfSI', b)
            for c in range(csi + (1 if side == 't' and mixed and self.p(.1)
                                  else 0)):
                self.put(side, 'safCsi=c%d,%s' % (c, si), 'SaAmfCSI',
                         {'saAmfCSType': ['safVersion=1,safCSType=Cs']})
            for n, (su, ins, int_) in enumerate(ranked):
                if ins if side == 's' else int_:
                    self.put(side, 'safRankedSu=%s,%s'
                             % (imm.escape_dn(su), si), 'SaAmfSIRankedSU',
                             {'saAmfRank': [str(n)]})

    # --- unknown classes ---

    def emit_unknown(self):
        r = self.r
        for i in range(r.randint(0, 6)):
            cls = r.choice(['SiteConfig', 'Site-Config.2'])
            parents = ['', 'safApp=safPlmService'] + [
                e.dn for e in self.ees]
            parent = r.choice(parents)
            dn = 'siteId=%s%s' % (self.fresh('u'),
                                  ',' + parent if parent else '')
            s = not parent or parent in self.src.objects
            t = not parent or parent in self.tgt.objects
            if self.mode != 'equal' and s and t:
                how = self.pick(('both', 5), ('add', 2), ('del', 2))
                s, t = how != 'add', how != 'del'
            base = self.unknown_attrs(self.src if s else self.tgt)
            other = base
            if self.mode != 'equal' and self.p(.5):
                other = self.unknown_attrs(self.tgt)
            if s:
                self.put('s', dn, cls, base)
            if t:
                if s and not all(v in self.tgt.objects for v in
                                 base.get('siteEE', [])):
                    other = dict(other)
                    other['siteEE'] = self.names(self.tgt)
                self.put('t', dn, cls, other)
            if s and t and self.p(.3):
                for side in 'st':
                    self.put(side, 'siteId=child\\,1,' + dn, cls,
                             {'note': ['below']})

    def names(self, model):
        pool = [d for d, o in model.objects.items()
                if o.cls in ('SaPlmEE', 'SaAmfNode', 'SaClmNode', 'SaAmfSU')]
        return self.some(pool, 1, 2) if pool else []

    def unknown_attrs(self, model):
        r = self.r
        a = {'note': [r.choice(['a', 'b', 'ä & "ö" <tag>', '',
                                ' blanks ', 'l1\nl2'])]}
        if self.p(.6):
            a['siteEE'] = self.names(model)
        if self.p(.4):
            a['numbers'] = [str(r.randint(0, 3)) for _ in range(3)]
        if self.p(.1):
            a['ghost'] = ['safEE=never,safDomain=nowhere']
        return a

    # --- the whole ---

    def class_defs(self):
        used = {o.cls for m in (self.src, self.tgt)
                for o in m.objects.values()}
        for cls in sorted(used):
            if cls in CLASSES:
                c = CLASSES[cls]
            elif cls == 'OtherRoot':
                c = ClassDef(cls, False, AttrDef('safApp', 'SA_STRING_T', 'I'),
                             [AttrDef('note', 'SA_STRING_T', 'W')])
            else:
                c = ClassDef(
                    cls, False, AttrDef('siteId', 'SA_STRING_T', 'I'),
                    [AttrDef('note', 'SA_STRING_T', 'W'),
                     AttrDef('siteEE', 'SA_NAME_T', 'MW'),
                     AttrDef('ghost', 'SA_NAME_T', 'W'),
                     AttrDef('seen', 'SA_UINT32_T', 'C', True),
                     AttrDef('numbers', 'SA_UINT32_T', 'MW')])
            for m in (self.src, self.tgt):
                m.classes[cls] = c

    def runtime_extra(self, o):
        """Attributes that must never count."""
        out = []
        if self.seed % 5 == 0:
            out.append(('SaImmAttrImplementerName',
                        [self.r.choice(['a', 'b'])]))
            out.append(('SaImmAttrClassName', [o.cls]))
        if o.cls == 'SaPlmEE' and self.p(.3):
            out.append(('saPlmEEPresenceState', [self.r.choice('123')]))
        if self.classes and o.cls.startswith('Site') and self.p(.5):
            out.append(('seen', [str(self.r.randint(1, 9))]))
        return out

    def judge(self):
        """Can every redundant service be kept? Else the pair may be
        refused."""
        ops = operations(self.src, self.tgt)
        s, t = System(self.src), System(self.tgt)
        group = {e.dn: e.group for e in self.ees}
        for si in sorted(s.si_sg):
            if si not in t.si_sg or not s.redundant(si):
                continue
            sure = set()
            for su in t.sg_sus.get(t.si_sg[si], []):
                ee = t.su_ee(su)
                if ee is None:
                    continue
                old = s.su_ee(su)
                if su in self.src.objects and (
                        old is None or group[old] != group[ee]):
                    continue
                if su in self.src.objects or ops[ee] == 'ADD':
                    sure.add(group[ee])
            if len(sure) < 2:
                self.reasons.append('service ' + si)
        for e in self.ees:
            if getattr(e, 'gains', False):
                self.reasons.append('gains a dependency: ' + e.dn)

    def run(self, outdir):
        self.platform()
        self.emit_platform()
        if self.p(.85):
            self.emit_services()
        self.emit_unknown()
        if self.classes:
            self.class_defs()
        if self.mode == 'equal':
            self.tgt.objects = {d: o.copy()
                                for d, o in self.src.objects.items()}
        self.judge()
        os.makedirs(outdir, exist_ok=True)
        mix = self.r if self.p(.3) else None
        for m, name in ((self.src, 'source'), (self.tgt, 'target')):
            order = sorted(m.objects, key=lambda d: len(imm.split_dn(d)))
            imm.write(m, os.path.join(outdir, name + '.xml'), order,
                      self.runtime_extra, mix)
        if not imm.differences(self.src, self.tgt):
            word = 'equal'
        else:
            word = 'may-refuse' if self.reasons else 'solvable'
        with open(os.path.join(outdir, 'expect'), 'w',
                  encoding='utf-8') as f:
            f.write('\n'.join([word] + self.reasons) + '\n')
        return word


def generate(seed, outdir):
    """Writes source.xml, target.xml and expect; returns the first word of
    expect: solvable, may-refuse or equal."""
    return Hard(seed).run(outdir)
