#!/usr/bin/env python3
"""Peers that fail in twenty ways: codes are made all the same and as fast, the
memory stays small, the circuit opens, and closes when the peer is well again;
what was asked for comes then, the same code, and nothing comes after its code
has died (S96, I6, I9).

usage: test_peers.py WATCHWORD [--rounds N] [--only KIND[,KIND…]]

Three of the kinds, one round, at once; --rounds: all of them, N times each.
With --rounds every creation beside the ill peer has one beside a healthy peer,
of a server of its own, just before or after it: a busy machine slows both.
What is printed is to be read by people; only what must always hold is tested.
"""
import argparse
import json
import pathlib
import socket
import ssl
import statistics
import struct
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from harness import (STEPS, Client, Server, SmtpPeer, Tap,  # noqa: E402
                     wait_for)

SHORT = ('http-500', 'http-reset', 'http-hang-body')
MESSAGES = 24
GROWTH_KIB = 48 * 1024
SIGN_IN = 'sign_in'


def answer(status, body=b'', *more):
    return b''.join([b'HTTP/1.1 %d X\r\nContent-Length: %d\r\n' %
                     (status, len(body)), *(m + b'\r\n' for m in more),
                     b'\r\n', body])


def hang(sock):
    while sock.recv(65536):
        pass


def slowly(sock):
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in answer(200, b'{"id":"x"}'):
        sock.sendall(bytes([byte]))
        time.sleep(1)


def without_end(sock):
    """A gigabyte, for whoever reads that long; it is not what was asked."""
    sock.sendall(b'HTTP/1.1 503 X\r\nContent-Length: 1073741824\r\n\r\n')
    for _ in range(1024):
        sock.sendall(bytes(1 << 20))


def reset(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                    struct.pack('ii', 1, 0))


# What a peer does once it has read the request; "accept" before.
HTTP = {
    'http-500': lambda s: s.sendall(answer(500, b'no')),
    'http-503': lambda s: s.sendall(answer(503)),
    'http-429': lambda s: s.sendall(answer(429, b'', b'Retry-After: 2')),
    'http-redirect': lambda s: s.sendall(
        answer(307, b'', b'Location: http://127.0.0.1:1/')),
    'http-hang': hang,
    'http-hang-status': lambda s: (s.sendall(b'HTTP/1.1 2'), hang(s)),
    'http-hang-body': lambda s: (s.sendall(
        b'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'), hang(s)),
    'http-slow': slowly,
    'http-huge': without_end,
    'http-closed': lambda s: None,
    'http-not-http': lambda s: s.sendall(b'220 mail.example ESMTP\r\n'),
    'http-reset': reset,
    'http-certificate': 'accept',
    'http-hang-accept': 'accept',
}
MAIL = tuple(f'smtp-hang-{step}' for step in STEPS) + ('smtp-starttls',)
KINDS = tuple(HTTP) + MAIL
assert len(KINDS) >= 20


class HttpPeer:
    """Takes messages; ill names the way in which it does not."""

    def __init__(self, folder, ill):
        self.folder, self.kind, self.ill = folder, ill, False
        self.lock, self.seen = threading.Lock(), []
        self.listener = socket.create_server(('127.0.0.1', 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        self.tls = self.certificate() if ill == 'http-certificate' else None
        threading.Thread(target=self.accept, daemon=True).start()

    def certificate(self):
        """Both are for this host, and one is from somebody we know."""
        contexts = []
        for name in ('good', 'bad'):
            subprocess.run(
                ['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
                 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj',
                 '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1',
                 '-keyout', f'{name}.key', '-out', f'{name}.pem'],
                cwd=self.folder, check=True, capture_output=True)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.folder / f'{name}.pem',
                                    self.folder / f'{name}.key')
            contexts.append(context)
        return contexts

    def config(self):
        secret = self.folder / 'secret'
        secret.write_text('secret\n')
        secret.chmod(0o600)
        providers = self.folder / 'providers.ini'
        scheme = 'http' if self.tls is None else 'https'
        providers.write_text(
            f'[peer]\nprofile = generic_json\nsender = Shop\ncountries = *\n'
            f'url = {scheme}://127.0.0.1:{self.port}/\ntimeout_s = 1\n'
            f'secret_file = {secret}\n' + ('' if self.tls is None else
                                           f'ca_file = {self.folder}/good.pem\n'))
        return f'[providers]\nfile = {providers}\n'

    def accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.session, args=(sock,),
                             daemon=True).start()

    def session(self, sock):
        try:
            if self.ill and self.kind == 'http-hang-accept':
                hang(sock)
                return
            if self.tls is not None:
                sock = self.tls[self.ill].wrap_socket(sock, server_side=True)
            while self.request(sock):
                pass
        except OSError:
            pass
        finally:
            sock.close()

    def request(self, sock):
        data = b''
        while b'\r\n\r\n' not in data:
            more = sock.recv(65536)
            if not more:
                return False
            data += more
        head, _, body = data.partition(b'\r\n\r\n')
        length = next(int(line.split(b':')[1]) for line in head.split(b'\r\n')
                      if line.lower().startswith(b'content-length'))
        while len(body) < length:
            body += sock.recv(65536)
        if self.ill and HTTP[self.kind] == 'accept':
            return False            # a kept connection is past that: it ends
        message = json.loads(body)
        with self.lock:
            self.seen.append((message['to'], message['text'], time.time()))
        if self.ill:
            HTTP[self.kind](sock)
            return False
        sock.sendall(answer(200, b'{"id":"x"}'))
        return True

    def fall_ill(self):
        self.ill = True

    def recover(self):
        self.ill = False

    def texts(self, to):
        with self.lock:
            return [text for number, text, _ in self.seen if number == to]

    def close(self):
        self.listener.close()


