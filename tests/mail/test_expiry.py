#!/usr/bin/env python3
"""A message is never sent after its code has expired.

    test_expiry.py WATCHWORD

Takes the better part of a minute of real time, so it is in the suite slow:
the shortest life of a code is 60 s, and this server's clock is real.
"""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tool")]
import postfix  # noqa: E402
import server  # noqa: E402
import taprun  # noqa: E402
import unittest  # noqa: E402


class Expiry(unittest.TestCase):
    def test_never_after_expiry(self):
        """I6, R13: with no try left before its end, a message is over."""
        mail = self.enterContext(postfix.Postfix())
        served = self.enterContext(server.Server(sys.argv[1], mail))
        mail.halt()
        challenge = served.create("late@example.com", ttl_s=60)["id"]
        message = served.wait_for(
            challenge, lambda m: m["state"] != "queued", 90)
        self.assertEqual(message["state"], "expired")
        self.assertGreaterEqual(message["attempts"], 3)
        mail.resume()
        # Whatever was still to come would come before this one.
        after = served.create("after@example.com")["id"]
        served.wait_for(after, lambda m: m["state"] == "sent")
        mail.wait_for_message("after@example.com")
        self.assertEqual(mail.take_messages(), [])
        self.assertEqual(served.message_events(challenge), ["message.expired"])


if __name__ == "__main__":
    why_not = postfix.available() or server.missing(sys.argv[1])
    if why_not:
        print("skipped:", why_not)
        sys.exit(77)
    taprun.main()
