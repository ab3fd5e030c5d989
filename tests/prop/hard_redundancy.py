"""What makes the services of a hard pair hard: redundancy models and limits,
several SIs a group, SIs that depend on each other, units placed by node groups
of one node, accepted outages. Drawn apart, so that the rest stays as it is."""
import os
import random

import imm

SEC = 10 ** 9


class RedundancyMaker:
    def emit_redundancy(self):
        r = random.Random('redundancy %d' % self.seed)
        if r.random() < .35 or 'safSgType=Sg' not in self.src.objects:
            return
        for v in '12345':
            a = dict(self.src.objects['safVersion=1,safSgType=Sg'].attrs,
                     saAmfSgtRedundancyModel=[v])
            self.put_both('safVersion=model-%s,safSgType=Sg' % v,
                          'SaAmfSGType', a)
        for sg in self.named('SaAmfSG'):
            self.model_of(r, sg)
            for i in range(r.choice([0, 0, 1, 2, 3])):
                self.one_more(r, sg, i)
        for i, su in enumerate(self.named('SaAmfSU')):
            if r.random() < .15:
                self.by_one_node(r, su, i)
        self.depend(r)

    def named(self, cls):
        return list(dict.fromkeys(
            d for m in (self.src, self.tgt) for d, o in m.objects.items()
            if o.cls == cls))

    def sides(self, dn):
        return [side for side, m in (('s', self.src), ('t', self.tgt))
                if dn in m.objects]

    def change(self, dn, **attrs):
        """The same new values wherever the object is."""
        for m in (self.src, self.tgt):
            if dn in m.objects:
                m.objects[dn].attrs.update(attrs)

    def model_of(self, r, sg):
        if r.random() < .3:
            return
        self.change(sg, saAmfSGType=['safVersion=model-%s,safSgType=Sg'
                                     % r.choice('123455')])
        most = r.choice([None, 0, 1, 1, 2])
        if most is not None:
            self.change(sg, saAmfSGMaxActiveSIsperSU=[str(most)])

    def one_more(self, r, sg, i):
        app = imm.parent_dn(sg)
        si = 'safSi=more-%d-%s,%s' % (i, imm.rdn_value(sg), app)
        sides = self.sides(sg)
        if self.mode == 'mixed' and len(sides) == 2 and r.random() < .1:
            sides = [r.choice(sides)]
        for side in sides:
            self.put(side, si, 'SaAmfSI', {
                'saAmfSvcType': ['safVersion=1,safSvcType=Svc'],
                'saAmfSIProtectedbySG': [sg],
                'saAmfSIPrefActiveAssignments': [str(i + 1)]})

    def by_one_node(self, r, su, i):
        """The unit names a group in place of its node."""
        sides = self.sides(su)
        models = [{'s': self.src, 't': self.tgt}[x] for x in sides]
        hosts = {m.objects[su].get('saAmfSUHostNodeOrNodeGroup')
                 for m in models}
        if len(hosts) != 1:
            return
        host = hosts.pop()
        if any(m.objects.get(host or '') is None or
               m.objects[host].cls != 'SaAmfNode' for m in models):
            return
        group = 'safAmfNodeGroup=only-%d,%s' % (i, self.cluster)
        for side, m in zip(sides, models):
            nodes = [host]
            if side == 't' and self.mode == 'mixed' and r.random() < .15:
                nodes += [n for n, o in m.objects.items()
                          if o.cls == 'SaAmfNode' and n != host][:1]
            self.put(side, group, 'SaAmfNodeGroup',
                     {'saAmfNGNodeList': nodes})
        by_sg = r.random() < .3
        for m in models:
            if by_sg:
                del m.objects[su].attrs['saAmfSUHostNodeOrNodeGroup']
                m.objects[imm.parent_dn(su)].attrs[
                    'saAmfSGSuHostNodeGroup'] = [group]
            else:
                m.objects[su].attrs['saAmfSUHostNodeOrNodeGroup'] = [group]

    def depend(self, r):
        """Later SIs depend on earlier ones, so that there is no circle."""
        sis = self.named('SaAmfSI')
        for i, si in enumerate(sis):
            if i == 0 or r.random() < .5:
                continue
            to = r.choice(sis[:i])
            dn = 'safDepend=%s,%s' % (imm.escape_dn(to), si)
            sides = [x for x in self.sides(si) if x in self.sides(to)]
            if self.mode == 'mixed' and len(sides) == 2 and r.random() < .3:
                sides = [r.choice(sides)]
            if self.sides(dn):
                continue
            for side in sides:
                self.put(side, dn, 'SaAmfSIDependency', {
                    'saAmfToleranceTime': [str(r.choice([0, 5]) * SEC)]})

    def write_policy(self, folder):
        """Some pairs come with accepted outages."""
        r = random.Random('policy %d' % self.seed)
        path = os.path.join(folder, 'policy.yaml')
        sis = [d for d in self.named('SaAmfSI')]
        if not sis or r.random() < .75:
            return
        few = sorted(r.sample(sis, min(len(sis), r.randint(1, 3))))
        with open(path, 'w', encoding='utf-8') as f:
            f.write('outages:\n  accept:\n')
            for si in few:
                f.write("    - '%s'\n" % si.replace("'", "''"))
