"""Large regular pairs: hosts with VMs that migrate, upgraded everywhere.

Every host is a hardware element with a host OS and a VMM; every VM has a CLM
node, an AMF node, an SU and a component; R replicas make an SG with one SI.
Replicas have different home hosts and each home is among the sponsors, so that
catching every VM at home is safe, but the lists are in random order, so that
taking the first sponsor is not. Whole SGs come and go, and every EE that stays
changes its type. Written object by object, from strings.

Of the arguments some may be absent: stay is the percentage of SGs whose VMs
do not change, home_first puts every VM's home first in its list, room writes a
policy by which so many VMs fit on a host, shift is the percentage of SGs whose
VMs have none of their sponsors any more in the target, but as many others,
racks says on how many racks the hosts are, one after the other.
"""
import os
import random

DOMAIN = 'safDomain=domain_1'
CLM = 'safCluster=myClmCluster'
AMF = 'safAmfCluster=myAmfCluster'
APP = 'safApp=Fleet'
SEC = 10 ** 9


def obj(cls, dn, *attrs):
    out = ['  <object class="%s">\n    <dn>%s</dn>\n' % (cls, dn)]
    for name, *values in attrs:
        out.append('    <attr>\n      <name>%s</name>\n' % name)
        for v in values:
            out.append('      <value>%s</value>\n' % v)
        out.append('    </attr>\n')
    out.append('  </object>\n')
    return ''.join(out)


def types(version, both, words=('HostOS', 'VMM', 'GuestOS')):
    """Types and bundles of one EE version; with both, AMF types too."""
    out = []
    for word in words:
        base = 'safEEType=%s,safApp=safPlmService' % word
        bundle = 'safSmfBundle=%s-%s,safApp=safSmfService' % (word, version)
        uri = '/opt/%s/%s/' % (word, version)
        if both:
            out.append(obj('SaPlmEEBaseType', base,
                           ('saPlmEetProduct', word)))
        out.append(obj('SaSmfSwBundle', bundle,
                       ('saSmfBundleDefaultCmdTimeout', 600 * SEC),
                       ('saSmfBundleInstallOnlineCmdUri', uri + 'in-on'),
                       ('saSmfBundleInstallOfflineCmdUri', uri + 'in-off'),
                       ('saSmfBundleInstallOfflineScope', 4),
                       ('saSmfBundleRemoveOnlineCmdUri', uri + 'rm-on'),
                       ('saSmfBundleRemoveOfflineCmdUri', uri + 'rm-off'),
                       ('saSmfBundleRemoveOfflineScope', 4)))
        out.append(obj('SaPlmEEType', 'safVersion=%s,%s' % (version, base),
                       ('saPlmEetDefInstantiateTimeout', 120 * SEC),
                       ('saPlmEetDefTerminateTimeout', 60 * SEC),
                       ('saPlmEetSwBundle', bundle)))
    if both:
        out.append(amf_types())
    return ''.join(out)


def amf_types():
    sgt = 'safVersion=1,safSgType=Fleet'
    return ''.join([
        obj('SaAmfAppBaseType', 'safAppType=Fleet'),
        obj('SaAmfAppType', 'safVersion=1,safAppType=Fleet',
            ('saAmfApptSGTypes', sgt)),
        obj('SaAmfSGBaseType', 'safSgType=Fleet'),
        obj('SaAmfSGType', sgt, ('saAmfSgtRedundancyModel', 1),
            ('saAmfSgtValidSuTypes', 'safVersion=1,safSuType=Fleet'),
            ('saAmfSgtDefAutoAdjustProb', SEC),
            ('saAmfSgtDefCompRestartProb', SEC),
            ('saAmfSgtDefCompRestartMax', 10),
            ('saAmfSgtDefSuRestartProb', SEC),
            ('saAmfSgtDefSuRestartMax', 10)),
        obj('SaAmfSUBaseType', 'safSuType=Fleet'),
        obj('SaAmfSUType', 'safVersion=1,safSuType=Fleet',
            ('saAmfSutIsExternal', 0), ('saAmfSutDefSUFailover', 1),
            ('saAmfSutProvidesSvcTypes', 'safVersion=1,safSvcType=Fleet')),
        obj('SaAmfCompBaseType', 'safCompType=Fleet'),
        obj('SaAmfCompType', 'safVersion=1,safCompType=Fleet',
            ('saAmfCtCompCategory', 1), ('saAmfCtDefRecoveryOnError', 2)),
        obj('SaAmfSvcBaseType', 'safSvcType=Fleet'),
        obj('SaAmfSvcType', 'safVersion=1,safSvcType=Fleet'),
        obj('SaAmfCSBaseType', 'safCSType=Fleet'),
        obj('SaAmfCSType', 'safVersion=1,safCSType=Fleet'),
        *[obj('SaAmfApplication', app,
              ('saAmfAppType', 'safVersion=1,safAppType=Fleet'))
          for app in (APP, 'safApp=safPlmService', 'safApp=safSmfService')]])


