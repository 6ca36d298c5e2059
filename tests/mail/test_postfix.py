#!/usr/bin/env python3
"""A message of ours through a real Postfix into a Maildir, and back.

    test_postfix.py SEND_ONE
"""
import email
import email.policy
import pathlib
import re
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import postfix  # noqa: E402

SEND_ONE = sys.argv.pop(1)


class PostfixTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mail = cls.enterClassContext(postfix.Postfix())

    def send(self, to="ada@example.com", locale="en", code="407123", ca=None):
        return subprocess.run(
            [SEND_ONE, str(self.mail.port), str(ca or self.mail.ca_file), to,
             locale, code], check=True, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True).stdout.strip()

    def test_code_arrives(self):
        words = {"en": "Never share", "de": "niemals weiter",
                 "hi-IN": "किसी को न बताएँ", "ja": "誰にも教えないでください"}
        for locale, code in (("en", "407123"), ("de", "000042"),
                             ("hi-IN", "407123"), ("ja", "000042")):
            self.assertEqual(self.send(locale=locale, code=code), "accepted")
            raw = self.mail.wait_for_message()
            message = email.message_from_bytes(
                raw, policy=email.policy.default)
            shown = code[:3] + " " + code[3:]
            text, html = message.iter_parts()
            self.assertEqual(text.get_content().count(f"    {shown}\n"), 1)
            self.assertEqual(html.get_content().count(f">{shown}<"), 1)
            self.assertIn(shown.encode(), raw)
            self.assertNotIn(code, message["Subject"])       # S90
            self.assertEqual(message["To"], "ada@example.com")
            self.assertEqual(message["Delivered-To"],
                             "ada@example.com")                  # R17
            self.assertEqual(message["Return-Path"], "<code@shop.example>")
            self.assertEqual(len(message.get_all("Message-ID")), 1)
            self.assertEqual(len(message.get_all("Date")), 1)
            self.assertFalse(list(message.iter_attachments())[2:])   # R73
            self.assertRegex(message["Received"],
                             r"using TLSv1\.[23] .*with ESMTPS")     # S97
            self.assertIn(words[locale], text.get_content())
            self.assertIn(f'<html lang="{locale[:2]}">', html.get_content())
            if locale == "ja":
                self.assertEqual(message["Subject"],
                                 "【Müller & Söhne】ログイン用の認証コード")

    def test_refusals(self):
        self.assertEqual(self.send("nobody@example.com"), "smtp_550")
        self.assertEqual(self.send("later@example.com"), "smtp_450")
        self.assertEqual(self.send("ada@elsewhere.example"), "smtp_554")

    def test_strange_but_valid_address(self):
        self.assertEqual(self.send("o'brien+{x}|~-/=?^@example.com"),
                         "accepted")
        raw = self.mail.wait_for_message()
        self.assertIn(b"Delivered-To: o'brien+{x}|~-/=?^@example.com", raw)

    def test_wrong_authority(self):
        self.assertEqual(self.send(ca=self.mail.other_ca_file),
                         "tls_certificate")
        self.assertFalse(re.search(r"from=<code@shop.example>.*untrusted",
                                   self.mail.read_log()))


if __name__ == "__main__":
    why_not = postfix.available()
    if why_not:
        print("skipped:", why_not)
        sys.exit(77)
    unittest.main()
