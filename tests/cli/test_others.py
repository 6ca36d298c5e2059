"""R24: files that other people's programs have made, taken by the terminal.

usage: test_others.py PROGRAM

PSKC is written by python3-pskc, plain and encrypted, and signed by the OATH
Toolkit's pskctool; the file of the PAM module by google-authenticator; those of
Aegis, andOTP and FreeOTP+ by OTPClient, which exports for them; links by pyotp.
These are Debian's packages: so is the Python that runs this.
"""
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent / 'tool')]
import taprun                           # noqa: E402
import test_code                        # noqa: E402

try:
    import pyotp
    from pskc import PSKC
except ImportError:
    PSKC = None

from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: E402

PROGRAM = test_code.PROGRAM
SECRET = b'12345678901234567890'
BASE32 = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
TOTP = (f'otpauth://totp/Example%20Books:ada?secret={BASE32}'
        '&issuer=Example%20Books&algorithm=SHA1&digits=6&period=30')
HOTP = (f'otpauth://hotp/Old%20Post:H1?secret={BASE32}'
        '&issuer=Old%20Post&algorithm=SHA1&digits=8&counter=7')
# The seeds of the importers' fuzzers; sealed with "qwerty".
SAMPLES = pathlib.Path(__file__).resolve().parent.parent / 'fuzz/seeds'
WAYS = 'urn:ietf:params:xml:ns:keyprov:pskc:'


def container():
    made = PSKC()
    made.add_key(id='t1', secret=SECRET, algorithm=WAYS + 'totp', serial='T1',
                 issuer='Example Books', key_userid='ada', response_length=6,
                 response_encoding='DECIMAL', time_interval=30)
    made.add_key(id='h1', secret=SECRET, algorithm=WAYS + 'hotp', serial='H1',
                 issuer='Old Post', response_length=8,
                 response_encoding='DECIMAL', counter=7)
    return made


