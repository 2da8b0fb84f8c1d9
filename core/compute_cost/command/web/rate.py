"""How often one client may ask."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable

BURST_SECONDS = 10.0
MOST_CLIENTS = 10_000  # that are remembered


class Rate:
    """So many requests a second from each client, on average over BURST_SECONDS; what was saved up in quiet seconds may come at once.

    A client is an IPv4 address, or the first half of an IPv6 address: the other half a client chooses itself.
    """

    def __init__(self, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second, self._most, self._clock = per_second, max(1.0, per_second * BURST_SECONDS), clock
        self._clients: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allows(self, client: str) -> bool:
        """Whether one more request of this client is within its rate; one that is not costs it nothing."""
        name, now = _network(client), self._clock()
        saved, since = self._clients.pop(name, (self._most, now))
        saved = min(self._most, saved + (now - since) * self._per_second)
        allowed = saved >= 1
        self._clients[name] = (saved - allowed, now)
        if len(self._clients) > MOST_CLIENTS:
            self._clients.popitem(last=False)  # who has been quiet for longest
        return allowed


def _network(client: str) -> str:
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client
    return client if address.version == 4 else str(ipaddress.ip_network((int(address) >> 64 << 64, 64)))
