"""The page's HTML with the examples in it, and the files that it loads, each with its type and its entity tag."""

import hashlib
from html import escape
from pathlib import Path
from typing import Final, NamedTuple

from server.examples import EXAMPLES, Example

_FOLDER: Final = Path(__file__).parent
_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
"""Everything from here and nothing from elsewhere; no inline script or style, no HTML made from strings."""


class Asset(NamedTuple):
    """A file as it is sent."""

    body: bytes
    kind: str
    tag: str


def asset(body: bytes, kind: str) -> Asset:
    """Make an asset of a text; its tag is made from its content, so that no cache keeps what an older version sent."""
    return Asset(body, f"{kind}; charset=utf-8", f'"{hashlib.sha256(body).hexdigest()[:16]}"')


def page() -> Asset:
    """Make the page. Without its script it still lists the examples and sends a query by a plain form."""
    template = (_FOLDER / "page.html").read_text("utf-8")
    html = template.replace("{{query}}", escape(EXAMPLES[0].query)).replace(
        "{{examples}}", "".join(map(_item, EXAMPLES))
    )
    return asset(html.encode(), "text/html")


def assets() -> dict[str, Asset]:
    """Give the files that the page loads, by their names."""
    files = (path for path in _FOLDER.iterdir() if path.suffix in _TYPES)
    return {path.name: asset(path.read_bytes(), _TYPES[path.suffix]) for path in files}


def _item(example: Example) -> str:
    return (
        f'<li><details id="{escape(example.key)}"><summary><span lang="da">{escape(example.da)}</span> '
        f'<span class="en">{escape(example.en)}</span></summary>'
        f"<pre><code>{escape(example.query)}</code></pre></details></li>\n"
    )
