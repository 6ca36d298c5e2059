#!/usr/bin/env python3
"""When the mail server is away, refuses, or is not the one it should be.

    test_trouble.py WATCHWORD
"""
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tool")]
import postfix  # noqa: E402
import server  # noqa: E402
import taprun  # noqa: E402
import unittest  # noqa: E402

BINARY = sys.argv[1]


class Trouble(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mail = cls.enterClassContext(postfix.Postfix())

    def serve(self, **more):
        return self.enterContext(server.Server(BINARY, self.mail, **more))

    def halt(self):
        self.mail.halt()
        self.addCleanup(self.mail.resume)

    def approve(self, served, challenge, raw):
        code, = re.findall(rb"^ +(\d{3} \d{3})$", raw, re.M)
        status, answer = served.ask(
            "POST", f"/v1/challenges/{challenge}/check",
            {"code": code.decode()})
        self.assertEqual((status, answer["result"]), (200, "approved"))

    def queued(self, served, to, detail, attempts=1):
        """A challenge whose message has failed so often, and waits."""
        challenge = served.create(to)["id"]
        message = served.wait_for(challenge,
                                  lambda m: m["attempts"] >= attempts)
        self.assertEqual(message["state"], "queued")
        self.assertRegex(message["detail"], detail)
        self.assertNotIn("sent_at", message)
        return challenge

    def delivered_once(self, served, challenge, to):
        message = served.wait_for(challenge, lambda m: m["state"] == "sent")
        self.assertGreaterEqual(message["attempts"], 2)
        self.approve(served, challenge, self.mail.wait_for_message(to))
        self.assertEqual(served.message_events(challenge), ["message.sent"])
        # Postfix has taken one message for this address, and no other.
        self.assertEqual(len(re.findall(rf"to=<{to}>.* status=sent",
                                        self.mail.read_log())), 1)

    def test_away_and_back(self):
        """R12, S38: however often it is tried, one mail with one code."""
        served = self.serve()
        self.halt()
        challenge = self.queued(served, "away@example.com", "^connect$")
        self.mail.resume()
        self.delivered_once(served, challenge, "away@example.com")

    def test_both_away_and_back(self):
        """I6: the outbox outlives a server that was killed."""
        served = self.serve()
        self.halt()
        challenge = self.queued(served, "killed@example.com", "^connect$")
        served.kill()
        self.mail.resume()
        served.start()
        self.delivered_once(served, challenge, "killed@example.com")

    def test_wrong_authority(self):         # S97
        served = self.serve(ca_file=self.mail.other_ca_file)
        challenge = self.queued(served, "tls@example.com",
                                "^tls_certificate$")
        self.assertEqual(self.mail.take_messages(), [])
        self.assertNotIn("tls@example.com", self.mail.read_log())
        self.assertEqual(served.message_events(challenge), [])

    def test_come_back_later(self):
        served = self.serve()
        self.queued(served, "later@example.com", "^smtp_450$")

    def test_no_such_person(self):
        served = self.serve()
        challenge = served.create("nobody@example.com")["id"]
        message = served.wait_for(challenge,
                                  lambda m: m["state"] != "queued")
        self.assertEqual((message["state"], message["detail"],
                          message["attempts"]), ("failed", "smtp_550", 1))
        self.assertEqual(served.message_events(challenge), ["message.failed"])

    def test_cancelled_meanwhile(self):
        """A code that is over is not sent when the mail server is back."""
        served = self.serve()
        self.halt()
        over = self.queued(served, "over@example.com", "^connect$")
        status, _ = served.ask("POST", f"/v1/challenges/{over}/cancel")
        self.assertEqual(status, 200)
        later = self.queued(served, "after@example.com", "^connect$")
        self.mail.resume()
        self.delivered_once(served, later, "after@example.com")
        message = served.wait_for(over, lambda m: m["state"] != "queued")
        self.assertEqual(message["state"], "cancelled")
        self.assertEqual(self.mail.take_messages(), [])


if __name__ == "__main__":
    why_not = postfix.available() or server.missing(BINARY)
    if why_not:
        print("skipped:", why_not)
        sys.exit(77)
    taprun.main()
