"""R1: what hypervisors say of real machines is what advice is made of."""
import json
import subprocess
import time

from site_of import Site, VMS
from tools import check

CLASSES = '''resources: [cpu, memory, network, storage]
classes:
  - {type: "safVersion=1,safEEType=guest", price: 9, resources: {cpu: 2, memory: 512}}
  - {type: "safVersion=2,safEEType=guest", price: 5, resources: {cpu: 1, memory: 128}}
advise:
  - {history: 2s, percentile: 100, headroom: 0}
'''


def case_advice_from_domstats(bed):
    """Twice what `virsh domstats` says of both hosts, as the manual has it."""
    site = Site(bed)
    site.write('classes.yaml', CLASSES)
    for _ in range(4):
        text = 'time=%.3f\n' % time.time()
        for host in bed.hosts:
            text += subprocess.run(
                ['virsh', '-c', host.uri, 'domstats'], check=True,
                capture_output=True, text=True).stdout
        with open(bed.path('metrics'), 'a') as f:
            f.write(text)
        time.sleep(1)
    site.tool('campgen', 0, 'advise', 'source.yaml', '--metrics=metrics',
              '-p', 'classes.yaml', '--report=report.json', '-o',
              'advised.yaml')
    uses = {}
    vm = None
    for s in json.loads(site.read('report.json'))['statements']:
        vm = s.get('vm', vm)
        if s['kind'] == 'use':
            uses[vm, s['resource']] = s
    check(uses, site.read('report.json'))
    for name in VMS:
        dn = 'safEE=%s,safDomain=site' % name
        cpu, memory = uses[dn, 'cpu'], uses[dn, 'memory']
        check(cpu['measurements'] == 3, cpu)  # from one time to the next
        check(0 <= float(cpu['use']) < 2, cpu)
        check(memory['measurements'] == 4, memory)
        check(0 < float(memory['use']) <= 512, memory)