class MailPeer(SmtpPeer):
    """One that offers no STARTTLS is never well; the others hang."""

    def __init__(self, _folder, kind):
        super().__init__()
        self.kind = kind

    def config(self):
        text = super().config()
        return text.replace('security = none', 'security = starttls') \
            if self.kind == 'smtp-starttls' else text

    def fall_ill(self):
        if self.kind != 'smtp-starttls':
            self.hang(self.kind.removeprefix('smtp-hang-'))

    def texts(self, to):
        return self.codes_for(to, 6)


class Trial:
    def __init__(self, binary, kind):
        self.kind = kind
        self.server = Server(binary)
        by_mail = kind.startswith('smtp')
        self.peer = (MailPeer if by_mail else HttpPeer)(self.server.top, kind)
        self.channel = 'email' if by_mail else 'sms'
        self.server.start(config=self.peer.config(), sandbox=False)
        self.client = Client(self.server)
        # Hundreds of codes that nobody uses: here that is no fraud.
        put = self.client.call('PUT', '/v1/tenants/default/policy',
                               {'guard': {'monitor': 1}})
        assert put.status == 200, put
        self.ids, self.n = {}, 0
        self.twin = None        # the same server with a peer that is well
        self.rounds = []        # what was measured in each

    def ask(self, **more):
        """One more code; how long it took."""
        self.n += 1
        to = f'p{self.n}@example.com' if self.channel == 'email' \
            else f'+49151{self.n:05d}111'
        began = time.perf_counter()
        made = self.client.post('/v1/challenges', {
            'purpose': SIGN_IN, 'to': {
                'email' if self.channel == 'email' else 'phone': to}, **more})
        took = time.perf_counter() - began
        assert made.status == 201, made
        self.ids[to] = made.json()['id']
        return to, took

    def asks(self, n):
        """n more codes, and as many of the twin, in turn."""
        ours, other = [], []
        for i in range(n):
            who = [(self, ours)] + ([(self.twin, other)] if self.twin else [])
            for trial, into in who if i % 2 else reversed(who):
                into.append(trial.ask())
        return ours, other

    def message(self, to):
        view = self.client.get(f'/v1/challenges/{self.ids[to]}').json()
        assert len(view['messages']) == 1, view
        return view['messages'][0]

    def circuit(self):
        """(state, how often it opened)"""
        values = {}
        for line in self.client.get('/metrics').body.decode().splitlines():
            if line.startswith('watchword_circuit'):
                name, _, rest = line.partition('{')
                values[name] = int(rest.rpartition(' ')[2])
        return (values['watchword_circuit_state'],
                values['watchword_circuit_opened_total'])

    def resident(self):
        status = pathlib.Path(f'/proc/{self.server.process.pid}/status')
        return int(next(line.split()[1] for line in
                        status.read_text().splitlines()
                        if line.startswith('VmRSS')))

    def end(self):
        if self.twin is not None:
            self.twin.end()
        self.client.close()
        assert self.server.kill(15) == 0, 'it did not stop in order'
        assert self.server.audit_flaw() is None
        self.server.remove()
        self.peer.close()


