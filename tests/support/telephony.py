"""A provider of calls, for tests: it takes the order for a call, "dials", does
what the documents say that it fetches, and reports how the call ended.

By the documented protocols of Twilio (form in, TwiML, status callbacks) and of
Vonage (JSON in, NCCO, events).  Who answers is decided by the number's end.
"""
import http.server
import json
import threading
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ElementTree

HUMAN, SILENT, MACHINE, NOBODY = "01", "02", "03", "04"


class Call:
    """One call: what was heard, in order, and what was pressed."""

    def __init__(self, order, number):
        self.order = order
        self.number = number
        self.heard = []
        self.pressed = 0
        self.hung_up = False
        self.documents = []
        self.over = threading.Event()

    def answered_by(self, end):
        return self.number.endswith(end)


def fetch(url, body=None, content="application/x-www-form-urlencoded"):
    request = urllib.request.Request(url, data=body, headers=(
        {"Content-Type": content} if body is not None else {}))
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.headers.get_content_type(), answer.read().decode()


class Telephony:
    def __init__(self):
        self.calls = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, answer = outer.order(self.headers, self.path, body)
                data = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def order(self, headers, path, body):
        twilio = headers.get_content_type() == "application/x-www-form-urlencoded"
        order = (dict(urllib.parse.parse_qsl(body.decode())) if twilio
                 else json.loads(body))
        call = Call(order, order["To"] if twilio else order["to"][0]["number"])
        call.path, call.login = path, headers["Authorization"]
        call.id = f"CA{len(self.calls):032x}"
        self.calls.append(call)
        threading.Thread(target=self.dial, daemon=True, args=(
            call, self.twilio if twilio else self.vonage)).start()
        return 201, {"sid" if twilio else "uuid": call.id, "status": "queued"}

    def dial(self, call, way):
        try:
            way(call)
        finally:
            call.over.set()

    # Twilio: https://www.twilio.com/docs/voice/twiml

    def twilio(self, call):
        def ask(url, **more):
            kind, text = fetch(url, urllib.parse.urlencode(
                {"CallSid": call.id, "CallStatus": "in-progress", **more}).encode())
            assert kind in ("application/xml", "text/xml"), kind
            call.documents.append(text)
            root = ElementTree.fromstring(text)
            assert root.tag == "Response", text
            return root

        ended = "no-answer"
        if not call.answered_by(NOBODY):
            by = "machine_start" if call.answered_by(MACHINE) else "human"
            self.perform(call, ask(call.order["Url"], AnsweredBy=by), ask)
            ended = "completed"
        fetch(call.order["StatusCallback"], urllib.parse.urlencode(
            {"CallSid": call.id, "CallStatus": ended}).encode())

    def perform(self, call, document, ask):
        for verb in document:
            if verb.tag == "Say":
                call.heard.append("".join(verb.itertext()))
                call.language = verb.get("language")
            elif verb.tag == "Gather":
                call.heard += ["".join(s.itertext()) for s in verb.iter("Say")]
                if call.answered_by(HUMAN):
                    call.pressed += 1
                    self.perform(call, ask(verb.get("action"), Digits="5"), ask)
                    return
            elif verb.tag == "Hangup":
                call.hung_up = True
                return
            else:
                assert verb.tag == "Pause", verb.tag

    # Vonage: https://developer.vonage.com/en/voice/voice-api/ncco-reference

    def vonage(self, call):
        def event(**members):
            fetch(call.order["event_url"][0], json.dumps(
                {"uuid": call.id, **members}).encode(), "application/json")

        if call.answered_by(NOBODY):
            event(status="unanswered")
            return
        if call.answered_by(MACHINE):
            # machine_detection is "hangup": it ends before anything is said.
            event(status="machine")
            return
        _, text = fetch(call.order["answer_url"][0])
        actions = json.loads(text)
        while actions:
            action, actions = actions[0], actions[1:]
            if action["action"] == "talk":
                call.heard.append(action["text"])
                call.language = action["language"]
            elif action["action"] == "input" and call.answered_by(HUMAN):
                call.pressed += 1
                _, text = fetch(action["eventUrl"][0], json.dumps(
                    {"uuid": call.id, "dtmf": {"digits": "7", "timed_out": False}}
                ).encode(), "application/json")
                call.documents.append(text)
                actions = json.loads(text)
        event(status="completed")
