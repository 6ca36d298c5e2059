"""What the documents and examples/ show, done against a real server.

usage: test_examples.py PROGRAM

A block of shell behind <!-- tested --> is run as it stands, in a folder of its
own, with the program on the PATH.  What one block prints (an id, a code, a
receipt) the next ones find as $id, $code and $receipt, as a reader would copy
it.  A server that a block starts is started by this test, on a free port.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
from unittest import mock

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'tool')]

import taprun                           # noqa: E402
from server import Server, environment  # noqa: E402

ROOT = taprun.ROOT
PROGRAM = pathlib.Path(sys.argv[1]).resolve()
BLOCK = re.compile(r'^<!-- tested(?:: (\w+))? -->\n```\w+\n(.*?)^```', re.M | re.S)
SERVE = re.compile(r'^watchword serve --data shop --sandbox &\n', re.M)
COPIED = {'id': r'"id":"(chl_\w+)"', 'code': r'"code":"(\d+)"',
          'receipt': r'"receipt":"([\w.-]+)"'}


def blocks(document, kind=''):
    return [body for name, body in BLOCK.findall((ROOT / document).read_text())
            if name == kind]


class Shell:
    """Blocks of one document, one after the other, in one folder."""

    def __init__(self, folder):
        self.folder = folder
        self.server = Server(str(PROGRAM), folder)
        self.env = environment()
        self.env['PATH'] = f'{PROGRAM.parent}:{self.env["PATH"]}'

    def run(self, block):
        serves = SERVE.search(block)
        if self.server.process is not None:
            block = block.replace('http://127.0.0.1:8640', self.server.url)
        out = self.once(SERVE.sub('', block))
        if serves:
            self.server.start()
        for name, pattern in COPIED.items():
            found = re.search(pattern, out)
            if found:
                self.env[name] = found.group(1)
        return out

    def once(self, block):
        while True:
            done = subprocess.run(
                ['sh', '-euc', block], cwd=self.folder, env=self.env,
                text=True, capture_output=True, check=False)
            if done.returncode != 0:
                raise AssertionError(f'{block}\n{done.stdout}{done.stderr}')
            # The courier may need a moment, as a reader would.
            if '/sandbox/inbox' not in block or '"code":' in done.stdout:
                return done.stdout


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)


class Documents(InFolder):
    def test_readme(self):
        shell = Shell(self.folder)
        self.addCleanup(shell.server.stop)
        outputs = [shell.run(block) for block in blocks('README.md')]
        self.assertEqual(len(outputs), 6)
        self.assertIn('"status":"pending"', outputs[1])
        self.assertIn('"result":"approved"', outputs[3])
        self.assertIn('"result":"redeemed"', outputs[4])
        self.assertIn('the log is whole', outputs[5])

    def test_policy(self):
        shell = Shell(self.folder)
        out = ''.join(shell.run(block) for block in blocks('docs/policy.md'))
        self.assertIn('guessed once in 3333;', out)

    def test_receipt_in_python(self):
        here = {}
        code, = blocks('docs/receipts.md', 'python')
        exec(compile(code, 'docs/receipts.md', 'exec'), here)
        with Server(str(PROGRAM), self.folder) as server:
            receipt, binding = server.approve()

            def verify(**other):
                facts = {'receipt': receipt, 'url': server.url,
                         'tenant': 'default', 'purpose': 'transaction',
                         'binding': binding} | other
                return here['verify'](**facts)

            self.assertTrue(verify()['jti'].startswith('rct_'))
            head, payload, signature = receipt.split('.')
            other = 'B' if signature[0] == 'A' else 'A'
            for wrong in ({'tenant': 'books'}, {'purpose': 'sign_in'},
                          {'binding': {}},
                          {'receipt': f'{head}.{payload}.{other}'
                                      f'{signature[1:]}'}):
                with self.assertRaises(Exception, msg=wrong):
                    verify(**wrong)
            with mock.patch('time.time', return_value=time.time() + 121), \
                    self.assertRaises(ValueError):
                verify()


class Audit(InFolder):
    """docs/audit.md, with examples/audit/verify.py."""

    def setUp(self):
        super().setUp()
        shutil.copy(ROOT / 'examples/audit/verify.py', self.folder)
        with Server(str(PROGRAM), self.folder) as server:
            for _ in range(3):
                server.approve()
                # The keeper does what is due before this is answered.
                server.ask('/sandbox/clock', {'advance_s': 1})
        self.shell = Shell(self.folder)
        first, self.verify = blocks('docs/audit.md')
        self.shell.run(first)
        self.export = self.folder / 'audit.jsonl'

    def refused(self, lines):
        self.export.write_text(''.join(lines))
        with self.assertRaisesRegex(AssertionError, 'not whole'):
            self.shell.run(self.verify)

    def test_an_export_is_checked(self):
        self.assertIn('whole: ', self.shell.run(self.verify))
        lines = self.export.read_text().splitlines(keepends=True)
        seals = [n for n, line in enumerate(lines)
                 if line.startswith('{"segment":')]
        self.assertGreater(len(seals), 2)
        event = seals[0] - 1
        changed = lines[event].replace('"at":"2', '"at":"3', 1)
        self.assertNotEqual(changed, lines[event])
        self.refused(lines[:event] + [changed] + lines[event + 1:])
        self.refused(lines[:event] + lines[event + 1:])
        # A segment from the middle, and from the front.
        self.refused(lines[:seals[0] + 1] + lines[seals[1] + 1:])
        self.refused(lines[seals[0] + 1:])
        # The tail, which only the kept seal shows.
        self.refused(lines[:seals[-2] + 1])
        self.export.write_text(''.join(lines))
        self.shell.run(self.verify)

    def test_another_key(self):
        keys = self.folder / 'public-keys.jsonl'
        with Server(str(PROGRAM)) as other:
            keys.write_text(other.run('keyring', 'public'))
        with self.assertRaisesRegex(AssertionError, 'not signed by that key'):
            self.shell.run(self.verify)


class Events(InFolder):
    """docs/audit.md says which fields an event has."""

    ALWAYS = {'id', 'at', 'event'}
    CHALLENGE = {'challenge', 'subject', 'purpose', 'channel'}
    DELIVERY = {'shipment', 'subject', 'status'}

    # The generator of P-256, base64url: a public key like any other.
    KEY = {'kty': 'EC', 'crv': 'P-256',
           'x': 'axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY',
           'y': 'T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU'}

    def documented(self):
        """Event to fields, from the table."""
        page = (ROOT / 'docs/audit.md').read_text()
        fields = {}
        for name, cell in re.findall(
                r'^\| `(\w+\.\w+)` \|[^|]*\|([^|]*)\|$', page, re.M):
            cell = re.sub(r'\(.*?\)', '', cell)
            fields[name] = self.ALWAYS | set(re.findall(r'`(\w+)`', cell))
            if 'challenge fields' in cell:
                fields[name] |= self.CHALLENGE
            if 'delivery fields' in cell:
                fields[name] |= self.DELIVERY
        return fields

    def live(self, server):
        """What leaves many kinds of event."""
        def start(email):
            return json.loads(server.ask('/v1/challenges', {
                'purpose': 'sign_in', 'to': {'email': email}}))['id']

        def check(challenge, code, **more):
            return server.ask(f'/v1/challenges/{challenge}/check',
                              {'code': code} | more)

        def wrong(challenge):
            code = server.code(challenge)
            return str((int(code[0]) + 1) % 10) + code[1:]

        receipt, _ = server.approve()
        for _ in range(2):
            server.ask('/v1/receipts/redeem',
                       {'receipt': receipt, 'purpose': 'transaction'})
        server.ask('/v1/decisions', {'event': 'sign_in'})
        first = start('a@example.com')
        server.ask(f'/v1/challenges/{first}/cancel', {})
        second = start('b@example.com')
        check(second, server.code(second), binding={'device': 'other'})
        third = start('c@example.com')
        for _ in range(5):
            check(third, wrong(third))
        fourth = start('c@example.com')
        check(fourth, wrong(fourth))
        with self.assertRaises(urllib.error.HTTPError):
            check(fourth, server.code(fourth))      # throttled
        with self.assertRaises(urllib.error.HTTPError):
            start('c@example.com')                  # refused
        server.run('subject', 'clear', 'c@example.com', '--tenant', 'default')
        fifth = start('d@example.com')
        server.ask('/sandbox/clock', {'advance_s': 31})
        server.ask(f'/v1/challenges/{fifth}/resend', {})
        server.ask('/sandbox/clock', {'advance_s': 61})
        server.ask(f'/v1/challenges/{fifth}/reissue', {})
        sixth = start('e@example.com')
        for _ in range(2):
            check(sixth, server.code(sixth))        # approved, replayed
        start('e@example.com')
        server.ask('/sandbox/clock', {'advance_s': 3600})
        server.run('tenant', 'new', 'books')
        server.run('key', 'new', '--tenant', 'books', '--scope', 'audit')
        key = re.search(r'key_\w+', server.run('key', 'list', '--tenant',
                                                'books')).group()
        server.run('key', 'revoke', key)
        server.run('sender', 'set', 'code@books.example', '--tenant', 'books')
        server.run('tenant', 'brand', 'Example Books', '--tenant', 'books')
        domain = ('--tenant', 'books', '--domain', 'books.example')
        made = server.run('dkim', 'new', '--algorithm', 'ed25519', *domain)
        server.run('dkim', 'retire', made.partition('._domainkey')[0],
                   *domain)
        policy = self.folder / 'policy.ini'
        policy.write_text('[sign_in]\nlength = 8\n')
        server.run('policy', 'use', str(policy), '--tenant', 'books')
        rules = self.folder / 'rules.json'
        rules.write_text('{"rules": []}')
        server.run('policy', 'use', str(rules), '--tenant', 'books')
        server.ask('/v1/tenants/default/templates', {'templates': [
            {'purpose': 'sign_in', 'channel': 'email', 'locale': 'en',
             'subject': 'Your code for {brand}'}]}, method='PUT')

    def ship(self, server, name):
        """A shipment to somebody that is due today; its identifier."""
        now = json.loads(server.ask('/sandbox/clock'))['now']
        return json.loads(server.ask('/v1/shipments', {
            'order': 'A-1', 'promised_on': now[:10],
            'recipient': {'name': 'Ada', 'email': f'{name}@example.com'},
            'address': {'lines': ['1 High Street'], 'country': 'GB',
                        'time_zone': 'UTC'},
            'value': {'amount': '200', 'currency': 'EUR'},
            'parcels': [{'tracking': 'P1'}]}))['id']

    def doors(self, server):
        """What leaves the events of deliveries."""
        agent = json.loads(server.ask('/v1/agents', {'name': 'Grace'}))['id']
        pairing = json.loads(server.ask(f'/v1/agents/{agent}/pairings', {}))
        device = json.loads(server.ask('/v1/agent/pair', {
            'pairing_code': pairing['pairing_code'], 'device_key': self.KEY}))

        def door(shipment, what, **body):
            return json.loads(server.ask(
                f'/v1/agent/stops/{shipment}/{what}', body,
                key=device['token']))

        def dispatch(shipment):
            return json.loads(server.ask(
                f'/v1/shipments/{shipment}/dispatch', {'agent': agent}))

        for outcome in ('absent', 'address', None):
            shipment = self.ship(server, f'door-{outcome}')
            dispatch(shipment)
            server.ask(f'/v1/shipments/{shipment}/recall', {})
            code = server.code(dispatch(shipment)['challenge'])
            door(shipment, 'handover', code=code)       # an alert
            door(shipment, 'arrive')
            wrong = str((int(code[0]) + 1) % 10) + code[1:]
            for _ in range(5 if outcome == 'address' else 1):
                door(shipment, 'handover', code=wrong)
            if outcome == 'absent':
                named = json.loads(server.ask(
                    f'/v1/shipments/{shipment}/delegates',
                    {'name': 'Charles', 'email': 'charles@example.com'}))
                server.ask(f'/v1/shipments/{shipment}/delegates/'
                           + named['id'], method='DELETE')
                server.ask(f'/v1/shipments/{shipment}/overrides',
                           {'reason': 'known to the shop'})
                door(shipment, 'attempt', outcome=outcome)
                case = json.loads(server.ask(
                    f'/v1/shipments/{shipment}/disputes',
                    {'kind': 'nobody_came'}))['case']
                server.ask(f'/v1/cases/{case}', {'status': 'closed'},
                           method='PATCH')
                server.ask('/v1/cases', {'kind': 'other'})
                server.ask('/v1/tenants/default/calendars',
                           {'regions': [{'region': 'gb'}]}, method='PUT')
            elif outcome == 'address':
                server.ask(f'/v1/shipments/{shipment}/release', {})
                server.ask(f'/v1/shipments/{shipment}/cancel', {})
            else:
                door(shipment, 'handover', code=code)
        server.ask(f"/v1/agents/{agent}/devices/{device['device']}",
                   method='DELETE')
        server.ask(f'/v1/agents/{agent}', method='DELETE')

    # Not to be had in a minute, or without a fault; tests/flow has them.
    NOT_HERE = {'message.rerouted', 'guard.reported',
                'message.delivered', 'message.failed', 'message.expired',
                'subject.stopped', 'tenant.sprayed', 'store.restored',
                # Of accounts: tests/flow signs people in.
                'account.created', 'account.updated', 'account.changed',
                'account.erased', 'challenge.superseded',
                'contact.registered', 'contact.removed',
                'password.wrong', 'sign_in.refused', 'session.opened',
                'session.ended', 'operator.acted', 'device.trusted', 'device.forgotten',
                'factor.begun', 'factor.added', 'factor.removed',
                'recovery.made', 'recovery.used',
                'shipment.disputed', 'shipment.resolved',
                'shipment.rescheduled', 'override.approved'}

    def test_fields_are_those_of_the_page(self):
        with Server(str(PROGRAM), self.folder) as server:
            self.live(server)
            self.doors(server)
            export = server.run('audit', 'export')
        documented = self.documented()
        seen = {}
        for line in export.splitlines():
            event = json.loads(line)
            if 'event' in event:
                seen.setdefault(event['event'], set()).add(
                    frozenset(event.keys() - {'tenant'}))
        for name, kinds in seen.items():
            self.assertEqual(kinds, {frozenset(documented[name])}, name)
        self.assertEqual(set(documented) - set(seen) - self.NOT_HERE, set())


class Curl(InFolder):
    def test_five_minutes(self):
        done = subprocess.run(
            [ROOT / 'examples/curl/five-minutes.sh', PROGRAM], text=True,
            capture_output=True, check=False, env=environment())
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for words in ('Signature Verified Successfully',
                      '"result":"redeemed"', '"result":"already_redeemed"',
                      'the log is whole'):
            self.assertIn(words, done.stdout)


def node_modules():
    """Where jose is: tests/web has the packages of all suites."""
    subprocess.run([ROOT / 'tests/web/packages'], check=True,
                   stdout=sys.stderr)
    return ROOT / 'tests/web/node_modules'


@unittest.skipUnless(shutil.which('node') and shutil.which('npm'), 'no node')
class Node(InFolder):
    def shop(self, server, typed):
        """Runs the shop; typed(challenge) are the lines of the customer."""
        process = subprocess.Popen(
            ['node', 'shop.mjs', server.url, 'key'], cwd=self.folder,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, env=environment())
        lines = typed(self.newest(server, process))
        out, _ = process.communicate(''.join(f'{line}\n' for line in lines),
                                     timeout=60)
        return process.returncode, out

    @staticmethod
    def newest(server, process):
        while process.poll() is None:
            found = re.search(r'"code":"(\d+)"', server.ask('/sandbox/inbox'))
            if found:
                return found.group(1)
        raise AssertionError(process.stdout.read())

    def setUp(self):
        super().setUp()
        shutil.copy(ROOT / 'examples/node/shop.mjs', self.folder)
        os.symlink(node_modules(), self.folder / 'node_modules')
        self.server = Server(str(PROGRAM), self.folder)
        self.addCleanup(self.server.stop)
        self.server.__enter__()
        (self.folder / 'key').write_text(f'api_key={self.server.key}\n')

    def test_paid_after_a_wrong_try(self):
        def typed(code):
            return ['hello', str((int(code[0]) + 1) % 10) + code[1:], code]

        status, out = self.shop(self.server, typed)
        self.assertIn('may have digits, spaces and hyphens only', out)
        self.assertIn('wrong, 2 tries left', out)
        self.assertRegex(out, r'(?m)^(.*: )?paid$')
        self.assertEqual(status, 0)

    def test_not_paid(self):
        status, out = self.shop(self.server, lambda code: [
            str((int(code[0]) + n) % 10) + code[1:] for n in (1, 2, 3)])
        self.assertIn('exhausted, 0 tries left', out)
        self.assertIn('not paid', out)
        self.assertEqual(status, 1)

    def test_the_customer_leaves(self):
        status, out = self.shop(self.server, lambda code: [])
        self.assertIn('not paid', out)
        self.assertEqual(status, 1)


class Accounts(InFolder):
    """examples/accounts and examples/step-up: the two ways of accounts.md."""

    def setUp(self):
        super().setUp()
        self.server = Server(str(PROGRAM), self.folder)
        self.addCleanup(self.server.stop)
        self.server.__enter__()
        (self.folder / 'key').write_text(f'api_key={self.server.key}\n')

    def post(self, url, body, **headers):
        request = urllib.request.Request(
            url, json.dumps(body).encode(),
            {'Content-Type': 'application/json', **headers})
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, json.load(answer), answer.headers
        except urllib.error.HTTPError as error:
            text = error.read()
            return error.code, json.loads(text or b'{}'), error.headers

    def code(self, process=None):
        while process is None or process.poll() is None:
            found = re.search(r'"code":"(\d+)"',
                              self.server.ask('/sandbox/inbox'))
            if found:
                return found.group(1)
        raise AssertionError(process.stdout.read())

    @staticmethod
    def wrong(code):
        return str((int(code[0]) + 1) % 10) + code[1:]

    @unittest.skipUnless(shutil.which('node'), 'no node')
    def test_sign_in(self):
        status, _, _ = self.post(
            self.server.url + '/v1/accounts',
            {'email': 'ada@example.com', 'password': 'seven wet umbrellas'},
            Authorization=f'Bearer {self.server.key}')
        self.assertEqual(status, 201)

        def run(password, typed):
            process = subprocess.Popen(
                ['node', ROOT / 'examples/accounts/sign-in.mjs',
                 self.server.url, 'key'], cwd=self.folder, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, env=environment())
            process.stdin.write(f'ada@example.com\n{password}\n')
            process.stdin.flush()
            lines = typed(process)
            out, _ = process.communicate(
                ''.join(f'{line}\n' for line in lines), timeout=60)
            return process.returncode, out

        status, out = run('no such umbrella', lambda process: [])
        self.assertIn('not signed in: refused', out)
        self.assertEqual(status, 1)

        def typed(process):
            code = self.code(process)
            return [self.wrong(code), code]

        status, out = run('seven wet umbrellas', typed)
        self.assertIn('A code was sent to a•••@example.com', out)
        self.assertRegex(out, r'signed in as acc_[0-9a-z]{36}')
        self.assertEqual(status, 0)

    @unittest.skipUnless(shutil.which('node') and shutil.which('npm'),
                         'no node')
    def test_step_up(self):
        shutil.copy(ROOT / 'examples/step-up/shop.mjs', self.folder)
        os.symlink(node_modules(), self.folder / 'node_modules')
        shop = subprocess.Popen(
            ['node', 'shop.mjs', self.server.url, 'key'], cwd=self.folder,
            text=True, stdout=subprocess.PIPE, env=environment())
        self.addCleanup(lambda: (shop.terminate(), shop.wait(),
                                 shop.stdout.close()))
        url = shop.stdout.readline().split()[1]
        status, _, headers = self.post(
            url + '/sign-in', {'email': 'ada@example.com',
                               'password': 'seven wet umbrellas'})
        self.assertEqual(status, 200)
        cookie = {'Cookie': headers['Set-Cookie'].split(';')[0]}
        address = {'address': '2 New Street'}
        self.assertEqual(self.post(url + '/address', address)[0], 401)
        status, asked, _ = self.post(url + '/address', address, **cookie)
        self.assertEqual((status, asked['to']), (202, 'a•••@example.com'))
        code = self.code()
        given = {'challenge': asked['challenge'], 'code': self.wrong(code)}
        status, answer, _ = self.post(url + '/address', address | given,
                                      **cookie)
        self.assertEqual((status, answer['result']), (403, 'wrong'))
        status, answer, _ = self.post(
            url + '/address',
            {'address': '3 Thief Street'} | given | {'code': code}, **cookie)
        self.assertEqual((status, answer['result']), (403, 'mismatch'))
        status, asked, _ = self.post(url + '/address', address, **cookie)
        given['challenge'] = asked['challenge']
        while self.code() == code:
            pass
        status, answer, _ = self.post(
            url + '/address', address | given | {'code': self.code()},
            **cookie)
        self.assertEqual((status, answer), (200, address))


if __name__ == '__main__':
    taprun.main()
