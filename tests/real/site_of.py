"""A site on the bed: two hosts and four virtual machines, models of it, a
policy, and campaigns that really run. site/*.in are the models, with @...@ for
what differs from place to place."""
import os
import shutil
import signal
import subprocess

from bed import SHAPE
from tools import BUILD, HERE, Failure, check, wait_until

LIMIT = 120  # seconds for a command of camprun
VMS = ('vm1', 'vm2', 'vm3', 'vm4')
HOME = {'vm1': 'a', 'vm2': 'b', 'vm3': 'a', 'vm4': 'b'}

# What brings software to hosts and machines; the words of the policy below.
SOFTWARE = '''cd %(folder)s || exit 1
[ ! -e refuse-$2 ] || [ "${3%%-2}" = "$3" ] || { echo "$2 refuses"; exit 1; }
[ ! -e slow-$2 ] || sleep 2
case $1 in
host)	[ "$(hostname)" = $2 ] || exit 1 # it is run within the host
	echo "$3" >$2/version ;;
guest)	[ "$(cat $2/version)" != $3 ] || exit 0
	cp $3.qcow2 disks/$2.new && mv disks/$2.new disks/$2 || exit 1
	echo "$3" >$2/version ;;
installed) # was it done?
	[ "$(cat $2/version)" = $3 ] ;;
esac
'''
POLICY = '''libvirt:
%(wishes)s  - {unsafe: true, grace: %(grace)s}
exec:
  - match: "safEE=vm*"
    action: offline-install
    program: [/bin/sh, %(folder)s/software.sh, guest, "%%{entity.rdn}", "%%{bundle.rdn}"]
    probe: [/bin/sh, %(folder)s/software.sh, installed, "%%{entity.rdn}", "%%{bundle.rdn}"]
  - action: offline-install
    program: [/bin/sh, "%(folder)s/%%{on.rdn}/host.sh", enter, /bin/sh, %(folder)s/software.sh, host, "%%{entity.rdn}", "%%{bundle.rdn}"]
  - {action: offline-uninstall, program: []}
  - match: "safEE=?,*"
    action: terminate
    program: [/bin/true]
  - match: "safEE=?,*"
    action: instantiate
    program: [/bin/sh, %(folder)s/restart.sh, "%%{entity.rdn}"]
timeouts:
  - {action: migrate, max: %(patience)s}
  - {max: 60s}
'''


