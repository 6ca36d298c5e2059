#!/usr/bin/env python3
"""Peers that fail in twenty ways: codes are made all the same and as fast, the
memory stays small, the circuit opens, and closes when the peer is well again;
what was asked for comes then, the same code, and nothing comes after its code
has died (S96, I6, I9).

usage: test_peers.py WATCHWORD [--rounds N] [--only KIND[,KIND…]]

Three of the kinds, one round, at once; --rounds: all of them, N times each.
With --rounds every creation beside the ill peer has one beside a healthy peer,
of a server of its own, just before or after it: a busy machine slows both.
Most of a round is waiting for the circuit, so four kinds are in theirs at once;
but only one of them measures at a time.  Requests are timed in a process that
does nothing else: the peers are threads of this one.  The kind "none" is two
healthy peers beside each other: how far its ratio is from 1 is what the others'
say nothing about.
What is printed is to be read by people; only what must always hold is tested.
"""
import argparse
import contextlib
import gc
import json
import os
import pathlib
import queue
import random
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
import types

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from harness import (STEPS, Client, Server, SmtpPeer, Tap,  # noqa: E402
                     wait_for)

SHORT = ('http-500', 'http-reset', 'http-hang-body')
MESSAGES = 24       # before the circuit is open: each may take a time-out
MEASURED = 96       # once it is; they wait in the outbox
LANES = 4
DRAWS = 1000
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


measuring = threading.Lock()


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
NONE = 'none'


def certificates(folder):
    """Contexts of two that are for this host, one from somebody we know."""
    contexts = []
    for name in ('good', 'bad'):
        subprocess.run(
            ['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
             'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj',
             '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1',
             '-keyout', f'{name}.key', '-out', f'{name}.pem'],
            cwd=folder, check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / f'{name}.pem', folder / f'{name}.key')
        contexts.append(context)
    return contexts


