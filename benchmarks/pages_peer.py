"""A peer of the map page: MapLibre on an empty page with our tiles and our style, and nothing else of ours.

It stands on a port of its own and hands everything but its page on to our server, so both come over the same
kind of line from the same machine.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from benchmarks.tiles_peers import Server
from maps import web_files

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>bare</title>
<meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="{css}"><link rel="stylesheet" href="/bare.css">
<div id="map" data-ready="false"></div><script type="module" src="/bare.mjs"></script></html>"""
_STYLE = "html, body, #map { margin: 0; width: 100%; height: 100vh; }"
_SCRIPT = """import * as maplibre from "{library}";
const map = new maplibre.Map({{ container: "map", style: "/styles/map.json?lang=vi&theme=light", bounds: {bounds} }});
map.on("idle", () => {{ document.getElementById("map").dataset.ready = "true"; }});"""
BOUNDS = [105.95, 20.6, 106.7, 21.2]


@contextmanager
def bare_map(server: Server) -> Iterator[int]:
    """The port of the bare page."""
    own = {
        "/": ("text/html", _PAGE.format(css=web_files.address("vendor/maplibre-gl/maplibre-gl.css"))),
        "/bare.css": ("text/css", _STYLE),
        "/bare.mjs": (
            "text/javascript",
            _SCRIPT.format(library=web_files.address("vendor/maplibre-gl/maplibre-gl.mjs"), bounds=BOUNDS),
        ),
    }

    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            kind, text = own.get(self.path, ("", ""))
            if kind:
                status, headers, body = 200, [("Content-Type", kind), ("Cache-Control", "max-age=3600")], text.encode()
            else:
                status, headers, body = self._ours()
            self.send_response(status)
            for name, value in [*headers, ("Content-Length", str(len(body)))]:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def _ours(self) -> tuple[int, list[tuple[str, str]], bytes]:
            there = HTTPConnection("127.0.0.1", server.port, timeout=60)
            wanted = ("host", "accept", "accept-encoding", "if-none-match")
            there.request("GET", self.path, headers={name: self.headers[name] for name in wanted if self.headers[name]})
            answer = there.getresponse()
            body = answer.read()
            told = ("content-type", "content-encoding", "cache-control", "etag", "vary")
            headers = [(name, value) for name, value in answer.getheaders() if name.lower() in told]
            there.close()
            return answer.status, headers, body

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    site = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    try:
        yield site.server_port
    finally:
        site.shutdown()
