"""The same work as `transport`'s, by Python: asyncio's streams, or blocking sockets.

    client.py asyncio|socket roundtrip|receive PORT COUNT [--tls ROOTS.pem]
"""

import asyncio
import os
import resource
import socket
import ssl
import sys
import time

WARM_UP = 1000


def figures():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return time.monotonic_ns(), int(usage.ru_utime * 1e9), int(usage.ru_stime * 1e9), usage.ru_nvcsw


def report(count, before):
    wall, user, system, waits = (b - a for a, b in zip(before, figures()))
    print(f"count={count} wall={wall} user={user} system={system} waits={waits}")


async def streams(mode, port, count, context):
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, ssl=context, server_hostname="localhost" if context else None)
    before = figures()
    if mode == "roundtrip":
        for index in range(-WARM_UP, count):
            if index == 0:
                before = figures()
            writer.write(b"\n")
            await reader.readexactly(1)
    else:
        left = count
        while left > 0:
            left -= len(await reader.read(65536))
    report(count, before)


def blocking(mode, port, count, context):
    link = socket.create_connection(("127.0.0.1", port))
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if context:
        link = context.wrap_socket(link, server_hostname="localhost")
    before = figures()
    if mode == "roundtrip":
        for index in range(-WARM_UP, count):
            if index == 0:
                before = figures()
            link.sendall(b"\n")
            link.recv(1)
    else:
        buffer = bytearray(65536)
        left = count
        while left > 0:
            left -= link.recv_into(buffer)
    report(count, before)


def main():
    if os.environ.get("BENCH_CPU"):
        os.sched_setaffinity(0, {int(os.environ["BENCH_CPU"])})
    way, mode, port, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    context = ssl.create_default_context(cafile=sys.argv[6]) if len(sys.argv) > 6 else None
    if way == "asyncio":
        asyncio.run(streams(mode, port, count, context))
    else:
        blocking(mode, port, count, context)


main()
