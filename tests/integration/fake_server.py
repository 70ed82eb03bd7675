"""Servers that speak no TLS of their own, to count what a scan sends and to try its patience."""

import asyncio
import threading
import time
from dataclasses import dataclass, field

HANDSHAKE_FAILURE = bytes.fromhex("15030100020228")


async def refuse(reader, writer, delay_s=0.0):
    """Answers every hello with the fatal alert handshake_failure."""
    await reader.read(4096)
    await asyncio.sleep(delay_s)
    writer.write(HANDSHAKE_FAILURE)
    await writer.drain()


async def hang(reader, writer):
    """Takes everything and says nothing."""
    while await reader.read(65536):
        pass


def flood(record, times):
    async def send(reader, writer):
        await reader.read(4096)
        for _ in range(times):
            writer.write(record)
            await writer.drain()
    return send


def slowly_refuse(delay_s):
    return lambda reader, writer: refuse(reader, writer, delay_s)


@dataclass
class Visits:
    """Who came when; times are those of time.monotonic()."""

    arrivals: list = field(default_factory=list)
    now: int = 0
    most_at_once: int = 0

    def most_within(self, seconds):
        return max((sum(start <= other < start + seconds for other in self.arrivals) for start in self.arrivals), default=0)


class FakeServer:
    """Listens on one port of many addresses, in a thread of its own. `visits` holds them by server address."""

    def __init__(self, behaviour, address="0.0.0.0", ports=1):
        self._behaviour = behaviour
        self._address = address
        self._count = ports
        self.visits = {}
        self.ports = []
        self._servers = []

    def __enter__(self):
        ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        ready.wait()
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    @property
    def port(self):
        return self.ports[0]

    @property
    def connections(self):
        return sum(len(visits.arrivals) for visits in self.visits.values())

    def _run(self, ready):
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(self._end())
        self._loop.close()

    async def _listen(self):
        for _ in range(self._count):
            self._servers.append(await asyncio.start_server(self._visit, self._address, 0, backlog=1024))
            self.ports.append(self._servers[-1].sockets[0].getsockname()[1])

    async def _end(self):
        for server in self._servers:
            server.close()
        visits = asyncio.all_tasks() - {asyncio.current_task()}
        for visit in visits:
            visit.cancel()
        await asyncio.gather(*visits, return_exceptions=True)

    async def _visit(self, reader, writer):
        visits = self.visits.setdefault(writer.get_extra_info("sockname")[0], Visits())
        visits.arrivals.append(time.monotonic())
        visits.now += 1
        visits.most_at_once = max(visits.most_at_once, visits.now)
        try:
            await self._behaviour(reader, writer)
        except ConnectionError:
            pass
        finally:
            visits.now -= 1
            writer.close()
