"""Pairs of models whose virtual machines become others while they run, with
the policy that says how: a few hosts of two makes, of which some come, go or
get a new version; machines of a few classes, some of which change theirs;
services with a unit on two or three of them. Templates come in all shapes, and
are right for the types they are for. The policy is also kept as data."""
import json
import random

import imm

DOMAIN = 'safDomain=d'
CLM, AMF, APP = 'safCluster=c', 'safAmfCluster=a', 'safApp=x'
RESOURCES = ['vcpu', 'memory', 'disk']
FEATURES = ['video', 'sound', 'tpm', 'avx']
WAYS = ['none', 'live', 'save-and-restore']


def guest(name):
    return 'safVersion=%s,safEEType=guest' % name


class Pair:
    def __init__(self, seed):
        self.r = random.Random('morph %d' % seed)
        self.m = [imm.Model(), imm.Model()]
        self.policy = {'resources': RESOURCES, 'classes': [],
                       'capacity': [], 'templates': []}
        self.change = {}  # DN of a machine: (from, to)

    def both(self, dn, cls, **attrs):
        for m in self.m:
            m.add(dn, cls, **attrs)

    def types(self):
        r = self.r
        self.both(DOMAIN, 'SaPlmDomain')
        for n in ('os', 'guest'):
            self.both('safEEType=' + n, 'SaPlmEEBaseType')
        for v in '12':
            self.both('safVersion=%s,safEEType=os' % v, 'SaPlmEEType')
        self.classes = ['c%d' % i for i in range(r.randint(2, 5))]
        for c in self.classes:
            self.both(guest(c), 'SaPlmEEType')
            self.policy['classes'].append({
                'type': guest(c),
                'resources': {k: r.randint(1, 4) for k in RESOURCES},
                'features': r.sample(FEATURES, r.randint(0, 3))})

    def hosts(self):
        r = self.r
        self.host = [[], []]
        for i in range(r.randint(2, 5)):
            dn = 'safEE=h%d,%s' % (i, DOMAIN)
            fate = r.choice(['stays', 'stays', 'changes', 'comes', 'goes']) \
                if i > 1 else r.choice(['stays', 'changes'])
            for v, m in enumerate(self.m):
                if (fate, v) in (('comes', 0), ('goes', 1)):
                    continue
                m.add(dn, 'SaPlmEE', saPlmEEType='safVersion=%d,safEEType=os'
                      % (v + 1 if fate == 'changes' else 1))
                self.host[v].append(dn)
            self.policy['capacity'].append({
                'match': dn, 'resources': {
                    k: r.choice([8, 16, 60, 60, 60])
                    for k in r.sample(RESOURCES, r.randint(0, 3))}})
        self.policy['capacity'] = [c for c in self.policy['capacity']
                                   if c['resources']]

    def machines(self):
        r = self.r
        self.both(CLM, 'SaClmCluster')
        self.both(AMF, 'SaAmfCluster', saAmfClusterClmCluster=CLM)
        self.vm = []
        for i in range(r.randint(2, 7)):
            dn = 'safEE=%s%d,%s' % (r.choice(['web', 'db']), i, DOMAIN)
            a = r.choice(self.classes)
            b = r.choice(self.classes) if r.random() < .7 else a
            if a != b:
                self.change[dn] = (guest(a), guest(b))
            lists = [r.sample(h, r.randint(1, len(h))) for h in self.host]
            if r.random() < .5:
                stay = [h for h in lists[0] if h in self.host[1]]
                lists[1] = stay or lists[1]
            if not set(lists[0]) & set(lists[1]):
                lists[1] += [h for h in lists[0] if h in self.host[1]][:1]
            for v, m in enumerate(self.m):
                m.add(dn, 'SaPlmEE', saPlmEEType=guest((a, b)[v]))
                m.add('safDepend=s,' + dn, 'SaPlmDependency',
                      saPlmDepNames=lists[v], saPlmDepMinNumber='1')
            self.both('safNode=n%d,%s' % (i, CLM), 'SaClmNode',
                      saClmNodeEE=dn)
            self.both('safAmfNode=n%d,%s' % (i, AMF), 'SaAmfNode',
                      saAmfNodeClmNode='safNode=n%d,%s' % (i, CLM))
            self.vm.append(i)

    def services(self):
        r = self.r
        self.both(APP, 'SaAmfApplication')
        for i in range(r.randint(0, 3)):
            sg = 'safSg=g%d,%s' % (i, APP)
            self.both(sg, 'SaAmfSG')
            self.both('safSi=s%d,%s' % (i, APP), 'SaAmfSI',
                      saAmfSIProtectedbySG=sg)
            for n in r.sample(self.vm, min(len(self.vm), r.randint(1, 3))):
                self.both('safSu=u%d,%s' % (n, sg), 'SaAmfSU',
                          saAmfSUHostNodeOrNodeGroup='safAmfNode=n%d,%s'
                          % (n, AMF))

    def template(self, i, match, a, b):
        r = self.r
        x, y = (next(c for c in self.policy['classes'] if c['type'] == t)
                for t in (a, b))
        new = [f for f in y['features'] if f not in x['features']]
        t = {'name': 't%d' % i, 'match': match, 'from': a, 'to': b,
             'hot-unplug': [k for k in RESOURCES if
                            y['resources'][k] < x['resources'][k]],
             'hot-plug': [k for k in RESOURCES if
                          y['resources'][k] > x['resources'][k]],
             'emulate': r.sample(y['features'], r.randint(
                 0, len(y['features']))),
             'migration': r.choice(WAYS)}
        cut = r.randint(0, len(new))
        t['expose'], t['hide'] = new[:cut], new[cut:]
        t['augment'] = r.sample(['p', 'q'], r.randint(0, 2))
        t['augment-for-now'] = r.sample(['x', 'y'], r.randint(0, 2))
        for p in ('pre', 'mid', 'post'):
            if r.random() < .4:
                t[p + '-migration'] = ['/bin/do', p]
                t['undo-%s-migration' % p] = r.choice([['/bin/undo'], []])
        t['call'] = [p + '-migration' for p in ('pre', 'mid', 'post')
                     if r.random() < .3]
        for k in list(t):
            if t[k] == [] and not k.startswith('undo') and r.random() < .5:
                del t[k]
        return t

    def templates(self):
        """Most machines that change have one, some by a pattern."""
        r = self.r
        for dn, (a, b) in sorted(self.change.items()):
            if r.random() < .15:
                continue
            match = r.choice([dn, dn, 'safEE=%s*' % imm.rdn_value(dn)[:2]])
            self.policy['templates'].append(self.template(
                len(self.policy['templates']), match, a, b))
        self.policy['callbacks'] = [{'label': 'morph:*', 'answer': 'ignore'}]


def make(seed, folder):
    p = Pair(seed)
    p.types()
    p.hosts()
    p.machines()
    p.services()
    p.templates()
    imm.write(p.m[0], folder + '/source.xml')
    imm.write(p.m[1], folder + '/target.xml')
    with open(folder + '/policy.yaml', 'w') as f:
        json.dump(p.policy, f, indent=1)
    return p