class Site:
    """The VMs run on their hosts; upgrade says which get version 2."""

    def __init__(self, bed, upgrade=('a', 'b', 'vm1', 'vm2'), fill=0,
                 bandwidth=0, patience='60s', deaf=(), grace='10s', reach='3s',
                 peer=False, policy='', options=(), morph=(),
                 shape=SHAPE):
        self.bed, self.upgrade, self.morph = bed, upgrade, morph
        self.shape = shape
        for v in (1, 2):
            shutil.copy(bed.image(VERSION=v), bed.path('guest-%d.qcow2' % v))
        self.host_of = {'a': bed.a, 'b': bed.b}
        wishes = '  - {bandwidth: %d, peer-to-peer: %s, reach: %s}\n' % (
            bandwidth, str(peer).lower(), reach)
        self.write('policy.yaml', POLICY % {
            'folder': bed.folder, 'wishes': wishes, 'patience': patience,
            'grace': grace} + policy)
        self.write('software.sh', SOFTWARE % {'folder': bed.folder})
        self.write('restart.sh', '''cd %s/$1 || exit 1
sh host.sh off
[ ! -e ../dead-$1 ] && setsid sh host.sh on
''' % bed.folder)
        for h in bed.hosts:
            self.write(h.name + '/version', 'host-1\n')
        for name in VMS:
            os.mkdir(bed.path(name))
            self.write(name + '/version', 'guest-1\n')
        for name in ('source', 'target'):
            self.model(name)
        self.tool('campgen', 0, 'source.yaml', 'target.yaml', '-o',
                  'campaign.xml', '-p', 'policy.yaml', *options)
        self.tool('camprun', 0, 'prove', 'campaign.xml', '--source',
                  'source.yaml', '--target', 'target.yaml')
        self.start({name: bed.image(VERSION=1, DEAF=1) if name in deaf else
                    bed.image(VERSION=1, PLUG=1) if name in morph else
                    bed.image(VERSION=1, FILL=fill) if name == 'vm3' else
                    bed.path('guest-1.qcow2') for name in VMS})

    def start(self, images):
        starting = []
        for i, name in enumerate(VMS):
            host = self.host_of[HOME[name]]
            host.virsh('define', self.bed.domain(
                name, i, images[name], self.shape))
            starting.append(subprocess.Popen(
                ['virsh', '-q', '-c', host.uri, 'start', name],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL))
        for p in starting:
            check(p.wait() == 0, 'a machine does not start')
        for name in VMS:
            self.serial(name).beats()

    def write(self, name, text):
        with open(self.bed.path(name), 'w') as f:
            f.write(text)

    def read(self, name):
        with open(self.bed.path(name), errors='replace') as f:
            return f.read()

    def serial(self, name):
        return self.bed.serial(name)

    def model(self, which):
        with open(os.path.join(HERE, 'site', 'models.in')) as f:
            text = f.read()
        for name, host in self.host_of.items():
            text = text.replace('@URI_%s@' % name, host.uri)
        for name in VMS + ('a', 'b'):
            new = 'large' if name in self.morph else '2'
            changes = which == 'target' and name in self.upgrade + self.morph
            text = text.replace('@V_%s@' % name, new if changes else '1')
        self.write(which + '.yaml', text)

    def args(self, program, *words):
        return [os.path.join(BUILD, program), *words]

    def tool(self, program, status, *words):
        """Its messages, and what it wrote."""
        r = subprocess.run(self.args(program, *words), cwd=self.bed.folder,
                           capture_output=True, text=True, timeout=LIMIT,
                           stdin=subprocess.DEVNULL)
        if r.returncode != status:
            raise Failure('%s: status %d, not %d\n%s' % (
                ' '.join(words), r.returncode, status, r.stderr[-2500:]))
        return r.stderr + r.stdout

    def words(self, command, *more):
        words = [command, '--state', 'state', '--yes', *more]
        if command != 'status':
            words += ['--events', 'events']
        if command == 'run':
            words += ['campaign.xml', '--source', 'source.yaml',
                      '--driver=libvirt', '-p', 'policy.yaml']
        elif command == 'status':
            words.remove('--yes')
        return words

    def run(self, command, status, *more):
        return self.tool('camprun', status, *self.words(command, *more))

    def begin(self, command, *more):
        """The running command; end it with finish or kill."""
        self.log = open(self.bed.path('log'), 'a')
        return subprocess.Popen(
            self.args('camprun', *self.words(command, *more)),
            cwd=self.bed.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=self.log)

    def finish(self, process, status):
        try:
            process.wait(LIMIT)
        finally:
            process.kill()
            self.log.close()
        if process.returncode != status:
            raise Failure('status %d, not %d\n%s' % (
                process.returncode, status, self.read('log')[-2500:]))

    def to_the_end(self, process):
        """Ends well, or stops where it can be resumed, and ends well then."""
        try:
            self.finish(process, 0)
        except Failure:
            check(process.returncode == 4, self.read('log')[-2000:])
            check('SUSPENDED_BY_ERROR_DETECTED' in self.status(),
                  'status does not tell of the failure')
            self.run('resume', 0)

    def give_up(self, process):
        """The operator wants the running action undone."""
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)

    def kill(self, process):
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.log.close()

    def events(self, action, entity, result='begun'):
        try:
            text = self.read('events')
        except FileNotFoundError:
            return 0
        return sum(1 for line in text.split('\n') if
                   '"action":"%s"' % action in line.replace(' ', '') and
                   'safEE=%s,' % entity in line and
                   '"result":"%s"' % result in line.replace(' ', ''))

    def wait_event(self, action, entity, result='begun'):
        wait_until(lambda: self.events(action, entity, result),
                   '%s of %s %s' % (action, entity, result), 60)

    # --- what is judged ---

    def status(self):
        return self.run('status', 0)

    def is_model(self, which):
        self.write('model.xml', self.tool('camprun', 0, 'model', '--state',
                                          'state'))
        r = subprocess.run(self.args('campgen', 'diff', which + '.yaml',
                                     'model.xml'), cwd=self.bed.folder,
                           capture_output=True, text=True, timeout=LIMIT)
        check(r.returncode == 0, 'the model is not the %s: %s' % (
            which, r.stdout[:500]))

    def counting(self, name, version):
        """It counts, and is of that version."""
        serial = self.serial(name)
        serial.beats()
        check(serial.last()[0] == version, '%s has version %d, not %d' % (
            name, serial.last()[0], version))

    def never_stopped(self, *names):
        for name in names:
            self.serial(name).beats()
            self.serial(name).unbroken(1)

    def runs_once(self):
        """Every machine runs on one host, and is defined on no other."""
        all_hosts = [h.defined() for h in self.bed.hosts]
        check(sorted(sum(all_hosts, [])) == sorted(VMS),
              'defined: %s' % all_hosts)
        running = [h.running() for h in self.bed.hosts]
        check(sorted(sum(running, [])) == sorted(VMS),
              'running: %s' % running)

    def is_source(self):
        self.runs_once()
        for name in VMS:
            self.counting(name, 1)
        for h in self.bed.hosts:
            check(self.read(h.name + '/version') == 'host-1\n',
                  h.name + ' does not have version 1')

    def is_target(self):
        self.runs_once()
        for name in VMS:
            self.counting(name, 2 if name in self.upgrade else 1)
        for h in self.bed.hosts:
            check(self.read(h.name + '/version') == 'host-%d\n' % (
                2 if h.name in self.upgrade else 1),
                h.name + ' has the wrong version')