class HttpPeer:
    """Takes messages; ill names the way in which it does not."""

    def __init__(self, folder, ill):
        self.folder, self.kind, self.ill = folder, ill, False
        self.lock, self.seen = threading.Lock(), []
        self.listener = socket.create_server(('127.0.0.1', 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        self.tls = certificates(folder) if ill == 'http-certificate' else None
        threading.Thread(target=self.accept, daemon=True).start()

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
    """Most ill ones hang; one no longer offers STARTTLS, which a thief in the
    middle would do."""

    def __init__(self, folder, kind):
        self.kind, self.folder, self.ill = kind, folder, False
        self.tls = certificates(folder)[0] if kind == 'smtp-starttls' else None
        self.kept = set()
        super().__init__()

    def config(self):
        text = super().config()
        return text if self.tls is None else text.replace(
            'security = none', 'security = starttls\n'
            f'ca_file = {self.folder}/good.pem')

    def talk(self, sock, lines):
        if self.tls is None or self.ill:
            super().talk(sock, lines)
            return
        sock.sendall(b'220 peer.example ESMTP\r\n')
        lines.readline()
        sock.sendall(b'250-peer.example\r\n250 STARTTLS\r\n')
        lines.readline()
        sock.sendall(b'220 2.0.0 go on\r\n')
        with self.tls.wrap_socket(sock, server_side=True) as secure:
            self.kept.add(secure)
            try:
                self.dialogue(secure, secure.makefile('rb'))
            finally:
                self.kept.discard(secure)

    def fall_ill(self):
        if self.tls is None:
            self.hang(self.kind.removeprefix('smtp-hang-'))
            return
        self.ill = True
        for secure in list(self.kept):
            with contextlib.suppress(OSError):
                secure.shutdown(socket.SHUT_RDWR)

    def recover(self):
        self.ill = False
        super().recover()

    def texts(self, to):
        return self.codes_for(to, 6)


class Asker:
    """A process that sends requests, one after the other, and times them."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, __file__, '--asker'], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)

    def ask(self, requests):
        """[port, key, body] of each; [status, answer, seconds] of each."""
        print(json.dumps(requests), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()

    @staticmethod
    def serve():
        gc.disable()
        for line in sys.stdin:
            requests, answers = json.loads(line), []
            # New ones: a server ends those that have been idle for long.
            clients = {port: Client(types.SimpleNamespace(
                port=port, api_key=key)) for port, key, _ in requests}
            for client in clients.values():
                client.get('/metrics')
            for port, _, body in requests:
                began = time.perf_counter()
                made = clients[port].post('/v1/challenges', body)
                took = time.perf_counter() - began
                answers.append([made.status, made.json(), took])
            for client in clients.values():
                client.close()
            print(json.dumps(answers), flush=True)
        return 0


class Trial:
    def __init__(self, binary, kind, by_mail=None):
        self.kind = kind
        self.server = Server(binary)
        by_mail = kind.startswith('smtp') if by_mail is None else by_mail
        self.peer = (MailPeer if by_mail else HttpPeer)(self.server.top, kind)
        self.channel = 'email' if by_mail else 'sms'
        self.server.start(config=self.peer.config(), sandbox=False)
        self.client = Client(self.server)
        self.asker = Asker()
        # Hundreds of codes that nobody uses: here that is no fraud.
        put = self.client.call('PUT', '/v1/tenants/default/policy',
                               {'guard': {'monitor': 1}})
        assert put.status == 200, put
        self.ids, self.n = {}, 0
        self.twin = None        # the same server with a peer that is well
        self.rounds = []        # what was measured in each

    def request(self, **more):
        """A new recipient, and what to ask for it."""
        self.n += 1
        to = f'p{self.n}@example.com' if self.channel == 'email' \
            else f'+49151{self.n:05d}111'
        return to, [self.server.port, self.server.api_key, {
            'purpose': SIGN_IN, 'to': {
                'email' if self.channel == 'email' else 'phone': to}, **more}]

    def asks(self, n, beside=True, **more):
        """n more codes, and as many of the twin, in turn: (to, seconds)."""
        who, ours, other = [], [], []
        for i in range(n):
            pair = [(self, ours)]
            if beside and self.twin:
                pair.append((self.twin, other))
            who += pair if i % 2 else reversed(pair)
        asked = [trial.request(**more) for trial, _ in who]
        answers = self.asker.ask([request for _, request in asked])
        for (trial, into), (to, _), (status, made, took) in zip(
                who, asked, answers):
            assert status == 201, made
            trial.ids[to] = made['id']
            into.append((to, took))
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
        self.asker.close()
        assert self.server.kill(15) == 0, 'it did not stop in order'
        assert self.server.audit_flaw() is None
        self.server.remove()
        self.peer.close()


def p99(times):
    return sorted(times)[len(times) * 99 // 100] * 1e3


def ratio(rounds):
    ill, well = (p99([s for r in rounds for s in r[name]])
                 for name in ('ill', 'well'))
    return ill, well, ill / well


def tell(t):
    """p99 of all rounds together and their ratio; what that becomes when the
    same number of rounds is drawn from them again and again: nine of ten lie
    between the two."""
    r, chance = t.rounds, random.Random(1)
    ill, well, both = ratio(r)
    drawn = sorted(ratio(chance.choices(r, k=len(r)))[2] for _ in range(DRAWS))
    print(f"# {t.kind}: {len(r)} rounds; p99 of a creation {ill:.1f} ms, "
          f"{'beside a healthy peer' if t.twin else 'before it'} "
          f"{well:.1f} ms, ratio {both:.2f} ({drawn[DRAWS // 20]:.2f} to "
          f"{drawn[-DRAWS // 20]:.2f}); "
          f"memory {max(x['grown'] for x in r):+d} KiB at most; "
          f"circuit opened {sum(x['opened'] for x in r)} times, "
          f"{'closed' if t.circuit()[0] == 0 else 'open'} at the end; "
          f"{sum(x['again'] for x in r)} messages more than once, "
          f"{max(x['most'] for x in r)} times at most; "
          f"load {os.getloadavg()[0]:.1f}", flush=True)


def all_sent(t, asked, step=0.005):
    for to, _ in asked:
        wait_for(f'{to} to be sent', lambda: t.message(to)['state'] == 'sent',
                 step=step)


def measure(t, fall_ill=True):
    """What is made while the peer falls ill, and once nobody asks it."""
    opened = t.circuit()[1]
    with measuring:
        if fall_ill:
            t.peer.fall_ill()
        ill, beside = t.asks(MESSAGES)
    if fall_ill:
        wait_for('the circuit to open', lambda: t.circuit()[1] > opened)
    with measuring:
        for into, more in zip((ill, beside), t.asks(MEASURED)):
            into += more
    return ill, beside


def one_round(t):
    well, _ = t.asks(MESSAGES, beside=False)
    all_sent(t, well)
    before = t.resident()
    opened = t.circuit()[1]
    ill, beside = measure(t, t.kind != NONE)
    grown = t.resident() - before
    assert grown < GROWTH_KIB, f'{grown} KiB more'
    t.peer.recover()
    all_sent(t, ill, step=0.05)
    state, n = t.circuit()
    assert state == 0, 'the circuit is not closed'
    seen = {'ill': [took for _, took in ill],
            'well': [took for _, took in beside or well],
            'grown': grown, 'opened': n - opened, 'again': 0, 'most': 0}
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
    t.rounds.append(seen)


def trial(binary, kind, rounds, beside=True):
    t = Trial(binary, kind)
    if beside:
        t.twin = Trial(binary, NONE, t.channel == 'email')
    for _ in range(rounds):
        one_round(t)
    tell(t)
    t.end()


def never_late(binary):
    """The code ends while the circuit is open: it is never sent."""
    t = Trial(binary, 'http-hang')
    t.peer.fall_ill()
    late = [to for to, _ in t.asks(MESSAGES, ttl_s=60)[0]]
    wait_for('the codes to die', lambda: all(
        t.message(to)['state'] == 'expired' for to in late), 150, step=0.5)
    with t.peer.lock:
        t.peer.seen.clear()
    t.peer.recover()
    after = t.asks(1)[0]
    wait_for('the next one',
             lambda: t.message(after[0][0])['state'] == 'sent', 400)
    assert not any(t.peer.texts(to) for to in late)
    t.end()


def in_lanes(tap, cases, lanes):
    """Each has servers of its own; they mostly wait.  (name, function, …)"""
    waiting, over = queue.SimpleQueue(), queue.SimpleQueue()
    for case in cases:
        waiting.put(case)

    def lane():
        while not waiting.empty():
            try:
                name, body, *args = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                body(*args)
                over.put((name, None))
            except Exception as e:  # told by its case
                over.put((name, e))

    def judge(failed):
        if failed is not None:
            raise failed

    for _ in range(lanes):
        threading.Thread(target=lane).start()
    for _ in cases:
        name, failed = over.get()
        tap.case(name, judge, failed)


def main():
    p = argparse.ArgumentParser()
    p.add_argument('binary')
    p.add_argument('--rounds', type=int, default=0)
    p.add_argument('--only', default='')
    options = p.parse_args()
    tap = Tap()
    rounds = max(options.rounds, 1)
    if options.only:
        cases = [(kind, trial, options.binary, kind, rounds)
                 for kind in options.only.split(',')]
    elif options.rounds == 0:
        cases = [(kind, trial, options.binary, kind, 1, False)
                 for kind in SHORT]
    else:
        # The longest first.
        cases = [('not after the code has died', never_late, options.binary)]
        cases += [(kind, trial, options.binary, kind, rounds)
                  for kind in (NONE, *KINDS)]
    in_lanes(tap, cases, LANES)
    return tap.end()


if __name__ == '__main__':
    sys.exit(Asker.serve() if sys.argv[1:] == ['--asker'] else main())
