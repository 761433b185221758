"""Behind a web server of the city: who really asked, by which host and scheme.

Forwarded headers are believed only if BOT_TRUSTED_PROXIES names the address they come from;
anybody else could write them too.
"""

from ipaddress import IPv4Network, IPv6Network, ip_address

from aiohttp import web

from bot.web.handler import Handler
from bot.web.keys import SETTINGS

Networks = tuple[IPv4Network | IPv6Network, ...]


@web.middleware
async def behind_proxies(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request the address, host and scheme that a trusted proxy forwards."""
    trusted = request.config_dict[SETTINGS].proxies
    if not trusted or not within(request.remote, trusted):
        return await handler(request)
    remote = forwarded_for(request.headers.getall("X-Forwarded-For", []), trusted)
    scheme = _last(request, "X-Forwarded-Proto").lower()
    host = _last(request, "X-Forwarded-Host")
    changes: dict[str, str] = {}
    if remote:
        changes["remote"] = remote
    if scheme in {"http", "https"}:
        changes["scheme"] = scheme
    if host:
        changes["host"] = host
    return await handler(request.clone(**changes) if changes else request)  # type: ignore[arg-type]


def forwarded_for(headers: list[str], trusted: Networks) -> str | None:
    """The address nearest to us that no trusted proxy has; what stands left of it is hearsay."""
    hops = [hop.strip() for header in headers for hop in header.split(",")]
    for hop in reversed(hops):
        address = _bare(hop)
        if address is None:
            return None
        if not within(address, trusted):
            return address
    return _bare(hops[0]) if hops else None


def within(address: str | None, networks: Networks) -> bool:
    """Whether an address is one of these networks."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return any((mapped or parsed) in network for network in networks)


def _bare(hop: str) -> str | None:
    """An address without port and brackets; None for anything else."""
    bare = hop.strip().strip('"')
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        return str(ip_address(bare))
    except ValueError:
        return None


def _last(request: web.Request, name: str) -> str:
    """The value that the nearest proxy wrote."""
    return ",".join(request.headers.getall(name, [])).rpartition(",")[2].strip()
