"""R24: `watchword code`, the authenticator for the terminal.

usage: test_code.py PROGRAM

The vault is read and written here by Python's own libraries, after
docs/authenticator.md: what one side seals the other opens.
"""
import base64
import fcntl
import hashlib
import hmac
import json
import os
import pathlib
import pty
import resource
import select
import signal
import stat
import subprocess
import sys
import tempfile
import termios
import time
import unittest

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent / 'tool')]
import taprun                           # noqa: E402

PROGRAM = sys.argv.pop() if len(sys.argv) > 1 else 'watchword'
PASS = 'four random words here'
KEY = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
URI = f'otpauth://totp/Example%20Books:ada%40example.com?secret={KEY}&issuer=Example%20Books'
# The seeds of the importers' fuzzers.
SEEDS = pathlib.Path(__file__).resolve().parent.parent / 'fuzz/seeds'
ABOUT = {name: f'watchword-vault 1 {name}'.encode()
         for name in ('passphrase', 'box')}


def b64(data):
    return base64.b64encode(data).decode()


def slot_key(slot, passphrase):
    return hashlib.scrypt(passphrase.encode(), n=slot['n'], r=slot['r'],
                          p=slot['p'], dklen=32, maxmem=1 << 30,
                          salt=base64.b64decode(slot['salt']))


def seal(entries, passphrase=PASS, settings=None):
    """A vault with the least cost that is taken."""
    raw, nonce = os.urandom(32), os.urandom(12)
    slot = {'kind': 'passphrase', 'kdf': 'scrypt', 'n': 1 << 14, 'r': 8,
            'p': 1, 'salt': b64(os.urandom(32)), 'nonce': b64(nonce)}
    key = slot_key(slot, passphrase)
    slot['key'] = b64(AESGCM(key).encrypt(nonce, raw, ABOUT['passphrase']))
    content = json.dumps({'entries': entries, 'settings': settings or {}})
    return json.dumps({
        'format': 'watchword-vault', 'version': 1, 'slots': [slot],
        'nonce': b64(nonce), 'box': b64(AESGCM(raw).encrypt(
            nonce, content.encode(), ABOUT['box']))})


def unseal(text, passphrase=PASS):
    vault = json.loads(text)
    slot = vault['slots'][0]
    raw = AESGCM(slot_key(slot, passphrase)).decrypt(
        base64.b64decode(slot['nonce']), base64.b64decode(slot['key']),
        ABOUT['passphrase'])
    return json.loads(AESGCM(raw).decrypt(
        base64.b64decode(vault['nonce']), base64.b64decode(vault['box']),
        ABOUT['box']))


def entry(number=1, **more):
    return {'id': str(number), 'type': 'totp', 'issuer': f'Shop {number}',
            'account': 'ada', 'secret': KEY, 'algorithm': 'SHA1', 'digits': 6,
            'period': 30, 'counter': 0, **more}


def code_of(e, now):
    counter = e['counter'] if e['type'] == 'hotp' else int(now) // e['period']
    key = base64.b32decode(e['secret'] + '=' * (-len(e['secret']) % 8))
    mac = hmac.new(key, counter.to_bytes(8, 'big'),
                   e['algorithm'].lower()).digest()
    at = mac[-1] & 15
    number = int.from_bytes(mac[at:at + 4], 'big') & 0x7fffffff
    return str(number % 10 ** e['digits']).zfill(e['digits'])


