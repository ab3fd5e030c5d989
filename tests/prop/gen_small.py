"""Small pairs that are hard on services: a few hosts, in chassis or not, with
VMs whose sponsor lists overlap at random; groups of every redundancy model,
with limits; SIs that depend on each other. All EEs change, so that which VMs
go down together is decided by catching alone, and often goes wrong if nobody
looks."""
import os
import random

import imm

DOMAIN = 'safDomain=d'
CLM, AMF, APP = 'safCluster=c', 'safAmfCluster=a', 'safApp=x'
SEC = 10 ** 9


class Small:
    def __init__(self, seed):
        self.r = random.Random('small %d' % seed)
        self.m = [imm.Model(), imm.Model()]
        self.nodes = []

    def both(self, dn, cls, **attrs):
        for m in self.m:
            m.add(dn, cls, **attrs)

    def ee(self, dn, kind):
        for v, m in enumerate(self.m, 1):
            m.add(dn, 'SaPlmEE', saPlmEEType='safVersion=%d,safEEType=%s'
                  % (v, kind))

    def platform(self):
        r = self.r
        self.both(DOMAIN, 'SaPlmDomain')
        self.both('safHEType=h', 'SaPlmHEBaseType', saPlmHetHpiEntityType='h')
        for kind in ('os', 'vm'):
            self.both('safEEType=' + kind, 'SaPlmEEBaseType',
                      saPlmEetProduct=kind)
            for v, m in enumerate(self.m, 1):
                m.add('safVersion=%d,safEEType=%s' % (v, kind), 'SaPlmEEType')
        chassis = r.random() < .5
        hosts = []
        for h in range(r.randint(2, 5)):
            he = DOMAIN
            if chassis:
                he = 'safHE=chassis%d,%s' % (h // 2, DOMAIN)
                if he not in self.m[0].objects:
                    self.both(he, 'SaPlmHE', saPlmHEBaseHEType='safHEType=h')
            he = 'safHE=blade%d,%s' % (h, he)
            self.both(he, 'SaPlmHE', saPlmHEBaseHEType='safHEType=h',
                      site='s%d' % (h % 2))
            hosts.append('safEE=os,' + he)
            self.ee(hosts[-1], 'os')
        self.both(CLM, 'SaClmCluster')
        self.both(AMF, 'SaAmfCluster', saAmfClusterClmCluster=CLM)
        for n in range(r.randint(4, 9)):
            vm = 'safEE=vm%d,%s' % (n, DOMAIN)
            self.ee(vm, 'vm')
            on = r.sample(hosts, r.randint(1, len(hosts)))
            if hosts[0] in on and r.random() < .7:
                # the first of many lists: taken by whoever does not look
                on.sort(key=lambda h: h != hosts[0])
            self.both('safDependency=m,' + vm, 'SaPlmDependency',
                      saPlmDepNames=on, saPlmDepMinNumber=1)
            self.node(n, vm)
        for n, host in enumerate(hosts):
            if r.random() < .4:
                self.node(100 + n, host)

    def node(self, n, ee):
        self.both('safNode=n%d,%s' % (n, CLM), 'SaClmNode', saClmNodeEE=ee)
        self.nodes.append('safAmfNode=n%d,%s' % (n, AMF))
        self.both(self.nodes[-1], 'SaAmfNode',
                  saAmfNodeClmNode='safNode=n%d,%s' % (n, CLM))

    def services(self):
        r = self.r
        for i in '12345':
            self.both('safVersion=%s,safSgType=t' % i, 'SaAmfSGType',
                      saAmfSgtRedundancyModel=i)
        sis = []
        for g in range(r.randint(2, 4)):
            sg = 'safSg=g%d,%s' % (g, APP)
            a = {'saAmfSGType': 'safVersion=%s,safSgType=t'
                 % r.choice('12345')}
            if r.random() < .7:
                a['saAmfSGMaxActiveSIsperSU'] = r.choice([0, 1, 1, 2])
            self.both(sg, 'SaAmfSG', **a)
            for u in range(r.randint(1, 6)):
                self.unit(sg, u)
            for i in range(r.choice([1, 2, 3, 4])):
                sis.append('safSi=i%d-%d,%s' % (g, i, APP))
                self.both(sis[-1], 'SaAmfSI', saAmfSIProtectedbySG=sg)
        for i, si in enumerate(sis):
            if i and r.random() < .6:
                self.both('safDepend=%s,%s' % (imm.escape_dn(
                    r.choice(sis[:i])), si), 'SaAmfSIDependency',
                    saAmfToleranceTime=r.choice([0, 5 * SEC]))
        self.sis = sis

    def unit(self, sg, u):
        host = self.r.choice(self.nodes)
        if self.r.random() < .25:
            group = 'safAmfNodeGroup=%s,%s' % (imm.rdn_value(host), AMF)
            if group not in self.m[0].objects:
                self.both(group, 'SaAmfNodeGroup', saAmfNGNodeList=[host])
            host = group
        self.both('safSu=u%d,%s' % (u, sg), 'SaAmfSU',
                  saAmfSUHostNodeOrNodeGroup=host)

    def run(self, outdir):
        self.platform()
        self.services()
        for m, name in zip(self.m, ('source', 'target')):
            imm.write(m, os.path.join(outdir, name + '.xml'))


# The lowest level of fault domains, as a policy may say it.
LEVELS = ({'element': 'safHE=blade*'}, {'element': 'safHE=chassis*'},
          {'type': 'safHEType=h'}, {'attribute': 'site'},
          {'element': 'safEE=os,*'}, {'element': '*', 'attribute': 'site',
                                      'type': 'safHEType=?'})


def generate(seed, outdir):
    """Writes source.xml and target.xml; the SIs."""
    s = Small(seed)
    s.run(outdir)
    return s.sis
