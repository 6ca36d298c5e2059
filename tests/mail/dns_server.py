"""A name server on a free loopback port that knows texts only."""
import socket
import struct
import threading


def read_name(packet, at):
    labels = []
    while packet[at]:
        labels.append(packet[at + 1:at + 1 + packet[at]].decode().lower())
        at += 1 + packet[at]
    return ".".join(labels), at + 1


class DnsServer:
    """texts: {"name": ["text", …]}; may be changed while it answers."""

    def __init__(self):
        self.texts = {}
        self.broken = False
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while True:
            packet, peer = self.socket.recvfrom(4096)
            if not packet:
                return
            self.socket.sendto(self.answer(packet), peer)

    def answer(self, packet):
        name, end = read_name(packet, 12)
        question = packet[12:end + 4]
        texts = self.texts.get(name)
        records = b""
        for text in texts or []:
            data = b"".join(
                bytes([len(piece)]) + piece for piece in
                (text[i:i + 255].encode() for i in range(0, len(text), 255)))
            if self.broken:
                data = b"\xff" + data[1:8]
            records += struct.pack("!HHHIH", 0xc00c, 16, 1, 60,
                                   len(data)) + data
        code = 0 if texts else 3
        return (packet[:2] + struct.pack("!HHHHH", 0x8580 | code, 1,
                                         len(texts or []), 0, 0) +
                question + records)

    def stop(self):
        self.socket.sendto(b"", self.socket.getsockname())
        self.thread.join()
        self.socket.close()
