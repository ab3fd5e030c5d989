"""What a model means: execution environments, sponsors, services.

Answers the questions of the model language (what is a migratable VM, what
stands on what, where is a service) for the generator and the checker. Written
from the design alone; shares nothing with the compiler.
"""
import imm


class System:
    """A model seen as hardware, execution environments and services. It is a
    snapshot: make a new one after the model has changed."""

    def __init__(self, model):
        self.model = model
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
        top = ee
        for a in imm.ancestors(ee):
            if a in self.hes:
                top = a
            elif a in self.ees and top not in self.hes:
                top = a
        return {top}

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
        for o in self.by.get('SaAmfSU', []):
            host = o.get('saAmfSUHostNodeOrNodeGroup')
            h = m.get(host or '')
            if h is not None and h.cls == 'SaAmfNode':
                self.su_node[o.dn] = host
            elif o.hosted_by in m:
                self.su_node[o.dn] = o.hosted_by
        self.sg_sus = {}
        for o in self.by.get('SaAmfSU', []):
            self.sg_sus.setdefault(imm.parent_dn(o.dn), []).append(o.dn)
        self.si_sg = {o.dn: o.get('saAmfSIProtectedbySG')
                      for o in self.by.get('SaAmfSI', [])}

    def su_ee(self, su):
        """The EE an SU is placed on, or None."""
        return self.node_ee.get(self.su_node.get(su, ''))

    def redundant(self, si):
        """Can two SUs of the SI stand in different fault domains?"""
        sets = []
        for su in self.sg_sus.get(self.si_sg.get(si), []):
            ee = self.su_ee(su)
            if ee is not None:
                sets.append(self.fault_domains(ee))
        for i, a in enumerate(sets):
            for b in sets[i + 1:]:
                if len(a | b) > 1:
                    return True
        return False


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