class Others(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.vault = self.folder / 'codes.json'

    def path(self, name):
        return str(self.folder / name)

    def code(self, *words, password=None):
        words = [PROGRAM, 'code', *words, '--file', str(self.vault)]
        fds = []
        for option, line in (('--passphrase-fd', test_code.PASS),
                             ('--password-fd', password)):
            if line is not None:
                ours, theirs = os.pipe()
                os.write(theirs, line.encode() + b'\n')
                os.close(theirs)
                self.addCleanup(os.close, ours)
                words += [option, str(ours)]
                fds.append(ours)
        return subprocess.run(words, text=True, capture_output=True,
                              check=False, pass_fds=fds)

    def taken(self, name, *words, password=None):
        """The links of what was in the file, in a vault of its own."""
        self.vault.write_text(test_code.seal([]))
        done = self.code('import', self.path(name), *words, password=password)
        self.assertEqual(done.returncode, 0, done.stderr)
        return self.code('export').stdout.splitlines()

    def refused(self, words, name, *options, password=None):
        """With the place and the reason; and the vault is as it was."""
        before = test_code.seal([])
        self.vault.write_text(before)
        done = self.code('import', self.path(name), *options,
                         password=password)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(words, done.stderr)
        self.assertEqual(self.vault.read_text(), before)

    def sealed(self, name, key, algorithm):
        made = container()
        made.encryption.setup_preshared_key(
            key=key, algorithm=algorithm, fields=['secret'])
        made.write(self.path(name))
        (self.folder / (name + '.key')).write_text(key.hex() + '\n')

    def test_pskc_plain_and_signed(self):
        container().write(self.path('plain.xml'))
        self.assertEqual(self.taken('plain.xml'), [TOTP, HOTP])
        subprocess.run(
            ['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes',
             '-keyout', 'k', '-out', 'c', '-subj', '/CN=maker'],
            cwd=self.folder, check=True, capture_output=True)
        signed = subprocess.run(
            ['pskctool', '--sign', '--sign-key', 'k', '--sign-crt', 'c',
             'plain.xml'], cwd=self.folder, check=True, capture_output=True)
        (self.folder / 'signed.xml').write_bytes(signed.stdout)
        self.assertIn(b'<SignatureValue>', signed.stdout)
        self.assertEqual(self.taken('signed.xml'), [TOTP, HOTP])

    def test_pskc_under_a_key(self):        # RFC 6030 section 6.1
        for size, algorithm in ((16, 'aes128-cbc'), (32, 'aes256-cbc')):
            key = bytes(range(size))
            self.sealed('k.xml', key, algorithm)
            self.assertEqual(self.taken(
                'k.xml', '--key-file', self.path('k.xml.key')), [TOTP, HOTP])
            self.refused('key is encrypted', 'k.xml')
            (self.folder / 'wrong').write_text(key[::-1].hex())
            self.refused(': its ', 'k.xml', '--key-file', self.path('wrong'))
            (self.folder / 'none').write_text('no key')
            self.refused('hexadecimal', 'k.xml',
                         '--key-file', self.path('none'))

    def test_pskc_under_a_passphrase(self):     # RFC 6030 section 6.2
        made = container()
        made.encryption.setup_pbkdf2('their password', iterations=10000,
                                     fields=['secret'])
        made.write(self.path('p.xml'))
        self.assertEqual(self.taken('p.xml', password='their password'),
                         [TOTP, HOTP])
        self.refused('the passphrase is needed', 'p.xml')
        self.refused(': its ', 'p.xml', password='not that one')
        whole = (self.folder / 'p.xml').read_text()
        at = whole.index('<pskc:ValueMAC>') + len('<pskc:ValueMAC>')
        for name, text in (
                ('mac', whole[:at] + ('B' if whole[at] == 'A' else 'A')
                 + whole[at + 1:]),
                ('cut', whole[:len(whole) // 2]),
                ('doctype', whole.replace('?>', '?><!DOCTYPE k [<!ENTITY a '
                 'SYSTEM "file:///etc/passwd">]>', 1)),
                ('nul', whole.replace('Old Post', 'Old\0Post'))):
            with self.subTest(name):
                (self.folder / 'p.xml').write_text(text)
                self.refused(': ', 'p.xml', password='their password')

    def test_other_code_apps(self):
        for name in ('aegis/sealed', 'twofas/sealed', 'andotp/sealed',
                     'freeotp/tokens-xml', 'freeotp/sealed'):
            with self.subTest(name):
                whole = (SAMPLES / f'import_{name}').read_bytes()
                (self.folder / 'a').write_bytes(whole)
                self.assertIn(f'otpauth://totp/Deno:ada?secret={BASE32}'
                              '&issuer=Deno&algorithm=SHA1&digits=6&period=30',
                              self.taken('a', password='qwerty'))
                if name.endswith('sealed'):
                    self.refused('password is not right', 'a',
                                 password='not that one')
                    self.refused('its password is needed', 'a')
                (self.folder / 'a').write_bytes(whole[:len(whole) // 2])
                self.refused('nothing was added', 'a', '--format', {
                    'twofas': '2fas'}.get(name.split('/')[0],
                                          name.split('/')[0]),
                             password='qwerty')

    def otpclient(self):
        """A home with OTPClient's database in it: AES-GCM, the head of which
        (nonce, salt) is authenticated too; strings with their NUL."""
        tokens = [
            {'type': 'TOTP', 'label': 'ada', 'issuer': 'Example Books',
             'secret': BASE32, 'digits': 6, 'algo': 'SHA1', 'period': 30},
            {'type': 'HOTP', 'label': 'H1', 'issuer': 'Old Post',
             'secret': BASE32, 'digits': 8, 'algo': 'SHA1', 'counter': 7}]
        head = os.urandom(16 + 32)
        key = hashlib.pbkdf2_hmac('sha512', b'of its own\0', head[16:],
                                  100000, 32)
        database = self.folder / 'db.enc'
        database.write_bytes(head + AESGCM(key).encrypt(
            head[:16], json.dumps(tokens).encode() + b'\0', head))
        (self.folder / '.config').mkdir()
        (self.folder / '.config' / 'otpclient.cfg').write_text(
            f'[config]\ndb_path={database}\nuse_secret_service=false\n')
        return {**os.environ, 'HOME': str(self.folder), 'LC_ALL': 'C.UTF-8',
                'XDG_CONFIG_HOME': str(self.folder / '.config')}

    def test_what_otpclient_exports_for_other_apps(self):
        environment = self.otpclient()
        # Its names of andOTP's two forms are the wrong way round.
        for kind, prompt in (('aegis', []), ('freeotpplus', []),
                             ('andotp_encrypted', []),
                             ('andotp_plain', [('export encryption',
                                                'their password')])):
            with self.subTest(kind):
                before = set(self.folder.iterdir())
                status, seen = test_code.at_terminal(
                    ['otpclient-cli', 'export', '-t', kind, '-d',
                     str(self.folder)],
                    [('decryption password', 'of its own'), *prompt],
                    environment)
                self.assertEqual(status, 0, seen)
                made, = set(self.folder.iterdir()) - before
                self.assertEqual(
                    self.taken(made.name, password='their password'
                               if prompt else None), [TOTP, HOTP])
                self.vault.unlink()
                if prompt:
                    self.refused('password is not right', made.name,
                                 password='not that one')
                    self.vault.unlink()

    def test_links_of_pyotp(self):
        wide = pyotp.TOTP(BASE32, digits=8, digest=hashlib.sha256,
                          interval=60, name='zoë@example.org',
                          issuer='Zürich Café & more')
        (self.folder / 'links').write_text('\n'.join([
            pyotp.TOTP(BASE32).provisioning_uri('ada', 'Example Books'),
            pyotp.HOTP(BASE32, digits=8).provisioning_uri(
                'H1', issuer_name='Old Post', initial_count=7),
            wide.provisioning_uri()]) + '\n')
        self.assertEqual(self.taken('links'), [
            TOTP, HOTP,
            'otpauth://totp/Z%C3%BCrich%20Caf%C3%A9%20%26%20more:'
            f'zo%C3%AB%40example.org?secret={BASE32}&issuer='
            'Z%C3%BCrich%20Caf%C3%A9%20%26%20more&algorithm=SHA256'
            '&digits=8&period=60'])

    def test_google_authenticator(self):
        for way, kind in (('-t', 'totp'), ('-c', 'hotp')):
            file = self.folder / '.google_authenticator'
            file.unlink(missing_ok=True)
            more = ['-d'] if kind == 'totp' else []
            subprocess.run(
                ['google-authenticator', way, *more, '-f', '-C', '-q', '-r',
                 '3', '-R', '30', '-w', '3', '-s', str(file)], check=True,
                stdin=subprocess.DEVNULL, capture_output=True)
            key = file.read_text().splitlines()[0]
            link, = self.taken('.google_authenticator')
            self.assertTrue(link.startswith(
                f'otpauth://{kind}/google_authenticator?secret={key}&'), link)


if __name__ == '__main__':
    missing = [name for name in ('pskctool', 'google-authenticator', 'openssl',
                               'otpclient-cli')
               if shutil.which(name) is None]
    if PSKC is None or missing:
        print('skipped: not installed:', *missing or ['python3-pskc'])
        sys.exit(77)
    taprun.main()
