"""What a model means: execution environments, sponsors, services.

Answers the questions of the model language (what is a migratable VM, what
stands on what, where is a service) for the generator and the checker. Written
from the design alone; shares nothing with the compiler.
"""
import fnmatch

import imm


class System:
    """A model seen as hardware, execution environments and services. It is a
    snapshot: make a new one after the model has changed."""

    def __init__(self, model, level=None):
        self.model, self.level = model, level
        by = {}
        for o in model.objects.values():
            by.setdefault(o.cls, []).append(o)
        self.by = by
        self.ees = {o.dn: o for o in by.get('SaPlmEE', [])}
        self.hes = {o.dn: o for o in by.get('SaPlmHE', [])}
        self.domains = [o.dn for o in by.get('SaPlmDomain', [])]
        self.container = {}  # EE: the EE that contains it, or None
        for dn in self.ees:
            self.container[dn] = next(
                (a for a in imm.ancestors(dn) if a in self.ees), None)
        self.deps = {}  # EE: its dependencies that name an EE
        for o in by.get('SaPlmDependency', []):
            ee = imm.parent_dn(o.dn)
            if ee in self.ees and any(n in self.ees
                                      for n in o.all('saPlmDepNames')):
                self.deps.setdefault(ee, []).append(o)
        self.vm_config = {o.get('saPlmEE') for o in
                          by.get('OpenSafPlmVirtualMachineConfig', [])}
        self.vmm_config = {
            o.get('saPlmEE') for o in
            by.get('OpenSafPlmVirtualMachineMonitorConfig', [])}
        self._services()

    # --- platform ---

    def migratable(self, ee):
        return (ee in self.deps and imm.parent_dn(ee) in self.domains and
                (not self.vm_config or ee in self.vm_config))

    def sponsors(self, ee):
        """The EEs a migratable VM may stand on, in order."""
        out = []
        for d in self.deps.get(ee, []):
            out += [n for n in d.all('saPlmDepNames') if n in self.ees]
        return out

    def min_number(self, dep):
        v = dep.get('saPlmDepMinNumber')
        try:
            return int(v)
        except (TypeError, ValueError):
            return 1

    def fault_domains(self, ee, seen=()):
        """Where an EE can fail together with others: the outermost hardware
        element, else the lowest EE; of a migratable VM those of its
        sponsors."""
        if self.migratable(ee) and ee not in seen:
            out = set()
            for s in self.sponsors(ee):
                out |= self.fault_domains(s, tuple(seen) + (ee,))
            return out
        if self.level and self.on_level(ee) is not None:
            return {self.on_level(ee)}
        top = ee
        for a in imm.ancestors(ee):
            if a in self.hes:
                top = a
            elif a in self.ees and top not in self.hes:
                top = a
        return {top}

    def on_level(self, ee):
        """The domain of an EE on a level of the policy, or None."""
        for a in [ee] + list(imm.ancestors(ee)):
            o = self.hes.get(a) or self.ees.get(a)
            if o is None or not fnmatch.fnmatchcase(
                    a, self.level.get('element', '*')):
                continue
            type_ = o.get('saPlmHEBaseHEType' if a in self.hes else
                          'saPlmEEType')
            if 'type' in self.level and not fnmatch.fnmatchcase(
                    type_ or '', self.level['type']):
                continue
            if 'attribute' not in self.level:
                return a
            if o.get(self.level['attribute']) is not None:
                return o.get(self.level['attribute'])
        return None

    # --- services ---

    def _services(self):
        m = self.model.objects
        self.node_ee = {}  # AMF node: EE
        for o in self.by.get('SaAmfNode', []):
            clm = m.get(o.get('saAmfNodeClmNode') or '')
            ee = clm.get('saClmNodeEE') if clm is not None else None
            if ee in self.ees:
                self.node_ee[o.dn] = ee
        self.su_node = {}  # SU: AMF node, only where it is known
        self.by_group = {}  # SU placed by a node group: its only node
        for o in self.by.get('SaAmfSU', []):
            host = o.get('saAmfSUHostNodeOrNodeGroup')
            h = m.get(host or '')
            if h is not None and h.cls == 'SaAmfNode':
                self.su_node[o.dn] = host
            elif o.hosted_by in m:
                self.su_node[o.dn] = o.hosted_by
            else:
                self.by_group[o.dn] = self.only_node(o)
        self.sg_sus = {}
        for o in self.by.get('SaAmfSU', []):
            self.sg_sus.setdefault(imm.parent_dn(o.dn), []).append(o.dn)
        self.si_sg = {o.dn: o.get('saAmfSIProtectedbySG')
                      for o in self.by.get('SaAmfSI', [])}

    def only_node(self, su):
        """The node of the node group of an SU, or of its SG, if it has only
        one."""
        m = self.model.objects
        group = su.get('saAmfSUHostNodeOrNodeGroup')
        sg = m.get(imm.parent_dn(su.dn) or '')
        if group is None and sg is not None:
            group = sg.get('saAmfSGSuHostNodeGroup')
        g = m.get(group or '')
        if g is None or g.cls != 'SaAmfNodeGroup':
            return None
        nodes = g.all('saAmfNGNodeList')
        node = m.get(nodes[0]) if len(nodes) == 1 else None
        return node.dn if node is not None and \
            node.cls == 'SaAmfNode' else None

    def su_ee(self, su):
        """The EE an SU is placed on, or None."""
        return self.node_ee.get(self.su_node.get(su, ''))

    def sponsor_of(self, dependency):
        """The SI that a SaAmfSIDependency depends on, by name."""
        return imm.unescape_dn(imm.rdn_value(dependency))

    def si_deps(self, si):
        """Dependencies below an SI: DN and sponsor."""
        return [(o.dn, self.sponsor_of(o.dn))
                for o in self.by.get('SaAmfSIDependency', [])
                if imm.parent_dn(o.dn) == si]

    # --- redundancy ---

    def per_unit(self, sg):
        """How many SIs one SU of the SG can be active for; None: all."""
        m = self.model.objects
        o = m.get(sg)
        t = m.get(o.get('saAmfSGType') or '') if o is not None else None
        model = int(t.get('saAmfSgtRedundancyModel') or 0) if t else 0
        if model in (2, 3, 4):
            return int(o.get('saAmfSGMaxActiveSIsperSU') or 0) or None
        return 1 if model == 5 else None

    def survivors(self, sg):
        """SUs of the SG that are left whichever fault domain fails, at
        best."""
        ees = [self.su_ee(su) for su in self.sg_sus.get(sg, [])]
        ees = [e for e in ees if e is not None]
        sets = [self.fault_domains(e) for e in ees]
        all_ = set().union(*sets) if sets else set()
        if not all_:
            return 0
        loss = [-(-len(ees) // len(all_))]
        loss += [ees.count(e) for e in set(ees)]
        loss += [sets.count({d}) for d in all_]
        return len(ees) - max(loss)


def settle_groups(src, tgt):
    """No SU moves because its node group changes: where both systems place one
    by a group they must agree, or its node is not known."""
    for su in set(src.by_group) | set(tgt.by_group):
        a, b = src.by_group.get(su), tgt.by_group.get(su)
        if su in src.by_group and su in tgt.by_group and a != b:
            continue
        for x, node in ((src, a), (tgt, b)):
            if node is not None:
                x.su_node[su] = node


class Promises:
    """What a campaign must keep up: by SG the SUs it takes to have all its SIs
    up (wanted) and how many of these can be kept up (least), and which SIs are
    safe: never down, for nothing they depend on is."""

    def __init__(self, src, tgt):
        self.s, self.t = src, tgt
        self.sg = {}  # counted SI: its SG in the source
        for si, sg in src.si_sg.items():
            if si in tgt.si_sg and sg is not None and any(
                    tgt.su_ee(su) for su in
                    tgt.sg_sus.get(tgt.si_sg[si], [])):
                self.sg[si] = sg
        self.wanted, self.least = {}, {}
        for sg in set(self.sg.values()):
            k, each = list(self.sg.values()).count(sg), src.per_unit(sg)
            self.wanted[sg] = 1 if each is None else -(-k // each)
            self.least[sg] = min(self.wanted[sg], src.survivors(sg))
        # SGs that have too few SUs where nothing is changed
        self.lacking = {sg for sg, n in self.wanted.items() if any(
            sum(x.su_ee(su) is not None for su in x.sg_sus.get(sg, [])) < n
            for x in (src, tgt))}
        # SIs of which too little is known to say when they are down
        self.blind = {si for si, sg in src.si_sg.items()
                      if (si in tgt.si_sg and si not in self.sg) or not any(
                          src.su_ee(su) for su in src.sg_sus.get(sg, []))}
        self.deps = {}  # SI: those it depends on in both systems
        for o in src.by.get('SaAmfSIDependency', []):
            t = tgt.model.objects.get(o.dn)
            if t is not None and t.cls == o.cls:
                self.deps.setdefault(imm.parent_dn(o.dn), []).append(
                    src.sponsor_of(o.dn))
        self.safe = {si for si in self.sg if self.is_safe(si, ())}

    def is_safe(self, si, seen):
        if si not in self.sg:
            return False
        sg = self.sg[si]
        return self.least[sg] == self.wanted[sg] and all(
            self.is_safe(x, seen + (si,)) for x in self.deps.get(si, [])
            if x in self.s.si_sg and x not in self.blind and
            x not in seen and x != si)

    def watched(self):
        return {si for si, sg in self.sg.items() if self.least[sg] > 0}


def operations(src, tgt):
    """ADD, REMOVE, MODIFY or NO_OPERATION for every EE of two models."""
    out = {}
    for dn, o in src.objects.items():
        if o.cls != 'SaPlmEE':
            continue
        t = tgt.objects.get(dn)
        if t is None or t.cls != o.cls:
            out[dn] = 'REMOVE'
        else:
            out[dn] = 'NO_OPERATION' if o.same(t) else 'MODIFY'
    for dn, o in tgt.objects.items():
        if o.cls == 'SaPlmEE' and dn not in out:
            out[dn] = 'ADD'
    return out
