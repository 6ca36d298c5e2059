#!/usr/bin/env python3
"""A code by text through a real Kannel to its fake SMSC, and its receipt back
(R18).

    test_kannel.py WATCHWORD
"""
import pathlib
import sys
import types

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "mail"), str(HERE.parent / "tool")]
import kannel  # noqa: E402
import server  # noqa: E402
import taprun  # noqa: E402
import unittest  # noqa: E402

TOKEN = "receipts-token-0123456789"
NOBODY = types.SimpleNamespace(host="", port=25, ca_file="/nowhere")


class Server(server.Server):
    def __init__(self, binary, sms):
        super().__init__(binary, NOBODY)
        folder = pathlib.Path(self.folder.name)
        self.port, = kannel.free_ports(1)
        self.config.write_text(f"[providers]\nfile = {folder}/providers.ini\n")
        for name, secret in ("password", kannel.PASSWORD), ("token", TOKEN):
            (folder / name).write_text(secret + "\n")
            (folder / name).chmod(0o400)
        (folder / "providers.ini").write_text(
            "[kannel]\nprofile = kannel\n"
            f"url = {sms.url}\naccount = {kannel.USER}\n"
            f"secret_file = {folder}/password\nsender = Shop\n"
            "countries = +49 +43\n"
            f"receipts_url = http://127.0.0.1:{self.port}\n"
            f"receipts_token_file = {folder}/token\n")
        self.listen = f"127.0.0.1:{self.port}"


class Texts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sms = cls.enterClassContext(kannel.Kannel())
        cls.server = cls.enterClassContext(Server(sys.argv[1], cls.sms))

    def create(self, phone):
        return self.server.ask("POST", "/v1/challenges", {
            "purpose": "sign_in", "to": {"phone": phone}, "channel": "sms"})

    def test_delivered_and_approved(self):
        status, answer = self.create("+491701234567")
        self.assertEqual(status, 201, answer)
        text = self.sms.wait_for_log("fakesmsc.out", r"\+491701234567.*?(\d{6})")
        message = self.server.wait_for(answer["id"],
                                       lambda m: m["state"] == "delivered")
        self.assertEqual(message["attempts"], 1)
        status, checked = self.server.ask(
            "POST", f"/v1/challenges/{answer['id']}/check",
            {"code": text.group(1)})
        self.assertEqual((status, checked["result"]), (200, "approved"))
        self.assertIn("message.delivered",
                      self.server.message_events(answer["id"]))
        # Once more, and the opposite: nothing changes.
        for word in "1", "2":
            status, _ = self.server.ask(
                "GET", f"/v1/providers/kannel/receipts?token={TOKEN}"
                f"&id={message['id']}&status={word}")
            self.assertEqual(status, 200)
        self.assertEqual(self.server.message(answer["id"])["state"],
                         "delivered")

    def test_strangers(self):
        for path, wanted in (
                ("kannel/receipts?token=wrong&id=x&status=1", 401),
                ("kannel/receipts?id=x&status=1", 401),
                ("nobody/receipts?token=wrong&id=x&status=1", 401),
                (f"kannel/receipts?token={TOKEN}&id=x&status=1", 404),
                (f"kannel/receipts?token={TOKEN}&status=1", 400)):
            status, _ = self.server.ask("GET", f"/v1/providers/{path}")
            self.assertEqual(status, wanted, path)

    def test_countries(self):                                       # S39
        for phone, rule in (("+14155550100", "country_not_listed"),
                            ("+881612345678", "premium_number")):
            status, answer = self.create(phone)
            self.assertEqual(status, 400)
            self.assertIn(rule, answer["errors"][0]["reason"])


if __name__ == "__main__":
    why_not = kannel.available() or server.missing(sys.argv[1])
    if why_not:
        print("skipped:", why_not)
        sys.exit(77)
    taprun.main()
