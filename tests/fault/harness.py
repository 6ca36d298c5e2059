"""What the fault tests share: a real server in a folder of its own, clients,
an SMTP peer whose manners can be changed, and TAP."""
import atexit
import contextlib
import email
import http.client
import itertools
import json
import mmap
import os
import pathlib
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time

START_S = 30        # a start that takes longer hangs
WAIT_S = 150        # so does anything else; a message's lease is 60 s


def wait_for(what, condition, limit=WAIT_S, step=0.005):
    """Until condition() gives something; what never comes ends the test."""
    end = time.monotonic() + limit
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {limit} s")
        time.sleep(step)


class Unanswered(Exception):
    """The connection ended before an answer was there."""


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:300]!r}"


class Client:
    """One kept connection."""

    def __init__(self, server, timeout=60):
        self.server, self.timeout, self.http = server, timeout, None

    def call(self, method, path, body=None, key=None, headers=()):
        fields = {"Authorization": f"Bearer {self.server.api_key}"}
        fields.update(headers)
        text = None
        if body is not None:
            text = json.dumps(body)
            fields["Content-Type"] = "application/json"
        if key is not None:
            fields["Idempotency-Key"] = f'"{key}"'
        try:
            if self.http is None:
                self.http = http.client.HTTPConnection(
                    "127.0.0.1", self.server.port, timeout=self.timeout)
                self.http.connect()
                self.http.sock.setsockopt(socket.IPPROTO_TCP,
                                          socket.TCP_NODELAY, 1)
            self.http.request(method, path, text, fields)
            r = self.http.getresponse()
            return Answer(r.status, r.headers, r.read())
        except (OSError, http.client.HTTPException) as e:
            self.close()
            raise Unanswered(f"{method} {path}: {e!r}") from e

    def get(self, path):
        return self.call("GET", path)

    def post(self, path, body=None, key=None):
        return self.call("POST", path, {} if body is None else body, key)

    def close(self):
        if self.http is not None:
            self.http.close()
            self.http = None


class Server:
    """An installation in a temporary folder, and its process, which does not
    outlive the test; the folder of a test that failed does."""

    def __init__(self, binary, parent=None):
        atexit.register(self.kill)
        self.binary = str(binary)
        self.process = None
        self.top = pathlib.Path(tempfile.mkdtemp(prefix="ww-fault-",
                                                 dir=parent))
        self.data = self.top / "data"
        self.log = self.top / "log"
        self.port = None
        made = self.command("init")
        if made.returncode != 0:
            raise AssertionError(f"init: {made.stderr}")
        self.api_key = made.stdout.strip().removeprefix("api_key=")

    def command(self, *words):
        return subprocess.run(
            [self.binary, *words, "--data", str(self.data)],
            capture_output=True, text=True, timeout=WAIT_S)

    def spawn(self, config=None, sandbox=True, env=None):
        """Starts the process; it may not be ready."""
        words = [self.binary, "serve", "--data", str(self.data),
                 "--listen", "127.0.0.1:0"]
        if sandbox:
            words.append("--sandbox")
        if config is not None:
            path = self.top / "watchword.conf"
            path.write_text(config)
            words += ["--config", str(path)]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                words, stdout=subprocess.PIPE, stderr=log,
                stdin=subprocess.DEVNULL, env={**os.environ, **(env or {})})

    def ready(self):
        """Waits for "ready"; False: the process ended before."""
        out = self.process.stdout
        text = b""
        end = time.monotonic() + START_S
        while b"\n" not in text:
            left = end - time.monotonic()
            if left <= 0 or not select.select([out], [], [], left)[0]:
                raise AssertionError(f"no start within {START_S} s")
            more = os.read(out.fileno(), 4096)
            if not more:
                self.process.wait()
                return False
            text += more
        self.port = int(re.match(rb"ready http://127\.0\.0\.1:(\d+)",
                                 text).group(1))
        return True

    def start(self, **options):
        self.spawn(**options)
        if not self.ready():
            raise AssertionError(
                f"the server did not start:\n{self.log_text()[-2000:]}")

    def kill(self, how=signal.SIGKILL):
        if self.process is None:
            return None
        self.process.send_signal(how)
        return self.ended()

    def ended(self):
        """Waits for the end; returns the exit status, -signal."""
        status = self.process.wait(timeout=WAIT_S)
        self.process.stdout.close()
        self.process = None
        return status

    def log_text(self):
        return self.log.read_text(errors="replace")

    def audit_flaw(self):
        """None where the audit log is whole."""
        done = self.command("audit", "verify")
        if done.returncode == 0:
            return None
        return (f"audit verify: exit {done.returncode}: "
                f"{done.stdout}{done.stderr}").strip()

    def remove(self):
        if self.process is not None:
            self.kill()
        shutil.rmtree(self.top, ignore_errors=True)


