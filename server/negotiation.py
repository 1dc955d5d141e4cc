"""Media types: which of ours a request accepts, and whether its body is JSON in UTF-8 (GraphQL over HTTP, RFC 9110).

Where a client says nothing, or takes anything (`*/*`, as curl does), it gets `application/json`: what clients that do not
name the newer type understand, and what the specification's audit suite asks of a server. With that type every
well-formed request has status 200; with `application/graphql-response+json` the status tells how it went.
"""

from typing import Final

from server.keeping import kept_for_short

GRAPHQL: Final = "application/graphql-response+json"
JSON: Final = "application/json"
HTML: Final = "text/html"
EVENTS: Final = "text/event-stream"
_OURS: Final = (GRAPHQL, JSON)


@kept_for_short
def accepted(accept: str | None) -> str | None:
    """Give the media type to answer with, or None if the client takes neither of ours."""
    if accept is None or not accept.strip():
        return JSON
    ranges = _ranges(accept)
    best: str | None = None
    best_rank = (0.0, 0, 0)
    for ours in _OURS:
        # Of several ranges that fit, the most specific one counts (RFC 9110, 12.5.1); among our types then the
        # higher quality, the more specific range, and what was named first.
        fits = [(specific, quality, -i) for i, (kind, quality, specific) in enumerate(ranges) if _fits(kind, ours)]
        if not fits:
            continue
        specific, quality, place = max(fits)
        rank = (quality, specific, place if specific == 2 else (0 if ours == JSON else -1))
        if quality > 0 and (best is None or rank > best_rank):
            best, best_rank = ours, rank
    return best


@kept_for_short
def wants_page(accept: str | None) -> bool:
    """Tell whether a browser asks: it names `text/html`, and neither of our types."""
    if accept is None:
        return False
    named = {kind for kind, quality, _ in _ranges(accept) if quality > 0}
    return HTML in named and not named.intersection(_OURS)


@kept_for_short
def wants_events(accept: str | None) -> bool:
    """Tell whether a client wants a stream of events: it names that type, and none of ours before it."""
    if accept is None:
        return False
    named = {kind: quality for kind, quality, _ in _ranges(accept)}
    return named.get(EVENTS, 0.0) > 0 and all(named.get(ours, 0.0) < named[EVENTS] for ours in _OURS)


@kept_for_short
def is_json(content_type: str | None) -> bool:
    """Tell whether a body is declared as JSON in UTF-8, the only encoding that is read."""
    if content_type is None:
        return False
    kind, *parameters = (part.strip() for part in content_type.lower().split(";", 50))
    charsets = [p.partition("=")[2].strip().strip('"') for p in parameters if p.partition("=")[0].strip() == "charset"]
    return kind == JSON and all(charset in ("utf-8", "utf8") for charset in charsets)


def _ranges(accept: str) -> list[tuple[str, float, int]]:
    """Give `(range, quality, how specific it is)`; a range for another charset than UTF-8 does not count."""
    found = []
    for part in accept.lower().split(",")[:50]:
        kind, *parameters = (p.strip() for p in part.split(";"))
        quality, usable = 1.0, "/" in kind
        for parameter in parameters:
            name, _, value = (p.strip() for p in parameter.partition("="))
            if name == "q":
                quality = _quality(value)
            elif name == "charset":
                usable = usable and value.strip('"') in ("utf-8", "utf8", "*")
        if usable:
            found.append((kind, quality, 0 if kind == "*/*" else 1 if kind.endswith("/*") else 2))
    return found


def _quality(value: str) -> float:
    try:
        quality = float(value)
    except ValueError:
        return 0.0
    return quality if 0 <= quality <= 1 else 0.0


def _fits(kind: str, ours: str) -> bool:
    return kind in ("*/*", "application/*", ours)
