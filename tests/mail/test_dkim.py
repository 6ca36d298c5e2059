#!/usr/bin/env python3
"""A code by mail from the server through a real Postfix, its DKIM signatures
checked in the file as received by a program that is not ours (dkimpy).

    test_dkim.py WATCHWORD
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import postfix  # noqa: E402

try:
    import dkim
    import nacl.signing  # noqa: F401  dkimpy needs it for Ed25519
except ImportError:
    print("skipped: python3-dkim and python3-nacl are not installed")
    sys.exit(77)

WATCHWORD = sys.argv.pop(1)

CONF = """\
[server]
listen = 127.0.0.1:0
[mail]
host = 127.0.0.1
port = {port}
ca_file = {ca_file}
from = code@installation.example
"""


class Server:
    """watchword serve in a folder of its own."""

    def __init__(self, folder, mail):
        self.data = folder / "data"
        self.api_key = self.run("init")[0].partition("=")[2]
        conf = self.data / "watchword.conf"
        conf.write_text(CONF.format(port=mail.port, ca_file=mail.ca_file))
        self.log = open(folder / "log", "w", encoding="utf-8")
        self.process = subprocess.Popen(
            [WATCHWORD, "serve", "--data", self.data],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        word, _, self.url = self.process.stdout.readline().partition(" ")
        self.url = self.url.strip()
        if word != "ready":
            raise RuntimeError((folder / "log").read_text())

    def run(self, *args, check=True, stdin=None):
        done = subprocess.run([WATCHWORD, *args, "--data", self.data],
                              check=check, stdout=subprocess.PIPE,
                              input=stdin, stderr=subprocess.PIPE)
        self.status = done.returncode
        self.said = done.stderr.decode()
        return done.stdout.decode().splitlines()

    def call(self, path, body=None):
        request = urllib.request.Request(
            self.url + path,
            data=json.dumps(body).encode() if body else None,
            headers={"Authorization": f"Bearer {self.api_key}",
                     "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def challenge(self, email):
        return self.call("/v1/challenges", {
            "purpose": "sign_in", "to": {"email": email}})

    def records(self):
        """Every key, the retired ones too, as the DNS would have it."""
        keys = [json.loads(line) for line in self.run(
            "dkim", "list", "--tenant", "default", "--json")]
        return {f"{k['selector']}._domainkey.{k['domain']}":
                f"v=DKIM1; k={k['algorithm']}; p={k['public_key']}"
                for k in keys}

    def stop(self):
        self.process.terminate()
        self.process.communicate(timeout=30)
        self.log.close()


def selectors(raw):
    return re.findall(rb"\bs=([a-z0-9-]+);", raw.partition(b"\nDate:")[0])


def good(raw, records, count):
    result = 0
    for index in range(count):
        def lookup(name, timeout=5):
            text = records.get(name.decode().rstrip("."))
            return text.encode() if text else None
        try:
            result += dkim.DKIM(raw).verify(index, dnsfunc=lookup)
        except dkim.DKIMException:
            pass
    return result


class DkimTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mail = cls.enterClassContext(postfix.Postfix())
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.server = Server(pathlib.Path(folder), cls.mail)
        cls.addClassCleanup(cls.server.stop)

    def send(self, to="ada@example.com"):
        self.server.challenge(to)
        return self.mail.wait_for_message()

    def make(self, selector):
        self.server.run("dkim", "new", "--tenant", "default", "--domain",
                        "shop.example", "--selector", selector)

    def test_life_of_keys(self):
        server = self.server
        raw = self.send("eve@example.com")
        self.assertNotIn(b"DKIM-Signature", raw)
        self.assertIn(b"<code@installation.example>", raw)

        # R76: a sending domain of the tenant's own.
        self.make("s1")
        server.run("sender", "set", "code@mail.shop.example", "--tenant",
                   "default", "--name", "Lindenhof")
        old = self.send()
        self.assertIn(b'From: "Lindenhof" <code@mail.shop.example>', old)
        self.assertIn(b"Return-Path: <code@mail.shop.example>", old)
        self.assertEqual(selectors(old), [b"s1-rsa", b"s1-ed25519"])
        published = server.records()
        self.assertEqual(good(old, published, 2), 2)
        for change in ((b"Lindenhof", b"Lindenhop"),
                       (b"Subject: ", b"Subject: x"),
                       (b"To: ada@", b"To: eve@"),
                       (b"charset=utf-8", b"charset=utf-7"),
                       (b"\nDate: ", b"\nSubject: Hello\nDate: ")):
            self.assertIn(change[0], old)
            self.assertEqual(good(old.replace(*change), published, 2), 0,
                             change)

        # Another key beside the old one, and then without it.
        self.make("s2")
        both = self.send("bob@example.com")
        self.assertEqual(good(both, server.records(), 4), 4)
        self.assertEqual(good(both, published, 4), 2)
        for selector in "s1-rsa", "s1-ed25519":
            server.run("dkim", "retire", selector, "--tenant", "default",
                       "--domain", "shop.example")
        new = self.send("cat@example.com")
        self.assertEqual(selectors(new), [b"s2-rsa", b"s2-ed25519"])
        self.assertEqual(good(new, server.records(), 2), 2)
        self.assertEqual(good(new, published, 2), 0)
        # Mail of before is checked with the public keys that were kept.
        self.assertEqual(good(old, server.records(), 2), 2)

        # R77: a sender that no key covers is refused.
        for address in "code@myshop.example", "code@shop.example.evil.test":
            server.run("sender", "set", address, "--tenant", "default",
                       check=False)
            self.assertEqual(server.status, 1, address)


if __name__ == "__main__":
    why_not = postfix.available()
    if why_not:
        print("skipped:", why_not)
        sys.exit(77)
    unittest.main()