def common():
    return ''.join([
        obj('SaPlmDomain', DOMAIN, ('saPlmHEDeactivationPolicy', 1)),
        obj('SaPlmHEBaseType', 'safHEType=blade',
            ('saPlmHetHpiEntityType', 'PHYSICAL_SLOT')),
        obj('SaClmCluster', CLM),
        obj('SaAmfCluster', AMF, ('saAmfClusterStartupTimeout', SEC),
            ('saAmfClusterClmCluster', CLM))])


def vmm_dn(h):
    return 'safEE=VMM,safEE=HostOS,safHE=blade-%05d,%s' % (h, DOMAIN)


def host(h, version, racks=0):
    he = 'safHE=blade-%05d,%s' % (h, DOMAIN)
    os_ = 'safEE=HostOS,' + he
    return ''.join([
        obj('SaPlmHE', he, ('saPlmHEBaseHEType', 'safHEType=blade'),
            ('saPlmHEEntityPaths', '{RACK,%d}' % (h % racks) if racks else
             '{PHYSICAL_SLOT,%d}{RACK,%d}' % (h % 16, h // 16))),
        obj('SaPlmEE', os_, ('saPlmEEType', 'safVersion=%s,safEEType=HostOS,'
                             'safApp=safPlmService' % version)),
        obj('SaPlmEE', 'safEE=VMM,' + os_,
            ('saPlmEEType', 'safVersion=%s,safEEType=VMM,'
             'safApp=safPlmService' % version),
            ('saPlmEEInstantiateTimeout', 120 * SEC),
            ('saPlmEETerminateTimeout', 60 * SEC))])


def service(sg, vms, version):
    """One SG: its SI and its replicas, each (number, sponsor hosts)."""
    name = 'sg-%06d' % sg
    sgdn = 'safSg=%s,%s' % (name, APP)
    sidn = 'safSi=%s,%s' % (name, APP)
    out = [obj('SaAmfSG', sgdn,
               ('saAmfSGType', 'safVersion=1,safSgType=Fleet')),
           obj('SaAmfSI', sidn,
               ('saAmfSvcType', 'safVersion=1,safSvcType=Fleet'),
               ('saAmfSIProtectedbySG', sgdn)),
           obj('SaAmfCSI', 'safCsi=1,' + sidn,
               ('saAmfCSType', 'safVersion=1,safCSType=Fleet'))]
    for n, hosts in vms:
        ee = 'safEE=VM-%07d,%s' % (n, DOMAIN)
        clm = 'safNode=node-%07d,%s' % (n, CLM)
        amf = 'safAmfNode=node-%07d,%s' % (n, AMF)
        su = 'safSu=SU-%07d,%s' % (n, sgdn)
        out += [
            obj('SaPlmEE', ee,
                ('saPlmEEType', 'safVersion=%s,safEEType=GuestOS,'
                 'safApp=safPlmService' % version),
                ('saPlmEEInstantiateTimeout', 90 * SEC),
                ('saPlmEETerminateTimeout', 30 * SEC)),
            obj('SaPlmDependency', 'safDependency=MIG,' + ee,
                ('saPlmDepNames', *map(vmm_dn, hosts)),
                ('saPlmDepMinNumber', 1)),
            obj('SaClmNode', clm, ('saClmNodeEE', ee),
                ('saClmNodeDisableReboot', 0)),
            obj('SaAmfNode', amf, ('saAmfNodeClmNode', clm),
                ('saAmfNodeSuFailOverProb', 1200 * SEC),
                ('saAmfNodeSuFailoverMax', 2),
                ('saAmfNodeAutoRepair', 1)),
            obj('SaAmfSU', su,
                ('saAmfSUType', 'safVersion=1,safSuType=Fleet'),
                ('saAmfSUHostNodeOrNodeGroup', amf)),
            obj('SaAmfComp', 'safComp=server,' + su,
                ('saAmfCompType', 'safVersion=1,safCompType=Fleet'))]
    return ''.join(out)


POLICY = """# As many guests a host; one each.
resources: [guests]
capacity: [{match: "safEE=VMM,*", resources: {guests: %d}}]
demand: [{match: "safEE=VM-*", resources: {guests: 1}}]
"""


class Fleet:
    def __init__(self, a):
        self.a = a
        self.r = random.Random('fleet %d' % a.seed)
        self.r_ = max(1, min(a.redundancy, a.hosts))
        self.nsg = a.hosts * a.vms // self.r_
        self.removed = self.count(a.remove)
        self.added = self.count(a.add)

    def count(self, percent):
        return min(self.nsg, int(round(self.nsg * percent / 100.0)))

    def homes(self, sg):
        """Different hosts for the replicas of an SG, VMs spread evenly."""
        h, step = self.a.hosts, max(1, self.a.hosts // self.r_)
        return [(sg + sg // h + i * step) % h for i in range(self.r_)]

    def vms(self, sg):
        k = min(self.a.sponsors, self.a.hosts)
        out = []
        for i, home in enumerate(self.homes(sg)):
            hosts = [home]
            while len(hosts) < k:
                h = self.r.randrange(self.a.hosts)
                if h not in hosts:
                    hosts.append(h)
            if not getattr(self.a, 'home_first', False):
                self.r.shuffle(hosts)
            out.append((sg * self.r_ + i, hosts))
        return out

    def shifted(self, vms):
        """The same VMs with sponsors that they had not, if there are any."""
        all_ = range(self.a.hosts)
        return [(n, self.r.sample([h for h in all_ if h not in hosts],
                                  min(len(hosts), self.a.hosts - len(hosts)))
                 or hosts) for n, hosts in vms]

    def services(self):
        """Each as (number, its VMs, do they stay, do they go)."""
        stay = set(self.r.sample(range(self.nsg), self.count(
            getattr(self.a, 'stay', 0))))
        gone = set(self.r.sample(range(self.nsg), self.removed))
        for sg in range(self.nsg):
            yield sg, self.vms(sg), sg in stay, sg in gone

    def run(self, outdir):
        os.makedirs(outdir, exist_ok=True)
        s = open(os.path.join(outdir, 'source.xml'), 'w', encoding='utf-8',
                 buffering=1 << 20)
        t = open(os.path.join(outdir, 'target.xml'), 'w', encoding='utf-8',
                 buffering=1 << 20)
        head = ('<?xml version="1.0"?>\n<imm:IMM-contents xmlns:imm='
                '"http://www.saforum.org/IMMSchema">\n')
        for f, version in ((s, '1.0.0'), (t, '2.0.0')):
            f.write(head + common() + types(version, True))
            if self.count(getattr(self.a, 'stay', 0)) > 0 and f is t:
                f.write(types('1.0.0', False, ('GuestOS',)))
            for h in range(self.a.hosts):
                f.write(host(h, version, getattr(self.a, 'racks', 0)))
        shift = getattr(self.a, 'shift', 0)
        for sg, vms, stays, gone in self.services():
            s.write(service(sg, vms, '1.0.0'))
            if shift and self.r.randrange(100) < shift:
                vms = self.shifted(vms)
            if not gone:
                t.write(service(sg, vms, '1.0.0' if stays else '2.0.0'))
        for sg in range(self.nsg, self.nsg + self.added):
            t.write(service(sg, self.vms(sg), '2.0.0'))
        for f in (s, t):
            f.write('</imm:IMM-contents>\n')
            f.close()
        if getattr(self.a, 'room', 0):
            with open(os.path.join(outdir, 'policy.yaml'), 'w') as f:
                f.write(POLICY % self.a.room)
        with open(os.path.join(outdir, 'expect'), 'w') as f:
            f.write('solvable\n')
        return 'solvable'


def generate(a):
    return Fleet(a).run(a.outdir)
