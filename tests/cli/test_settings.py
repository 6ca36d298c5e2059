"""R24: the terminal's codes for random settings, as other programs make them.

usage: test_settings.py PROGRAM COUNT

COUNT accounts of TOTP, and a hundredth of it of HOTP, are put into vaults; what
`watchword code show` says is compared with the OATH Toolkit's oathtool, with
the npm package otpauth and with Python's own HMAC.
"""
import base64
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import unittest

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent / 'tool')]
COUNT = int(sys.argv.pop())
import taprun                           # noqa: E402
import test_code                        # noqa: E402

SEED = 20261122
VAULT_MAX = 1000
BY_OTPAUTH = '''
import("otpauth").then(({ HOTP, Secret, TOTP }) => {
    const said = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
    console.log(JSON.stringify(said.map(([e, at]) => {
        const settings = { secret: Secret.fromBase32(e.secret),
            algorithm: e.algorithm, digits: e.digits };
        return e.type === "hotp"
            ? new HOTP(settings).generate({ counter: e.counter })
            : new TOTP({ ...settings, period: e.period })
                .generate({ timestamp: at * 1000 });
    })));
});'''


def oathtool(e, at):
    """Its command for one code; of HOTP it knows SHA-1 only."""
    way = (f'--hotp -c{e["counter"]}' if e['type'] == 'hotp' else
           f'--totp={e["algorithm"]} -s{e["period"]}s -N@{at}')
    return f'oathtool {way} -d{e["digits"]} -b {e["secret"]}\n'


class Settings(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.vault = pathlib.Path(folder.name) / 'codes.json'
        self.rng = random.Random(SEED)

    def draw(self, number, **more):
        rng = self.rng
        secret = base64.b32encode(rng.randbytes(rng.randint(1, 64))).decode()
        return test_code.entry(
            number, algorithm=rng.choice(['SHA1', 'SHA256', 'SHA512']),
            digits=rng.randint(6, 8), period=rng.randint(2, 86400),
            secret=secret.rstrip('='), **more)

    def show(self, *words):
        ours, theirs = os.pipe()
        os.write(theirs, test_code.PASS.encode() + b'\n')
        os.close(theirs)
        done = subprocess.run(
            [test_code.PROGRAM, 'code', 'show', *words, '--json', '--file',
             str(self.vault), '--passphrase-fd', str(ours)],
            text=True, capture_output=True, check=False, pass_fds=[ours])
        os.close(ours)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def same(self, said):
        """Of (entry, seconds, code): the others have these codes too."""
        done = subprocess.run(
            ['sh'], text=True, check=True, capture_output=True,
            input=''.join(oathtool(e, at) for e, at, _ in said))
        self.assertEqual(done.stdout.split(), [code for _, _, code in said])
        done = subprocess.run(
            ['node', '-e', BY_OTPAUTH], text=True, check=True,
            capture_output=True, cwd=taprun.ROOT / 'tests' / 'web',
            input=json.dumps([[e, at] for e, at, _ in said]))
        self.assertEqual(json.loads(done.stdout),
                         [code for _, _, code in said])

    def test_by_time(self):
        for first in range(0, COUNT, VAULT_MAX):
            entries = [self.draw(i) for i in range(
                first, min(first + VAULT_MAX, COUNT))]
            self.vault.write_text(test_code.seal(entries))
            before = int(time.time())
            shown = self.show()
            after = int(time.time())
            self.assertEqual(len(shown), len(entries))
            said = []
            for e, s in zip(entries, shown):
                # The second of these in which it was made.
                at = [t for t in range(before, after + 1)
                      if test_code.code_of(e, t) == s['code']]
                self.assertTrue(at, e)
                said.append((e, at[0], s['code']))
            self.same(said)

    def test_by_counter(self):
        said = []
        for i in range(max(COUNT // 100, 5)):
            e = {**self.draw(i, type='hotp', counter=self.rng.randrange(
                1 << self.rng.randint(1, 53))), 'algorithm': 'SHA1'}
            self.vault.write_text(test_code.seal([e]))
            shown = self.show(e['issuer'])
            self.assertEqual(test_code.code_of(e, 0), shown[0]['code'])
            said.append((e, 0, shown[0]['code']))
        self.same(said)


if __name__ == '__main__':
    print(f'# {COUNT} settings, seed {SEED}')
    taprun.main()
