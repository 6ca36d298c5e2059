#!/usr/bin/env python3
"""HTTP peers that do as they are told: one port for each scenario.

    scripted_http.py FOLDER

Prints "SCENARIO PORT" for each, then "ready"; ends when its input does.  Each
request is a line of FOLDER/log, "SCENARIO request METHOD TARGET", and as JSON
a line of FOLDER/requests.
"""
import json
import pathlib
import socket
import sys
import threading

FOLDER = pathlib.Path(sys.argv[1])
LOCK = threading.Lock()
FOUR = threading.Barrier(4)
BIG = b"x" * 65536


def answer(status, body=b"", *headers):
    return b"".join([
        b"HTTP/1.1 %d Scripted\r\n" % status,
        b"Content-Length: %d\r\n" % len(body),
        *(h.encode() + b"\r\n" for h in headers), b"\r\n", body])


ANSWERS = {
    "ok": answer(200, b'{"id":"abc-1","code":0}'),
    "sim-same": answer(200, b'{"swapped":false}'),
    "sim-401": answer(401),
    "token": answer(200, b'{"access_token":"ey.a-b_c~+/=","token_type":'
                    b'"bearer","expires_in":3600}'),
    "token-brief": answer(200, b'{"access_token":"ey.a-b_c~+/=",'
                          b'"token_type":"Bearer"}'),
    "token-mac": answer(200, b'{"access_token":"ey","token_type":"mac",'
                        b'"expires_in":3600}'),
    "token-lines": answer(200, b'{"access_token":"ey\\r\\nX-Evil: 1",'
                          b'"token_type":"Bearer","expires_in":3600}'),
    "token-long": answer(200, b'{"access_token":"%s","token_type":"Bearer",'
                         b'"expires_in":3600}' % (b"x" * 4000)),
    "token-400": answer(400, b'{"error":"invalid_client"}'),
    "sim-swapped": answer(200, b'{"swapped": true}'),
    "ok-xml": answer(200, b"<R><MessageId>id-7</MessageId></R>"),
    "ok-code": answer(200, b'{"messages":[{"status":"29"}]}'),
    "ok-empty": answer(202),
    "status-301": answer(301, b"", "Location: http://127.0.0.1:1/"),
    "status-400-code": answer(400, b'{"code":21211,"message":"no"}'),
    "status-404": answer(404, b"no such person"),
    "status-429": answer(429, b"", "Retry-After: 17"),
    "status-500": answer(500, b"+491701234567 407123"),
    "hang": None,
    "hang-body": b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
    "reset": b"",
    "once": answer(200, b'{"id":"abc-1"}'),
    "no-http": b"220 mail.example ESMTP\r\n",
}


def log(scenario, head, body):
    method, target, _ = head[0].split(" ", 2)
    with LOCK:
        with (FOLDER / "log").open("a") as file:
            file.write(f"{scenario} request {method} {target}\n")
        with (FOLDER / "requests").open("a") as file:
            file.write(json.dumps({
                "scenario": scenario, "method": method, "target": target,
                "headers": head[1:], "body": body.decode()}) + "\n")


def read_request(stream):
    head = []
    while (line := stream.readline().decode("latin-1").rstrip("\r\n")):
        head.append(line)
    if not head:
        return None
    sizes = [int(line.split(":")[1]) for line in head
             if line.lower().startswith("content-length:")]
    return head, stream.read(sizes[0] if sizes else 0)


def flood(peer):
    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n")
    for _ in range(16384):
        peer.sendall(BIG)


def serve(scenario, peer):
    with peer, peer.makefile("rb") as stream:
        try:
            while (request := read_request(stream)):
                log(scenario, *request)
                if scenario == "flood":
                    flood(peer)
                    return
                said = ANSWERS[scenario]
                if scenario == "once":  # four at a time, then never again
                    FOUR.wait()
                    peer.sendall(said)
                    if (request := read_request(stream)):
                        log(scenario, *request)
                    return
                peer.sendall(said or b"")
                if said is None or scenario == "hang-body":
                    stream.read()       # until the other side goes
                if not said or not said.startswith(b"HTTP"):
                    return
        except OSError:
            pass


def listen(scenario):
    listener = socket.create_server(("127.0.0.1", 0))
    print(scenario, listener.getsockname()[1])

    def accept():
        while True:
            peer, _ = listener.accept()
            threading.Thread(target=serve, args=(scenario, peer),
                             daemon=True).start()
    threading.Thread(target=accept, daemon=True).start()


(FOLDER / "log").touch()
(FOLDER / "requests").touch()
for name in [*ANSWERS, "flood"]:
    listen(name)
print("ready", flush=True)
sys.stdin.read()
