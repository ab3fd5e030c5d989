"""The services of a hard pair: nodes, groups, SUs, SIs, AMF types."""
import imm

SEC = 10 ** 9


class ServiceMaker:
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
        self.apart = [[self.emit_node(e if e.on('s') else None,
                                      e if e.on('t') else None)
                       for e in vms] for vms in self.overlaps]
        self.emit_node_groups()
        self.emit_amf_types()
        least = 1 if self.apart else 0
        for a in range(r.randint(least, 2) if self.nodes or least else 0):
            self.application(a)

    def emit_nodes(self):
        mixed = self.mode == 'mixed'
        free = [e for e in self.ees if e.layer in ('mig', 'bound') or
                not any(x.parent is e for x in self.ees)]
        free = [e for e in free if not any(e in o for o in self.overlaps)]
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
            if s or t:
                self.nodes.append(self.emit_node(s, t))

    def emit_node(self, s, t):
        """A CLM node and its AMF node, on one EE in the source and maybe on
        another in the target."""
        n = self.fresh('node')
        clm = 'safNode=%s,%s' % (n, self.clm)
        amf = 'safAmfNode=%s,%s' % (n, self.cluster)
        extra = {'saAmfNodeSuFailOverProb': [str(12 * SEC)],
                 'saAmfNodeSuFailoverMax': ['2']}
        more = dict(extra)
        if self.mode == 'mixed' and self.p(.1):
            more['saAmfNodeSuFailoverMax'] = ['3']
        for side, ee, a in (('s', s, extra), ('t', t, more)):
            if ee:
                self.put(side, clm, 'SaClmNode', {'saClmNodeEE': [ee.dn]})
                self.put(side, amf, 'SaAmfNode',
                         dict(a, saAmfNodeClmNode=[clm]))
                self.installed(side, amf, ee)
        return (amf, s, t, (s or t).group,
                bool(s and t) or (t and t.op == 'ADD'))

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
        if not self.nodes and not self.apart:
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
        if self.apart:
            chosen = self.apart.pop()
        elif wild:
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
        others = [d for d in self.src.objects if d.startswith('safSi=') and
                  d in self.tgt.objects and imm.parent_dn(d) == app]
        depends = others[0] if others and self.p(.3) else None
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
            if depends and (side == 's' or self.mode != 'mixed' or
                            self.p(.8)):
                self.put(side, 'safDepend=%s,%s' % (imm.escape_dn(depends),
                                                    si),
                         'SaAmfSIDependency', {'saAmfToleranceTime': ['0']})
            for n, (su, ins, int_) in enumerate(ranked):
                if ins if side == 's' else int_:
                    self.put(side, 'safRankedSu=%s,%s'
                             % (imm.escape_dn(su), si), 'SaAmfSIRankedSU',
                             {'saAmfRank': [str(n)]})
