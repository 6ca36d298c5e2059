#!/usr/bin/env python3
"""The n-th allocation of the running server fails, its libraries' included,
once or from there on (S141, S24): no wrong yes, no crash, errors are 5xx, and
all is well when there is memory again (I9).

usage: test_alloc.py WATCHWORD LIBFAULT_ALLOC [--long]

The first fail one by one, later ones in steps; --long: all of them.
"""
import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from harness import Client, Control, Facts, Server, Tap  # noqa: E402

N_MAX = 20000
ONE_BY_ONE = 40
STEP = 1 if "--long" in sys.argv else 13
# Unhurt runs in a row that mean: there is no n-th allocation.
UNHURT = 3


def numbers():
    return (*range(1, ONE_BY_ONE), *range(ONE_BY_ONE, N_MAX, STEP))


def trial(server, control, n, onwards):
    """True: an allocation was made to fail."""
    client = Client(server)
    # The answer may be what could not be made.
    facts = Facts(client, refused_is_undone=False)
    if n % 2 == 0:
        client.close()      # accepting one allocates too
    control.arm(1, n, onwards)
    facts.run(client)
    control.disarm()
    client.close()
    status = server.process.poll()
    assert status is None, (f"allocation {n}: the process ended with "
                            f"{status}:\n{server.log_text()[-1000:]}")
    client = Client(server)
    facts.verify(client)
    client.close()
    return control.fired > 0


def each_n(args, onwards):
    server = Server(args[0])
    control = Control(server.top, args[1], "fault_alloc")
    server.start(env=control.env)
    fired = unhurt = 0
    for n in numbers():
        try:
            hurt = trial(server, control, n, onwards)
        except AssertionError as e:
            raise AssertionError(f"allocation {n}: {e}") from e
        fired += hurt
        unhurt = 0 if hurt else unhurt + 1
        if unhurt == UNHURT:
            break
    else:
        raise AssertionError(f"still something to fail at {N_MAX}")
    print(f"# {fired} allocations were made to fail, up to number {n}")
    assert fired > 30, f"only {fired}"
    assert server.kill(15) == 0, "it did not stop in order"
    flaw = server.audit_flaw()
    assert flaw is None, flaw
    server.remove()


def main():
    args = sys.argv[1:3]
    tap = Tap()
    tap.case("the n-th allocation fails", each_n, args, False)
    tap.case("every allocation from the n-th on fails", each_n, args, True)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
