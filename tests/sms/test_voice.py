#!/usr/bin/env python3
"""A code by a call, through a provider that dials: a key is pressed, nobody
presses one, a machine answers, nobody does (S95).

    test_voice.py WATCHWORD
"""
import pathlib
import re
import sys
import types

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "mail"),
                str(HERE.parent / "tool"), str(HERE.parent / "support")]
import kannel  # noqa: E402
import server  # noqa: E402
import taprun  # noqa: E402
import telephony  # noqa: E402
import unittest  # noqa: E402
import urllib.error  # noqa: E402

TOKEN = "calls-token-0123456789"
NOBODY = types.SimpleNamespace(host="", port=25, ca_file="/nowhere")
LOCALES = ["en", "de", "fr", "es", "it", "pt", "nl", "pl", "hi", "ja"]


class Server(server.Server):
    def __init__(self, binary, provider):
        super().__init__(binary, NOBODY)
        folder = pathlib.Path(self.folder.name)
        self.port, = kannel.free_ports(1)
        self.config.write_text(f"[providers]\nfile = {folder}/providers.ini\n")
        for name, secret in ("password", "pw"), ("token", TOKEN):
            (folder / name).write_text(secret + "\n")
            (folder / name).chmod(0o400)
        (folder / "providers.ini").write_text(
            f"[calls]\n{provider}account = AC1\n"
            f"secret_file = {folder}/password\nsender = 4930123456\n"
            "countries = +49\n"
            f"receipts_url = http://127.0.0.1:{self.port}\n"
            f"receipts_token_file = {folder}/token\n")
        self.listen = f"127.0.0.1:{self.port}"

    def call(self, phone, **more):
        status, answer = self.ask("POST", "/v1/challenges", {
            "purpose": "sign_in", "to": {"phone": phone}, "channel": "voice",
            **more})
        assert status == 201, answer
        return answer["id"]


def spoken(heard):
    """The digits that are said one by one: "1, 2, 3, 4, 5, 6"."""
    return ["".join(re.findall(r"\d", run))
            for run in re.findall(r"\d(?:, \d){5}", heard)]


class Calls:
    """What every profile must do; the classes below name one."""

    @classmethod
    def setUpClass(cls):
        cls.phone = cls.enterClassContext(telephony.Telephony())
        cls.server = cls.enterClassContext(Server(
            sys.argv[1], cls.provider.format(url=cls.phone.url)))
        cls.tens = 10

    def number(self, end):
        type(self).tens += 7
        return f"+491701{self.tens:04d}{end}"

    def place(self, end, **more):
        number = self.number(end)
        challenge = self.server.call(number, **more)
        self.server.wait_for(challenge, lambda m: m["state"] != "queued" and
                             m["state"] != "sent")
        call, = [c for c in self.phone.calls
                 if number.endswith(c.number.lstrip("+"))]
        self.assertTrue(call.over.wait(20))
        return challenge, call

    def test_key_pressed(self):
        challenge, call = self.place(telephony.HUMAN)
        question, said = call.heard
        self.assertEqual(call.pressed, 1)
        self.assertNotRegex(question, r"\d")
        codes = spoken(said)
        self.assertEqual(len(codes), 2, said)
        self.assertEqual(codes[0], codes[1])
        self.assertIn("slow", call.documents[-1])
        self.assertEqual(call.language, "en-US")
        message = self.server.message(challenge)
        self.assertEqual((message["state"], message["detail"]),
                         ("delivered", "key_pressed"))
        self.assertEqual(message["outcome"], "delivered")
        _, checked = self.server.ask(
            "POST", f"/v1/challenges/{challenge}/check", {"code": codes[0]})
        self.assertEqual(checked["result"], "approved")
        self.assertIn("message.delivered",
                      self.server.message_events(challenge))

    def failed(self, end, outcome):
        challenge, call = self.place(end)
        self.assertEqual([h for h in call.heard if re.search(r"\d", h)], [])
        message = self.server.message(challenge)
        self.assertEqual((message["state"], message["outcome"]),
                         ("failed", outcome))
        _, shown = self.server.ask("GET", f"/v1/challenges/{challenge}")
        self.assertEqual(shown["status"], "pending")
        self.assertIn("message.failed", self.server.message_events(challenge))
        return call

    def test_nobody_presses(self):
        self.assertEqual(len(self.failed(telephony.SILENT,
                                         "no_answer").heard), 1)

    def test_machine(self):
        self.assertEqual(self.failed(telephony.MACHINE,
                                     "answering_machine").heard, [])

    def test_nobody_answers(self):
        self.failed(telephony.NOBODY, "no_answer")

    def test_languages(self):
        questions = set()
        for locale in LOCALES:
            _, call = self.place(telephony.HUMAN, locale=locale)
            codes = spoken(call.heard[1])
            self.assertEqual(len(codes), 2, locale)
            self.assertTrue(call.language.startswith(locale + "-"))
            questions.add(call.heard[0])
        self.assertEqual(len(questions), len(LOCALES))

    def test_strangers_and_the_end(self):
        challenge, call = self.place(telephony.HUMAN)
        message = self.server.message(challenge)
        path = f"/v1/providers/calls/call?id={message['id']}"
        self.assertEqual(self.server.ask("GET", path)[0], 401)
        self.assertEqual(self.server.ask("GET", path + "&token=x")[0], 401)
        other = message["id"][:12] + "00000000" + message["id"][20:]
        for wrong in "msg_1", other:
            with self.assertRaises(urllib.error.HTTPError) as refused:
                telephony.fetch(f"{self.server.url}/v1/providers/calls/call"
                                f"?token={TOKEN}&id={wrong}")
            self.assertEqual(refused.exception.code, 404)
        # Once the challenge is over, a key gets nothing said.
        self.server.ask("POST", f"/v1/challenges/{challenge}/cancel")
        _, text = telephony.fetch(
            f"{self.server.url}{path}&token={TOKEN}{self.key[0]}", *self.key[1:])
        self.assertNotRegex(text, r"\d, \d")


class Twilio(Calls, unittest.TestCase):
    provider = ("profile = twilio_call\n"
                "url = {url}/2010-04-01/Accounts/{{account}}/Calls.json\n")
    key = ("&Digits=1",)

    def test_order(self):
        _, call = self.place(telephony.HUMAN)
        self.assertEqual(call.path, "/2010-04-01/Accounts/AC1/Calls.json")
        self.assertEqual(call.login, "Basic QUMxOnB3")
        self.assertEqual(call.order["MachineDetection"], "Enable")
        self.assertNotRegex(str(call.order), r"\d, \d")
        self.assertTrue(call.hung_up)


class Vonage(Calls, unittest.TestCase):
    provider = "profile = vonage_call\nurl = {url}/v1/calls\nplain = yes\n"
    key = ("", b'{"dtmf":{"digits":"1"}}', "application/json")


if __name__ == "__main__":
    why_not = server.missing(sys.argv[1])
    if why_not:
        print("skipped:", why_not)
        sys.exit(77)
    taprun.main()
