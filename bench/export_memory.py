"""How much a front grows while it exports: python -m bench.export_memory csv 100000, or xlsx.

A small export comes first, so that what every export needs once is not counted. Prints the rows
and the growth of the highest memory in MB.
"""

import asyncio
import re
import resource
import sys

import aiohttp
from aiohttp.test_utils import TestClient, TestServer

from bench.million import signed_in
from bot.front import make_app
from bot.plan.load import load
from bot.settings import Settings
from bot.settings import load as load_settings

SMALL = 2000
SHEET_VIEWS = (
    "visibility=hidden&topic=education&channel=sms",
    "visibility=any&topic=education",
)
"""A spreadsheet is written whole: some 2,000 rows first, then about 140,000 of a million."""


async def export_sheet(settings: Settings) -> tuple[int, float]:
    """Have two spreadsheets written and fetch them; the rows of the second, the growth in MB."""
    app = make_app(settings, load())
    async with TestClient(TestServer(app), cookie_jar=aiohttp.DummyCookieJar()) as client:
        headers = await signed_in(app)

        async def write(view: str) -> int:
            async with client.get(f"/staff/exports?{view}", headers=headers) as response:
                found = re.search(r'name="token" value="([^"]+)"', await response.text())
            assert found
            form = {"token": found[1], "query": view}
            async with client.post("/staff/exports", data=form, headers=headers) as response:
                page = response.url.path
            while True:
                async with client.get(page, headers=headers) as response:
                    if done := re.search(r"([\d,]+) comments are in it", await response.text()):
                        break
                await asyncio.sleep(0.2)
            async with client.get(f"{page}/comments.xlsx", headers=headers) as response:
                async for chunk in response.content.iter_chunked(2**16):
                    assert chunk
            return int(done[1].replace(",", ""))

        await write(SHEET_VIEWS[0])
        before = _peak()
        return await write(SHEET_VIEWS[1]), _peak() - before


async def export(settings: Settings, kind: str, rows: int) -> tuple[int, float]:
    """Read an export until so many rows are there; the rows, and the growth in MB."""
    app = make_app(settings, load())
    async with TestClient(TestServer(app), cookie_jar=aiohttp.DummyCookieJar()) as client:
        headers = await signed_in(app)
        address = f"/staff/exports/comments.{kind}?visibility=any"

        async def read(wanted: int) -> int:
            found = 0
            async with client.get(address, headers=headers) as response:
                assert response.status == 200
                async for chunk in response.content.iter_chunked(2**16):
                    found += chunk.count(b"\n")
                    if found >= wanted:
                        response.close()
                        break
            return found

        await read(SMALL)
        before = _peak()
        found = await read(rows)
        return found, _peak() - before


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    """Print the rows and the growth."""
    kind, settings = sys.argv[1], load_settings()
    found, growth = asyncio.run(
        export_sheet(settings) if kind == "xlsx" else export(settings, kind, int(sys.argv[2]))
    )
    print(found, f"{growth:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
