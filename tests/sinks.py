"""Receivers of alerts for tests: mail and web servers, logs, and a station that
decodes SNMP. Each is real enough to be talked to by others than camprun, keeps
what it got in `got`, and can be told to refuse or to hang.
"""
import http.server
import os
import socket
import socketserver
import threading


class Sink:
    """A thread that receives until it is closed."""

    def __init__(self):
        self.got = []
        self.mode = 'take'  # or 'refuse', 'hang'
        self.freed = threading.Event()

    def begin(self, serve):
        self.thread = threading.Thread(target=serve, daemon=True)
        self.thread.start()
        return self


class Web(Sink):
    """HTTP: got are (path, headers, body)."""

    def __init__(self, port=0):
        super().__init__()
        sink = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                n = int(self.headers.get('Content-Length', 0))
                body = self.rfile.read(n)
                if sink.mode == 'hang':
                    sink.freed.wait(30)
                    return
                if sink.mode == 'take':
                    sink.got.append((self.path, dict(self.headers), body))
                self.send_response({'take': 204, 'refuse': 503,
                                    'move': 302}[sink.mode])
                if sink.mode == 'move':
                    self.send_header('Location', 'http://127.0.0.1:1/')
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', port),
                                                      Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.begin(self.server.serve_forever)

    def close(self):
        self.freed.set()
        self.server.shutdown()
        self.server.server_close()


class Mail(Sink):
    """SMTP, as much as RFC 5321 wants at least: got are (from, [to], text)."""

    def __init__(self):
        super().__init__()
        sink = self

        class Handler(socketserver.StreamRequestHandler):
            def say(self, line):
                self.wfile.write(line.encode() + b'\r\n')

            def handle(self):
                if sink.mode == 'hang':
                    sink.freed.wait(30)
                    return
                self.say('220 sink')
                sender, to = None, []
                for line in self.rfile:
                    word = line.decode().strip()
                    verb = word.upper()
                    if verb.startswith('EHLO') or verb.startswith('HELO'):
                        self.say('250 sink')
                    elif verb.startswith('MAIL FROM:'):
                        sender = word[10:].split()[0].strip('<>')
                        self.say('250 ok')
                    elif verb.startswith('RCPT TO:'):
                        to.append(word[8:].strip('<>'))
                        self.say('550 no' if sink.mode == 'refuse'
                                 else '250 ok')
                    elif verb == 'DATA':
                        self.say('354 go on')
                        sink.got.append((sender, to, self.text()))
                        self.say('250 ok')
                    elif verb == 'QUIT':
                        self.say('221 bye')
                        return
                    else:
                        self.say('502 what?')

            def text(self):
                lines = []
                for line in self.rfile:
                    if line == b'.\r\n':
                        break
                    lines.append(line[1:] if line.startswith(b'..') else line)
                return b''.join(lines).decode()

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = daemon_threads = True

        self.server = Server(('127.0.0.1', 0), Handler)
        self.port = self.server.server_address[1]
        self.begin(self.server.serve_forever)

    def close(self):
        self.freed.set()
        self.server.shutdown()
        self.server.server_close()


class Datagrams(Sink):
    """A datagram socket, of UDP or of a path: got are the datagrams."""

    def __init__(self, path=None, answer=None):
        super().__init__()
        self.answer = answer
        kind = socket.AF_UNIX if path else socket.AF_INET
        self.socket = socket.socket(kind, socket.SOCK_DGRAM)
        self.socket.bind(path or ('127.0.0.1', 0))
        self.socket.settimeout(0.1)
        self.port = None if path else self.socket.getsockname()[1]
        self.open = True
        self.begin(self.serve)

    def serve(self):
        while self.open:
            try:
                data, peer = self.socket.recvfrom(65536)
            except OSError:
                continue
            self.got.append(data)
            if self.answer and self.mode == 'take':
                self.socket.sendto(self.answer(data), peer)

    def close(self):
        self.open = False
        self.thread.join(5)
        self.socket.close()


class Stream(Sink):
    """TCP: got are whole connections."""

    def __init__(self):
        super().__init__()
        self.socket = socket.create_server(('127.0.0.1', 0))
        self.port = self.socket.getsockname()[1]
        self.begin(self.serve)

    def serve(self):
        while True:
            try:
                c, _ = self.socket.accept()
            except OSError:
                return
            data = b''
            while True:
                part = c.recv(65536)
                if not part:
                    break
                data += part
            self.got.append(data)
            c.close()

    def close(self):
        os.close(self.socket.detach())


# --- SNMP: written from RFC 3416 and X.690, not from the program ---

def ber(data):
    """One value: (tag, content), and what follows it."""
    tag, n, at = data[0], data[1], 2
    if n & 128:
        at = 2 + (n & 127)
        n = int.from_bytes(data[2:at], 'big')
    assert len(data) >= at + n, 'a length beyond the end'
    return tag, data[at:at + n], data[at + n:]


def parts(data):
    out = []
    while data:
        tag, content, data = ber(data)
        out.append((tag, content))
    return out


def oid(content):
    out, n = [content[0] // 40, content[0] % 40], 0
    for byte in content[1:]:
        n = n << 7 | byte & 127
        if not byte & 128:
            out.append(n)
            n = 0
    return '.'.join(map(str, out))


def value(tag, content):
    if tag in (2, 0x43):
        return int.from_bytes(content, 'big', signed=tag == 2)
    return oid(content) if tag == 6 else content.decode()


def trap(data):
    """A v2c message: its parts as a dictionary, bindings by their OID."""
    tag, content, rest = ber(data)
    assert tag == 0x30 and not rest
    (t1, version), (t2, community), (pdu, body) = parts(content)
    assert (t1, t2) == (2, 4)
    request, status, index, bindings = parts(body)
    v = {}
    order = []
    for tag, binding in parts(bindings[1]):
        (_, name), (kind, content) = parts(binding)
        v[oid(name)] = value(kind, content)
        order.append(oid(name))
    return {'version': value(2, version), 'community': community.decode(),
            'pdu': pdu, 'request': value(*request), 'status': value(*status),
            'bindings': v, 'order': order}


def acknowledge(data):
    """The answer to an inform: the same, as a response."""
    _, content, _ = ber(data)
    (_, version), (_, community), (_, body) = parts(content)

    def wrap(tag, content):
        n = len(content)
        length = bytes([n]) if n < 128 else \
            b'\x82' + n.to_bytes(2, 'big')
        return bytes([tag]) + length + content

    return wrap(0x30, wrap(2, version) + wrap(4, community) +
                wrap(0xA2, body))