def digits(text):
    return re.sub(r"\D", "", text)


def wrong_code(code):
    """Another code of the same length."""
    return code[:-1] + str((int(code[-1]) + 1) % 10)


def sign_in(address, **more):
    return {"purpose": "sign_in", "to": {"email": address},
            "channel": "email", "length": 10, **more}


def inbox_code(client, address, challenge, limit=WAIT_S):
    """The code of a challenge, from the sandbox's inbox."""
    def look():
        answer = client.get(f"/sandbox/inbox?to={address}")
        for m in answer.json()["messages"]:
            if m["challenge"] == challenge and m["code"] is not None:
                return m["code"]
        return None
    return wait_for(f"a message to {address}", look, limit)


STEPS = ["accept", "banner", "ehlo", "mail", "rcpt", "data", "end"]


class SmtpPeer:
    """Takes mail over SMTP without TLS; hang_at names a step at which it says
    nothing more: "end" is after the whole message was received (and kept:
    the peer has it, the sender cannot know)."""

    def __init__(self):
        self.hang_at = None
        self.hung = 0           # sessions that met it
        self.lock = threading.Lock()
        self.mails = []         # (recipient, message as parsed)
        self.open = set()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.gate = threading.Event()
        self.gate.set()
        threading.Thread(target=self.accept, daemon=True).start()

    def hang(self, step):
        self.hang_at = step
        if step == "accept":
            self.gate.clear()
        if step in ("accept", "banner", "ehlo"):
            # A kept connection is past that.
            with self.lock:
                for sock in self.open:
                    # The other side may have had enough already.
                    with contextlib.suppress(OSError):
                        sock.shutdown(socket.SHUT_RDWR)

    def recover(self):
        """Hung sessions stay hung, new ones are served."""
        self.hang_at = None
        self.gate.set()

    def accept(self):
        while True:
            self.gate.wait()
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            if not self.gate.is_set():
                with self.lock:
                    self.hung += 1
                    self.open.add(sock)
                continue
            threading.Thread(target=self.session, args=(sock,),
                             daemon=True).start()

    def step(self, name, sock, line):
        """True: hang here, which means: until the other side has enough."""
        if self.hang_at != name:
            sock.sendall(line + b"\r\n")
            return False
        with self.lock:
            self.hung += 1
        while sock.recv(65536):
            pass
        return True

    def session(self, sock):
        with self.lock:
            self.open.add(sock)
        try:
            self.talk(sock, sock.makefile("rb"))
        except OSError:
            pass
        finally:
            with self.lock:
                self.open.discard(sock)
            sock.close()

    def talk(self, sock, lines):
        if not self.step("banner", sock, b"220 peer.example ESMTP"):
            self.dialogue(sock, lines)

    def dialogue(self, sock, lines):
        to = None
        for line in lines:
            verb = line[:4].upper()
            if verb in (b"EHLO", b"HELO"):
                stop = self.step("ehlo", sock, b"250-peer.example\r\n"
                                 b"250 8BITMIME")
            elif verb == b"MAIL":
                stop = self.step("mail", sock, b"250 2.1.0 yes")
            elif verb == b"RCPT":
                to = re.search(rb"<(.*)>", line).group(1).decode()
                stop = self.step("rcpt", sock, b"250 2.1.5 yes")
            elif verb == b"DATA":
                stop = self.step("data", sock, b"354 go on")
                if not stop:
                    self.keep(to, lines)
                    stop = self.step("end", sock, b"250 2.0.0 taken")
            elif verb == b"QUIT":
                sock.sendall(b"221 2.0.0 bye\r\n")
                return
            else:
                stop = self.step("other", sock, b"250 2.0.0 yes")
            if stop:
                return

    def keep(self, to, lines):
        raw = b""
        for line in lines:
            if line == b".\r\n":
                break
            raw += line[1:] if line.startswith(b".") else line
        else:
            raise OSError("the message was cut off")
        with self.lock:
            self.mails.append((to, email.message_from_bytes(raw)))

    def codes_for(self, address, length=10):
        with self.lock:
            mails = [m for to, m in self.mails if to == address]
        return [code_of(m, length) for m in mails]

    def config(self):
        return (f"[mail]\nhost = 127.0.0.1\nport = {self.port}\n"
                "security = none\nfrom = no-reply@shop.example\n"
                "connect_timeout_ms = 300\nsend_timeout_ms = 1000\n"
                "connections = 4\n")

    def close(self):
        self.listener.close()