def p99(times):
    return sorted(times)[len(times) * 99 // 100] * 1e3


def tell(t):
    """p99 of all rounds together; their ratio, and the median of each round's.
    A round has so few that its p99 is its slowest."""
    r = t.rounds
    ill, well = (p99([s for x in r for s in x[name]])
                 for name in ('ill', 'well'))
    each = statistics.median(p99(x['ill']) / p99(x['well']) for x in r)
    print(f"# {t.kind}: {len(r)} rounds; p99 of a creation {ill:.1f} ms, "
          f"{'beside a healthy peer' if t.twin else 'before it'} "
          f"{well:.1f} ms, ratio {ill / well:.2f}, median of the rounds' "
          f"{each:.2f}; "
          f"memory {max(x['grown'] for x in r):+d} KiB at most; "
          f"circuit opened {sum(x['opened'] for x in r)} times, "
          f"{'closed' if t.circuit()[0] == 0 else 'open'} at the end; "
          f"{sum(x['again'] for x in r)} messages more than once, "
          f"{max(x['most'] for x in r)} times at most", flush=True)


def one_round(t):
    well = [t.ask() for _ in range(MESSAGES)]
    if t.kind != 'smtp-starttls':
        for to, _ in well:
            wait_for(f'{to}', lambda: t.message(to)['state'] == 'sent')
    before = t.resident()
    opened = t.circuit()[1]
    t.peer.fall_ill()
    ill, beside = t.asks(MESSAGES)
    wait_for('the circuit to open', lambda: t.circuit()[1] > opened)
    for into, more in zip((ill, beside), t.asks(MESSAGES)):
        into += more
    grown = t.resident() - before
    assert grown < GROWTH_KIB, f'{grown} KiB more'
    seen = {'ill': [took for _, took in ill],
            'well': [took for _, took in beside or well],
            'grown': grown, 'again': 0, 'most': 0}
    t.rounds.append(seen)
    if t.kind == 'smtp-starttls':
        assert all(t.peer.texts(to) == [] for to, _ in well + ill)
        seen['opened'] = t.circuit()[1] - opened
        return
    t.peer.recover()
    for to, _ in ill:
        wait_for(f'{to} to be sent', lambda: t.message(to)['state'] == 'sent',
                 step=0.05)
    state, n = t.circuit()
    assert state == 0, 'the circuit is not closed'
    seen['opened'] = n - opened
    for to, _ in well + ill:
        texts = t.peer.texts(to)
        assert texts, f'{to} is called sent and was not'
        assert len(set(texts)) == 1, f'{to} has two codes'
        # Twice only where the peer had it and did not say so.
        # And once more where a kept connection had died unseen.
        most = t.message(to)['attempts'] + 1
        assert len(texts) <= most, f'{to}: {len(texts)}'
        seen['again'] += len(texts) > 1
        seen['most'] = max(seen['most'], len(texts))


def trial(binary, kind, rounds, beside=True):
    t = Trial(binary, kind)
    if beside:
        t.twin = Trial(binary, 'smtp-hang-end' if t.channel == 'email'
                       else 'http-500')
    for _ in range(rounds):
        one_round(t)
    tell(t)
    t.end()


def never_late(binary):
    """The code ends while the circuit is open: it is never sent."""
    t = Trial(binary, 'http-hang')
    t.peer.fall_ill()
    late = [t.ask(ttl_s=60)[0] for _ in range(MESSAGES)]
    wait_for('the codes to die', lambda: all(
        t.message(to)['state'] == 'expired' for to in late), 150, step=0.5)
    with t.peer.lock:
        t.peer.seen.clear()
    t.peer.recover()
    after, _ = t.ask()
    wait_for('the next one', lambda: t.message(after)['state'] == 'sent', 400)
    assert not any(t.peer.texts(to) for to in late)
    t.end()


def at_once(tap, binary, kinds, rounds):
    """Each with a server of its own; they mostly wait."""
    failed = {}

    def run(kind):
        try:
            trial(binary, kind, rounds, beside=False)
        except Exception as e:  # told by its case
            failed[kind] = e

    threads = [threading.Thread(target=run, args=(kind,)) for kind in kinds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    def judge(kind):
        if kind in failed:
            raise failed[kind]

    for kind in kinds:
        tap.case(kind, judge, kind)


def main():
    p = argparse.ArgumentParser()
    p.add_argument('binary')
    p.add_argument('--rounds', type=int, default=0)
    p.add_argument('--only', default='')
    options = p.parse_args()
    tap = Tap()
    if options.rounds == 0 and not options.only:
        at_once(tap, options.binary, SHORT, 1)
        return tap.end()
    kinds = options.only.split(',') if options.only else KINDS
    for kind in kinds:
        tap.case(kind, trial, options.binary, kind, max(options.rounds, 1))
    if not options.only:
        tap.case('not after the code has died', never_late, options.binary)
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