def at_terminal(words, typed, environment):
    """What a person sees who types behind prompts; secrets once the terminal
    does not show them, which drops what was typed before."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execvpe(words[0], words, environment)
    seen = b''
    waiting = [(prompt.encode(), line) for prompt, line in typed]
    end = time.time() + 60
    while time.time() < end:
        if select.select([fd], [], [], 0.05)[0]:
            try:
                part = os.read(fd, 4096)
            except OSError:
                break
            if not part:
                break
            seen += part
        if waiting and waiting[0][0] in seen and (
                waiting[0][1] == '' or
                not termios.tcgetattr(fd)[3] & termios.ECHO):
            os.write(fd, waiting.pop(0)[1].encode() + b'\n')
    os.close(fd)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), seen.decode()


class Code(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.file = self.folder / 'watchword' / 'codes.json'

    def environment(self):
        kept = {n: v for n, v in os.environ.items()
                if not n.startswith('WATCHWORD_')}
        return {**kept, 'XDG_DATA_HOME': str(self.folder)}

    def run_code(self, *words, text='', passphrase=PASS, more=None,
                 start=None):
        ours, theirs = os.pipe()
        os.write(theirs, passphrase.encode() + b'\n')
        os.close(theirs)
        words = [*words, '--passphrase-fd', str(ours)]
        fds = [ours]
        if more is not None:
            second, end = os.pipe()
            os.write(end, more.encode() + b'\n')
            os.close(end)
            words += ['--password-fd', str(second)]
            fds.append(second)
        done = subprocess.run([PROGRAM, 'code', *words], input=text,
                              text=True, capture_output=True, check=False,
                              env=self.environment(), pass_fds=fds,
                              preexec_fn=start)
        for fd in fds:
            os.close(fd)
        return done

    def good(self, *words, **more):
        done = self.run_code(*words, **more)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def refused(self, status, words, *args, **more):
        """It says so, and the file is as it was."""
        before = self.file.read_bytes() if self.file.exists() else None
        done = self.run_code(*args, **more)
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertIn(words, done.stderr)
        after = self.file.read_bytes() if self.file.exists() else None
        self.assertEqual(before, after)

    def plant(self, entries, **more):
        self.file.parent.mkdir(exist_ok=True)
        self.file.write_text(seal(entries, **more))

    def test_first_account_makes_a_sealed_file_that_others_can_open(self):
        self.good('add', text=URI + '\n')
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(self.file.parent.stat().st_mode), 0o700)
        text = self.file.read_text()
        for word in ('Books', 'ada', KEY, PASS):
            self.assertNotIn(word, text)
        self.assertEqual(json.loads(text)['slots'][0]['n'], 1 << 17)
        entries = unseal(text)['entries']
        self.assertEqual(len(entries), 1)
        self.assertEqual(entries[0]['secret'], KEY)
        self.assertEqual(entries[0]['issuer'], 'Example Books')
        self.refused(1, 'not the passphrase', 'list', passphrase='wrong one')
        self.refused(1, 'at least 8', 'add', '--file',
                     str(self.folder / 'other.json'), text=URI,
                     passphrase='short')

    def test_as_oathtool(self):
        self.plant([entry(), entry(2, type='hotp', counter=3)])
        theirs = subprocess.run(['oathtool', '--hotp', '-b', '-c3', KEY],
                                check=True, capture_output=True, text=True)
        self.assertEqual(self.good('show', 'Shop 2'), theirs.stdout)
        self.assertEqual(unseal(self.file.read_text())
                         ['entries'][1]['counter'], 4)
        while True:
            now = [subprocess.run(['oathtool', '--totp', '-b', KEY], text=True,
                                  check=True, capture_output=True).stdout[:-1]
                   for _ in range(2)]
            shown = json.loads(self.good('show', 'Shop 1', '--json'))
            again = subprocess.run(['oathtool', '--totp', '-b', KEY],
                                   text=True, check=True,
                                   capture_output=True).stdout[:-1]
            if now[0] == again:
                self.assertEqual(shown[0]['code'], again)
                break

    def test_list_copy_remove_export_and_settings_that_stay(self):
        self.plant([entry(), entry(2)], settings={'hide': True})
        self.assertEqual(self.good('list'), 'Shop 1 (ada)\nShop 2 (ada)\n')
        self.assertEqual(self.good('list', 'shop 2'), 'Shop 2 (ada)\n')
        copied = self.good('copy', 'Shop 1')
        self.assertRegex(copied, '^\x1b\\]52;c;[A-Za-z0-9+/=]+\x07$')
        self.assertRegex(base64.b64decode(copied[7:-1]).decode(), r'^\d{6}$')
        self.refused(1, 'more than one', 'copy', 'shop')
        self.refused(1, 'no account', 'remove', 'nobody')
        self.assertEqual(self.good('export').count('otpauth://totp/'), 2)
        self.good('remove', 'Shop 1')
        content = unseal(self.file.read_text())
        self.assertEqual([e['issuer'] for e in content['entries']], ['Shop 2'])
        self.assertEqual(content['settings'], {'hide': True})

    def test_import_is_whole_or_nothing(self):
        self.plant([entry()])
        hexadecimal = '3132333435363738393031323334353637383930'
        good = self.folder / 'good.csv'
        good.write_text(f'S1,{hexadecimal},totp\nS2,{hexadecimal},hotp\n')
        bad = self.folder / 'bad.csv'
        bad.write_text(f'S1,{hexadecimal},totp\nS2,xyz,totp\nS3,,\n')
        self.refused(1, '2: its key', 'import', str(bad))
        self.refused(1, '3: ', 'import', str(bad))
        self.assertIn('2 would be added',
                      self.good('import', str(good), '--dry-run'))
        self.assertEqual(len(unseal(self.file.read_text())['entries']), 1)
        self.assertIn('2 added', self.good('import', str(good)))
        self.assertIn('0 added, 2 were', self.good('import', str(good)))
        self.refused(3, 'cannot be read', 'import',
                     str(self.folder / 'nothing'))
        self.refused(1, 'not known', 'import', PROGRAM)
        large = self.folder / 'large.csv'
        with large.open('wb') as file:
            file.truncate((16 << 20) + 1)
        self.refused(3, 'larger than 16 MiB', 'import', str(large))

    def test_a_backup_of_the_page_is_taken(self):
        self.plant([entry()])
        backup = self.folder / 'backup.json'
        backup.write_text(seal([entry(), entry(7)], 'another passphrase'))
        self.refused(1, 'not its passphrase', 'import', str(backup),
                     more='not that one')
        self.assertIn('1 added, 1 were there', self.good(
            'import', str(backup), more='another passphrase'))
        backup.write_text(backup.read_text()[:200])
        self.refused(1, 'damaged', 'import', str(backup),
                     more='another passphrase')

    def test_damaged_file_stays_as_it_is(self):
        self.plant([entry()])
        whole = self.file.read_text()
        for text in ('', '{}', whole[:-40], whole.replace('"box": "', '"box": "A')):
            self.file.write_text(text)
            self.refused(3, 'damaged', 'add', text=URI)

    def test_a_link_that_is_none_makes_no_file(self):
        self.refused(1, '1: this is no setup link', 'add', text='hello\n')
        self.assertFalse(self.file.exists())

    def test_a_full_disk_leaves_the_file_as_it_was(self):
        self.plant([entry(1, type='hotp', counter=4)])

        def small():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512))

        before = self.file.read_bytes()
        for words in (['add'], ['show', 'Shop'], ['remove', 'Shop']):
            done = self.run_code(*words, text=URI, start=small)
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertIn('it is as it was', done.stderr)
            self.assertEqual(done.stdout, '', 'a code that is not on disk')
            self.assertEqual(self.file.read_bytes(), before)
            self.assertEqual([p.name for p in self.file.parent.iterdir()],
                             ['codes.json'])

    def test_two_at_once_do_not_lose_anything(self):
        self.plant([entry()])
        lock = os.open(self.file.parent, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
        self.refused(3, 'in use', 'add', text=URI)
        os.close(lock)

    def test_a_picture(self):
        picture = self.folder / 'qr.pbm'
        made = subprocess.run(
            ['node', '-e', '''
import("qr").then(({ encodeQR }) => {
    const rows = encodeQR(process.argv[1], "raw", { border: 4 });
    const side = rows.length * 6;
    console.log(`P1\\n${side} ${side}`);
    for (const row of rows) {
        const line = row.map((d) => `${d ? 1 : 0} `.repeat(6)).join("");
        for (let i = 0; i < 6; i++) console.log(line);
    }
});''', URI], cwd=taprun.ROOT / 'tests' / 'web', text=True, check=True,
            capture_output=True)
        picture.write_text(made.stdout)
        self.plant([entry()])
        self.assertIn('1 added', self.good('add', '--image', str(picture)))
        picture.write_text('P1\n2 2\n0 0 0 0\n')
        self.refused(3, 'no QR code', 'add', '--image', str(picture))
        self.refused(3, 'no QR code', 'add', '--image', '/etc/hostname')

    def terminal(self, words, typed, command=('code',)):
        return at_terminal([PROGRAM, *command, *words], typed,
                           self.environment())

    def test_every_verb_asks_for_the_passphrase_unseen(self):
        self.plant([entry(), entry(2)])
        for words, shows in ((['list'], 'Shop 2 (ada)'),
                             (['copy', 'Shop 1'], ']52;c;'),
                             (['export', '--yes'], 'otpauth://totp/Shop%202'),
                             (['remove', 'Shop 1'], 'removed: Shop 1')):
            with self.subTest(words):
                status, seen = self.terminal(words, [('Passphrase: ', PASS)])
                self.assertEqual(status, 0, seen)
                self.assertIn(shows, seen)
                self.assertNotIn(PASS, seen)
        status, seen = self.terminal(['list'], [('Passphrase: ', 'wrong one')])
        self.assertEqual(status, 1, seen)
        self.assertNotIn('wrong one', seen)

    def test_a_sealed_file_asks_for_its_password_unseen(self):
        # The samples of five formats, sealed with "qwerty".
        for name in ('aegis/sealed', 'twofas/sealed', 'andotp/sealed',
                     'freeotp/sealed', 'pskc/passphrase'):
            with self.subTest(name):
                self.plant([entry()])
                before = self.file.read_bytes()
                words = ['import', str(SEEDS / f'import_{name}')]
                status, seen = self.terminal(words, [
                    ('Passphrase: ', PASS),
                    ('Password of that file: ', 'qwerty')])
                self.assertEqual(status, 0, seen)
                self.assertRegex(seen, r'[12] added, 0 were there')
                self.assertNotIn('qwerty', seen)
                self.assertNotIn(PASS, seen)
                self.assertIn(len(unseal(self.file.read_text())['entries']),
                              (2, 3))
                self.file.write_bytes(before)
                status, seen = self.terminal(words, [
                    ('Passphrase: ', PASS),
                    ('Password of that file: ', 'qwertz')])
                self.assertEqual(status, 1, seen)
                self.assertIn('not right', seen)
                self.assertNotIn('qwertz', seen)
                self.assertEqual(self.file.read_bytes(), before)
        backup = self.folder / 'backup.json'
        backup.write_text(seal([entry(7)], 'another passphrase'))
        status, seen = self.terminal(['import', str(backup)], [
            ('Passphrase: ', PASS),
            ('Passphrase of that backup: ', 'another passphrase')])
        self.assertEqual(status, 0, seen)
        self.assertIn('1 added', seen)
        self.assertNotIn('another passphrase', seen)

    def test_an_operator_is_asked_for_the_password_of_a_file(self):
        data = str(self.folder / 'data')
        subprocess.run([PROGRAM, 'init', '--data', data], check=True,
                       capture_output=True)
        words = ['import', str(SEEDS / 'import_aegis/sealed'), '--tenant',
                 'default', '--data', data, '--dry-run']
        for password, says in (('qwerty', 'no account has this identifier'),
                               ('qwertz', 'the password is not right')):
            status, seen = self.terminal(
                words, [('Password of that file: ', password)], command=[])
            self.assertEqual(status, 1, seen)
            self.assertIn(says, seen)
            self.assertNotIn(password, seen)

    def test_nothing_secret_is_echoed(self):
        status, seen = self.terminal(['add'], [
            ('Setup link', URI), ('of the new vault', PASS),
            ('same again', PASS)])
        self.assertEqual(status, 0, seen)
        self.assertNotIn(KEY, seen)
        self.assertNotIn(PASS, seen)
        self.assertIn('1 added', seen)
        status, seen = self.terminal(['show'], [
            ('Passphrase: ', PASS), ('Example Books', '')])
        self.assertEqual(status, 0, seen)
        self.assertNotIn(PASS, seen)
        self.assertRegex(seen, r'\d{6} .*s \d{6} .*Example Books')
        # What was shown is taken off the screen.
        self.assertTrue(seen.rstrip('\r\n').endswith('\x1b[1A\x1b[J'), seen)
        self.assertEqual(self.terminal(['export'], [])[0], 2)


if __name__ == '__main__':
    taprun.main()