def text_of(message):
    """The plain text of a mail."""
    for part in message.walk():
        if part.get_content_type() == "text/plain":
            return part.get_payload(decode=True).decode("utf-8")
    raise AssertionError("a mail without plain text")


def code_of(message, length):
    for line in text_of(message).splitlines():
        if re.fullmatch(r"\s*[\d ]+", line) and \
                len(digits(line)) == length:
            return digits(line)
    raise AssertionError("a mail without a code")


class Control:
    """The shared page of a preloaded library: fault_io.c, fault_alloc.c."""

    def __init__(self, folder, library, name):
        self.path = pathlib.Path(folder) / f"{name}.control"
        self.path.write_bytes(bytes(4096))
        with open(self.path, "r+b") as f:
            self.words = memoryview(mmap.mmap(f.fileno(), 4096)).cast("I")
        self.env = {"LD_PRELOAD": str(library),
                    f"{name.upper()}_CONTROL": str(self.path)}

    def arm(self, kind, at, onwards=False):
        self.words[0] = 0
        self.words[1:5] = memoryview(struct.pack(
            "4I", at, onwards, 0, 0)).cast("I")
        self.words[0] = kind

    def disarm(self):
        self.words[0] = 0

    @property
    def counted(self):
        return self.words[3]

    @property
    def fired(self):
        return self.words[4]


