"""A folium map in one file: scripts, styles, images and font inside, not one address outside.

folium links a dozen files of other hosts from every map, half of them for features that we do not
use. Here its lists of links are empty, and what the map needs is taken from maps/web/vendor.
"""

from __future__ import annotations

import base64
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import folium
from branca.element import Element
from folium.template import Template

from maps.errors import MapsError

VENDOR = Path(__file__).parent / "web" / "vendor"
_MIME = {".png": "image/png", ".woff2": "font/woff2"}
_WEIGHTS = ("400", "600")


class FrontEndMissing(MapsError):
    """The front-end libraries have not been installed beside the code."""

    code = "front_end_missing"

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"{file.name} is not installed; run script/bootstrap.",
            f"Chưa cài {file.name}; hãy chạy script/bootstrap.",
        )


class Verbatim(Element):
    """Text that goes into the page as it is. Only for text of our own making."""

    _template = Template("{{ this.text }}")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class OfflineMap(folium.Map):
    """A map without tiles and without links; the caller adds layers, then `render_page`."""

    default_js = []  # noqa: RUF012  # the attribute through which folium lets its links be changed
    default_css = []  # noqa: RUF012

    _template = Template("""
        {% macro header(this, kwargs) %}
        <meta name="viewport" content="width=device-width, initial-scale=1">
        {% endmacro %}
        {% macro html(this, kwargs) %}
        <div class="folium-map" id={{ this.get_name()|tojson }}></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {
            center: {{ this.location|tojson }}, crs: L.CRS.{{ this.crs }}, ...{{ this.options|tojavascript }}
        });
        L.control.scale({imperial: false}).addTo({{ this.get_name() }});
        {% endmacro %}
        """)

    def render_page(self, title: str, *, style: str, body: str) -> str:
        """The whole page as text, the same bytes for the same content.

        `body` is HTML of our own making, escaped where it holds data; it stands before the map.
        """
        page: Any = self.get_root()
        page.title = _escape(title)
        page.header.add_child(Verbatim(f"<style>{leaflet_style()}\n{font_style()}\n{style}</style>"))
        page.header.add_child(Verbatim(f"<script>{leaflet_script()}</script>"))
        page.html.add_child(Verbatim(body), index=0)
        _number_elements(page)
        rendered: str = page.render()
        return rendered.replace("<html>", '<html lang="vi">', 1)


@lru_cache(maxsize=1)
def leaflet_script() -> str:
    """Leaflet's script without the address of its source map."""
    script = re.sub(r"//# sourceMappingURL=\S+", "", _read("leaflet/leaflet.js"))
    return script.replace("</script", r"<\/script")


@lru_cache(maxsize=1)
def leaflet_style() -> str:
    """Leaflet's style sheet with its images inside."""
    return _inline(_read("leaflet/leaflet.css"), VENDOR / "leaflet")


@lru_cache(maxsize=1)
def font_style() -> str:
    """The font of the pages, in the two weights that the map uses."""
    faces = re.findall(r"@font-face\s*{[^}]*}", _read("be-vietnam-pro/be-vietnam-pro.css"))
    wanted = [face for face in faces if re.search(rf"font-weight: ({'|'.join(_WEIGHTS)});", face)]
    return _inline("\n".join(wanted), VENDOR / "be-vietnam-pro")


def _read(name: str) -> str:
    file = VENDOR / name
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise FrontEndMissing(file) from None


def _inline(style: str, folder: Path) -> str:
    def inside(match: re.Match[str]) -> str:
        if match[1].startswith(("#", "data:")):
            return match[0]
        file = folder / match[1]
        try:
            data = base64.b64encode(file.read_bytes()).decode()
        except FileNotFoundError:
            raise FrontEndMissing(file) from None
        return f"url(data:{_MIME[file.suffix]};base64,{data})"

    return re.sub(r"url\(['\"]?([^'\")]+)['\"]?\)", inside, style)


def _number_elements(page: Any) -> None:
    """folium names its variables at random; count them instead, so that pages can be compared."""
    count = 0
    waiting = [page]
    while waiting:
        element = waiting.pop()
        element._id = f"{count:04d}"
        count += 1
        waiting.extend(reversed(list(element._children.values())))


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
