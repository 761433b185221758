"""Style, scripts and icon: read and compressed once, served under names that change with them."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from bot.web.keys import ASSETS

routes = web.RouteTableDef()
FOREVER = "public, max-age=31536000, immutable"
AN_HOUR = "public, max-age=3600"
ASK_AGAIN = "no-cache"
_TEXT = {"text/css", "text/javascript", "image/svg+xml"}


@dataclass(frozen=True)
class Asset:
    """A file as it is served; `tag` is a hash of what is in it."""

    body: bytes
    packed: bytes | None
    content_type: str
    tag: str

    @classmethod
    def of(cls, body: bytes, content_type: str) -> "Asset":
        """A file with this in it."""
        packed = gzip.compress(body, 9, mtime=0) if content_type in _TEXT else None
        return cls(body, packed, content_type, hashlib.sha256(body).hexdigest()[:12])


@dataclass(frozen=True)
class Assets:
    """All files of a folder, by name."""

    files: dict[str, Asset]

    @classmethod
    def of(cls, folder: Path) -> "Assets":
        """Read and compress a folder's files."""
        return cls({path.name: _read(path) for path in sorted(folder.iterdir()) if path.is_file()})

    def address(self, name: str) -> str:
        """Where a file is found; the address changes with what is in it."""
        stem, dot, ending = name.rpartition(".")
        return f"/static/{stem}.{self.files[name].tag}{dot}{ending}"

    def at(self, filename: str) -> tuple[Asset, str] | None:
        """The file that an address names, and how long it may be kept."""
        if filename in self.files:
            return self.files[filename], ASK_AGAIN
        stem, _, ending = filename.rpartition(".")
        name, _, tag = stem.rpartition(".")
        asset = self.files.get(f"{name}.{ending}")
        return (asset, FOREVER) if asset and asset.tag == tag else None


@routes.get("/static/{filename}", name="static")
async def static(request: web.Request) -> web.Response:
    """Style, scripts and icon."""
    found = request.app[ASSETS].at(request.match_info["filename"])
    if found is None:
        raise web.HTTPNotFound
    return serve(request, *found)


@routes.get("/embed.js", name="embed_script")
async def embed_script(request: web.Request) -> web.Response:
    """The widget, for other sites; its name stays, so it is asked for anew every hour."""
    response = serve(request, request.app[ASSETS].files["embed.js"], AN_HOUR)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def serve(request: web.Request, asset: Asset, kept: str) -> web.Response:
    """A file, compressed where the caller can read that; 304 where it has it already."""
    headers = {"Cache-Control": kept, "ETag": f'"{asset.tag}"', "Vary": "Accept-Encoding"}
    if f'"{asset.tag}"' in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    body = asset.body
    if asset.packed is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
        body = asset.packed
    charset = "utf-8" if asset.content_type in _TEXT else None
    return web.Response(
        body=body, headers=headers, content_type=asset.content_type, charset=charset
    )


def _read(path: Path) -> Asset:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Asset.of(path.read_bytes(), kind)
