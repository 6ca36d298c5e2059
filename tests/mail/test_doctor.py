#!/usr/bin/env python3
"""What `watchword doctor` says of SPF, DKIM and DMARC, against a name server
of the test's own.

    test_doctor.py WATCHWORD
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import dns_server  # noqa: E402

WATCHWORD = sys.argv.pop(1)

CONF = """\
[mail]
host = 127.0.0.1
port = 9
from = code@installation.example
dns_server = {dns}
"""


class DoctorTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dns = dns_server.DnsServer()
        cls.addClassCleanup(cls.dns.stop)
        cls.data = pathlib.Path(cls.enterClassContext(
            tempfile.TemporaryDirectory())) / "data"
        cls.run_command("init")
        (cls.data / "watchword.conf").write_text(
            CONF.format(dns=cls.dns.address))
        cls.run_command("sender", "set", "code@mail.shop.example",
                        "--tenant", "default")

    @classmethod
    def run_command(cls, *args, check=True):
        return subprocess.run([WATCHWORD, *args, "--data", cls.data],
                              check=check, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True).stdout

    def doctor(self):
        """{check: [(health, found)]} of the checks that ask the DNS."""
        found = {"spf": [], "dkim": [], "dmarc": []}
        for line in self.run_command("doctor", "--json",
                                     check=False).splitlines():
            c = json.loads(line)
            found.get(c["check"], []).append((c["health"], c["found"]))
        return found

    def health(self, check):
        return [health for health, _ in self.doctor()[check]]

    def test_life(self):
        self.assertEqual(self.health("spf"), ["warning"])
        self.assertEqual(self.health("dmarc"), ["warning"])
        self.assertEqual(self.doctor()["dkim"],
                         [("warning", "default sends mail that is not "
                           "signed")])

        made = self.run_command("dkim", "new", "--tenant", "default",
                                "--domain", "shop.example", "--selector",
                                "s1")
        self.assertEqual(self.health("dkim"), ["bad", "bad"])
        # What is printed is what has to be published.
        for line in self.run_command("dkim", "dns", "--tenant", "default",
                                     "--json").splitlines():
            record = json.loads(line)
            self.dns.texts[record["name"]] = [record["value"]]
            if "_domainkey" in record["name"]:
                self.assertIn(record["name"] + ". IN TXT ", made)
        self.assertEqual(self.health("dkim"), ["good", "good"])
        self.assertEqual(self.health("spf"), ["good"])
        # At the parent, where the sender's own domain has none.
        self.assertEqual(self.health("dmarc"), ["good"])

        name = "s1-rsa._domainkey.shop.example"
        good = self.dns.texts[name]
        self.dns.texts[name] = [good[0].replace("p=MII", "p=AAA")]
        self.assertEqual(self.health("dkim"), ["bad", "good"])
        self.dns.texts[name] = good + good
        self.assertEqual(self.health("dkim"), ["bad", "good"])
        self.dns.texts[name] = good

        for text, health in (
                (["v=spf1 +all"], "bad"), (["v=spf1 mx all"], "bad"),
                (["v=spf1 -all", "v=spf1 mx -all"], "bad"),
                (["some words"], "warning"),
                (["some words", "v=spf1 -all"], "good")):
            self.dns.texts["mail.shop.example"] = text
            self.assertEqual(self.health("spf"), [health], text)
        for text, health in (
                (["v=DMARC1; p=none"], "warning"),
                (["v=DMARC1;p=reject"], "good"),
                (["v=DMARC1; p=reject", "v=DMARC1; p=none"], "bad")):
            self.dns.texts["_dmarc.mail.shop.example"] = text
            self.assertEqual(self.health("dmarc"), [health], text)

        # An answer that is cut within a string is no answer.
        self.dns.broken = True
        self.assertEqual(set(self.health("dkim")), {"warning"})
        self.dns.broken = False


if __name__ == "__main__":
    unittest.main()
