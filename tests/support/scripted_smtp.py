#!/usr/bin/env python3
"""A small SMTP server whose misbehaviour is chosen by the port.

    scripted_smtp.py DIR

makes a certificate authority in DIR (ca.pem, other-ca.pem), listens on one
loopback port for each scenario, prints a line "SCENARIO PORT" for each and
then "ready", and ends when its standard input does.  Each accepted message
is left in DIR/SCENARIO.N.eml, as it came, dots taken off; every connection
and command is a line of DIR/log.  It never answers QUIT, but for the scenario
"polite": who waits for that answer hangs.
"""
import itertools
import os
import pathlib
import socket
import ssl
import subprocess
import sys
import threading

STEPS = ["banner", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "body"]
FAULTS = ["hang", "drop", "450", "550"]


class Drop(Exception):
    pass


class Scenario:
    def __init__(self, name):
        self.name = name
        self.tls = "none"
        self.auth = False
        self.step = self.fault = None
        head, _, tail = name.partition("-")
        if head in STEPS and tail in FAULTS:
            self.step, self.fault = head, tail
            if head in ("starttls", "auth"):
                self.tls = "starttls"
                self.auth = head == "auth"
        elif head in ("starttls", "implicit", "wrongname"):
            self.tls = "implicit" if head == "implicit" else "starttls"
            self.auth = tail == "auth"


NAMES = ([f"{s}-{f}" for s, f in itertools.product(STEPS, FAULTS)] +
         ["ok", "ok2", "ok3", "once", "starttls", "starttls-auth", "implicit",
          "wrongname", "address", "late", "starttls-once",
          "polite"])


def openssl(*args, cwd):
    subprocess.run(["openssl", *args], cwd=cwd, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def make_certificate(folder, ca, name, alt):
    if not (folder / f"{ca}.pem").exists():
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-subj", f"/CN=Test {ca}", "-keyout", f"{ca}.key",
                "-out", f"{ca}.pem", cwd=folder)
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-subj", "/CN=test", "-keyout", f"{name}.key",
            "-out", f"{name}.csr", cwd=folder)
    (folder / f"{name}.ext").write_text(f"subjectAltName={alt}\n")
    openssl("x509", "-req", "-in", f"{name}.csr", "-CA", f"{ca}.pem",
            "-CAkey", f"{ca}.key", "-CAcreateserial", "-days", "2",
            "-extfile", f"{name}.ext", "-out", f"{name}.pem", cwd=folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    return context


class Session:
    def __init__(self, server, scenario, sock):
        self.server, self.scenario, self.sock = server, scenario, sock
        self.buffer = b""

    def say(self, line):
        self.sock.sendall(line.encode() + b"\r\n")

    def line(self):
        while b"\r\n" not in self.buffer:
            more = self.sock.recv(65536)
            if not more:
                raise Drop
            self.buffer += more
        line, _, self.buffer = self.buffer.partition(b"\r\n")
        return line

    def step(self, name):
        """Misbehave here, if that is the script; true: go on as usual."""
        if self.scenario.step != name:
            return True
        fault = self.scenario.fault
        if fault == "hang":
            self.server.stop.wait()
            raise Drop
        if fault == "drop":
            raise Drop
        self.say(f"{fault}-first line of the refusal")
        self.say(f"{fault} 5.0.0 <ada@example.com>: refused at {name}")
        if name == "banner":
            raise Drop
        return False

    def secure(self, context):
        self.sock = context.wrap_socket(self.sock, server_side=True)
        self.buffer = b""

    def body(self):
        lines = []
        while True:
            line = self.line()
            if line == b".":
                return b"".join(lines)
            if line.startswith(b"."):
                line = line[1:]
            lines.append(line + b"\r\n")

    def run(self):
        scenario = self.scenario
        secure = scenario.tls == "implicit"
        if secure:
            self.secure(self.server.context)
        if self.step("banner"):
            self.say("220 scripted.example ESMTP")
        sender = None
        while True:
            line = self.line()
            verb = line[:4].upper().decode("latin-1")
            self.server.log(scenario, line.decode("latin-1")
                            if verb not in ("AUTH",) else "AUTH")
            if verb in ("EHLO", "HELO"):
                if self.step("ehlo"):
                    self.say("250-scripted.example")
                    if scenario.tls == "starttls" and not secure:
                        self.say("250-STARTTLS")
                    if scenario.auth and secure:
                        self.say("250-AUTH PLAIN")
                    self.say("250 8BITMIME")
            elif verb == "STAR":
                if self.step("starttls"):
                    self.say("220 go on")
                    self.secure(self.server.wrong
                                if scenario.name == "wrongname"
                                else self.server.context)
                    secure = True
            elif verb == "AUTH":
                if self.step("auth"):
                    if line.strip().upper() == b"AUTH PLAIN":
                        self.say("334 ")
                        self.line()
                    self.say("235 2.7.0 welcome")
            elif verb == "MAIL":
                sender = line
                if self.step("mail"):
                    self.say("250 2.1.0 sender")
            elif verb == "RCPT":
                if self.step("rcpt"):
                    self.say("250 2.1.5 recipient")
            elif verb == "DATA":
                if not self.step("data"):
                    continue
                self.say("354 go on")
                message = self.body()
                if self.step("body"):
                    self.server.keep(scenario, sender, message)
                    self.say("250 2.0.0 taken for <ada@example.com> as 4711"
                             if scenario.name == "address"
                             else "250 2.0.0 taken as 4711")
                    if scenario.name in ("once", "starttls-once"):
                        raise Drop
            elif verb == "QUIT":
                if scenario.name == "polite":
                    self.say("221 2.0.0 goodbye")
                else:
                    self.server.stop.wait()
                raise Drop
            else:
                self.say("250 2.0.0 as you like")


class Server:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.stop = threading.Event()
        self.lock = threading.Lock()
        self.count = {}
        self.context = make_certificate(self.folder, "ca", "server",
                                        "IP:127.0.0.1,DNS:localhost")
        self.wrong = make_certificate(self.folder, "ca", "wrong",
                                      "DNS:other.example")
        make_certificate(self.folder, "other-ca", "unused", "DNS:x.example")

    def log(self, scenario, text):
        with self.lock, open(self.folder / "log", "a") as log:
            log.write(f"{scenario.name} {text}\n")

    def keep(self, scenario, sender, message):
        with self.lock:
            n = self.count[scenario.name] = (
                self.count.get(scenario.name, 0) + 1)
        path = self.folder / f"{scenario.name}.{n}.eml"
        path.write_bytes(message)

    def session(self, scenario, sock):
        self.log(scenario, "connect")
        try:
            Session(self, scenario, sock).run()
        except (Drop, OSError):
            pass
        finally:
            sock.close()

    def listen(self, scenario):
        sock = socket.create_server(("127.0.0.1", 0))

        def accept():
            while True:
                client, _ = sock.accept()
                threading.Thread(target=self.session, daemon=True,
                                 args=(scenario, client)).start()

        threading.Thread(target=accept, daemon=True).start()
        return sock.getsockname()[1]


def main():
    server = Server(sys.argv[1])
    for name in NAMES:
        print(name, server.listen(Scenario(name)))
    print("ready", flush=True)
    sys.stdin.read()
    server.stop.set()
    os._exit(0)


if __name__ == "__main__":
    main()