class Facts:
    """A few challenges in known states, one operation on each, and what must
    hold afterwards by what was answered (I3, I4)."""

    numbers = itertools.count()

    def __init__(self, client, refused_is_undone=True):
        """refused_is_undone: what got a 5xx has not happened."""
        self.n = next(Facts.numbers)
        self.refused_is_undone = refused_is_undone
        self.answers = {}
        self.wrong, self.right, self.over = (
            self.make(client, word) for word in ("wrong", "right", "over"))
        id, code = self.make(client, "receipt")
        answer = client.post(f"/v1/challenges/{id}/check", {"code": code})
        self.receipt = answer.json()["receipt"]
        self.fresh = sign_in(f"fresh{self.n}@example.com")
        self.operations = [
            ("wrong", f"/v1/challenges/{self.wrong[0]}/check",
             {"code": wrong_code(self.wrong[1])}),
            ("right", f"/v1/challenges/{self.right[0]}/check",
             {"code": self.right[1]}),
            ("cancel", f"/v1/challenges/{self.over[0]}/cancel", {}),
            ("redeem", "/v1/receipts/redeem",
             {"receipt": self.receipt, "purpose": "sign_in"}),
            ("create", "/v1/challenges", self.fresh),
        ]

    def make(self, client, word):
        address = f"{word}{self.n}@example.com"
        answer = client.post("/v1/challenges", sign_in(address))
        assert answer.status == 201, answer
        id = answer.json()["id"]
        return id, inbox_code(client, address, id)

    def key(self):
        return f"facts-{self.n}"

    def run(self, client):
        """Each operation once; an answer, or None for no answer."""
        for name, path, body in self.operations:
            key = self.key() if name == "create" else None
            try:
                answer = client.post(path, body, key)
            except Unanswered:
                answer = None
            self.answers[name] = answer
            assert answer is None or answer.status < 300 or \
                answer.status >= 500, f"{name}: {answer}"
        return [name for name, a in self.answers.items()
                if a is not None and a.status < 300]

    def outcome(self, name):
        """True: it happened; False: it did not; None: who knows."""
        answer = self.answers.get(name)
        if answer is None or (answer.status >= 300 and
                              not self.refused_is_undone):
            return None
        return answer.status < 300

    def verify(self, client):
        for name in ("wrong", "right", "cancel", "redeem", "create"):
            flaw = getattr(self, f"flaw_{name}")(client, self.outcome(name))
            assert flaw is None, (f"{name} was answered "
                                  f"{self.answers.get(name)}; then: {flaw}")

    def flaw_wrong(self, client, done):
        view = client.get(f"/v1/challenges/{self.wrong[0]}").json()
        left = view["attempts_left"]
        possible = {None: (4, 5), True: (4,), False: (5,)}[done]
        if done:
            answer = self.answers["wrong"].json()
            assert answer["result"] == "wrong", answer
        return None if left in possible else f"{left} tries left"

    def flaw_right(self, client, done):
        if done:
            answer = self.answers["right"].json()
            assert answer["result"] == "approved", answer
        path = f"/v1/challenges/{self.right[0]}/check"
        first, second = (client.post(path, {"code": self.right[1]}).json()
                         for _ in range(2))
        possible = {None: ("approved", "consumed"), True: ("consumed",),
                    False: ("approved",)}[done]
        if first["result"] in possible and second["result"] == "consumed":
            return None
        return f"{first}, {second}"

    def flaw_cancel(self, client, done):
        status = client.get(f"/v1/challenges/{self.over[0]}").json()["status"]
        possible = {None: ("cancelled", "pending"), True: ("cancelled",),
                    False: ("pending",)}[done]
        return None if status in possible else status

    def flaw_redeem(self, client, done):
        body = {"receipt": self.receipt, "purpose": "sign_in"}
        first, second = (client.post("/v1/receipts/redeem", body)
                         .json()["result"] for _ in range(2))
        possible = {None: ("redeemed", "already_redeemed"),
                    True: ("already_redeemed",), False: ("redeemed",)}[done]
        if first in possible and second == "already_redeemed":
            return None
        return f"{first}, {second}"

    @staticmethod
    def was_brought(client, address, id):
        """To the inbox of this process; or to that of one which has ended,
        whose inbox went with it, but which wrote down that it did."""
        mails = client.get(f"/sandbox/inbox?to={address}").json()["messages"]
        if any(m["challenge"] == id and m["code"] for m in mails):
            return True
        view = client.get(f"/v1/challenges/{id}").json()
        log = client.server.log_text()
        return any(m["state"] == "sent" and
                   f'"courier.answered","message":"{m["id"]}"' in log
                   for m in view["messages"])

    def flaw_create(self, client, done):
        again = [client.post("/v1/challenges", self.fresh, self.key())
                 for _ in range(2)]
        ids = {a.json().get("id") for a in again}
        if done:
            ids.add(self.answers["create"].json()["id"])
        if len(ids) != 1 or None in ids:
            return f"its key gives {again}"
        # A code comes for this one and no other; past the lease that a
        # process which is gone may have had on its message.
        id = ids.pop()
        address = self.fresh["to"]["email"]
        client.post("/sandbox/clock", {"advance_s": 61})
        wait_for(f"a message to {address}",
                 lambda: self.was_brought(client, address, id))
        client.post("/sandbox/clock", {"advance_s": -61})
        mails = client.get(f"/sandbox/inbox?to={address}").json()["messages"]
        strangers = [m for m in mails if m["challenge"] != id]
        return f"messages for {strangers}" if strangers else None


class Tap:
    """Cases; what one raises is told, and the next goes on."""

    def __init__(self):
        self.n = 0
        self.failed = 0

    def case(self, name, body, *args):
        self.n += 1
        try:
            skip = body(*args)
        except Exception as e:  # a test's failure, whatever it is
            self.failed += 1
            print(f"not ok {self.n} - {name}", flush=True)
            import traceback
            for line in traceback.format_exc().splitlines():
                print(f"# {line}")
            return
        reason = f" # SKIP {skip}" if isinstance(skip, str) else ""
        print(f"ok {self.n} - {name}{reason}", flush=True)

    def end(self):
        print(f"1..{self.n}")
        return 1 if self.failed else 0


