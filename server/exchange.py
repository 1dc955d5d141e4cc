"""The map to and from spreadsheets over HTTP: `/exchange/map.xlsx`, `/exchange/<sheet>.csv`, a template, preview and import.

Each is done by a process of its own (`graph_seed.exchange.errand`), at most `AT_ONCE` at a time and one of a caller, each within
a deadline and charged to its caller's budget. A file that is still arriving holds its sender's place, and nobody else's.

An import is sent as the file's bytes with a media type and a header that no form and no page of another address can send.
"""

import contextlib
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from graph.driver import Database
from graph.shape import padded
from graph_seed.exchange.asking import Wish
from graph_seed.exchange.errand import JSON, KINDS, Answered, Orders, address_of
from graph_seed.exchange.limits import LIMITS
from graph_seed.exchange.tables import BY_NAME
from resolvers.context import Viewer
from resolvers.errors import shown
from server.budget import Budget
from server.caller import Caller
from server.errands import Events, Tell, run, silence
from server.errors import Refusal
from server.graphql import FIXED, Looked, charged, encoded, respond, unseen
from server.guard import Headers
from server.identity.refusing import unauthenticated
from server.logs import logger, refused
from server.negotiation import wants_events
from server.reading import LARGEST_BODY, check_uncompressed, read_body

PREFIX: Final = "/exchange/"
AT_ONCE: Final = 2
"""Errands at a time, for each process that serves: each may take 350 MB and a processor for half a minute."""
MOST_ARRIVING: Final = 8
"""Files that may be arriving at a time, for each process that serves: each may hold 32 MiB, whoever sends it."""
PRICE: Final = 100
"""Units of a caller's budget for an errand: what comes in for a token in a second, which an errand takes of a processor at least."""
RETRY_AFTER: Final = "5"
HEADER: Final = "X-Rollegalleri-Import"
_EXPORTS: Final = ("municipality", "at", "knownAt")
_IMPORTS: Final = ("file", "endMissing", "reason", "key", "seq", "plan")
_NUMBER: Final = re.compile(r"\d{1,15}")


class _Room:
    """Places for files, of all callers together."""

    def __init__(self, most: int, what: str) -> None:
        self._most, self._what, self._taken = most, what, 0

    def check(self) -> None:
        """Refuse one more where there is none. Raises `Refusal`."""
        if self._taken >= self._most:
            raise _busy(f"{self._most} files are {self._what} at the moment; nothing was changed.")

    @contextlib.contextmanager
    def place(self) -> Iterator[None]:
        """Take one. Raises `Refusal`."""
        self.check()
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1


class Exchange:
    """Answers below `/exchange/`."""

    def __init__(self, database: Database, budget: Budget, wrote: Callable[[], None], looked: Looked = unseen) -> None:
        """`budget` is everybody's, for all endpoints; `wrote` is called after an import, `looked` is told whom a file or
        an answer about one shows.
        """
        self._database, self._budget, self._wrote, self._looked = database, budget, wrote, looked
        self._errands = _Room(AT_ONCE, "being read or written")
        self._arriving = _Room(MOST_ARRIVING, "arriving")
        self._callers = set[str]()

    async def __call__(self, scope: Scope, headers: Headers, receive: Receive, send: Send, caller: Caller) -> None:
        """Answer one request; a `Refusal` says why not."""
        viewer = caller.viewer
        if viewer.audience == "public":
            raise unauthenticated()
        path, method = scope["path"].removeprefix(PREFIX), scope["method"]
        if path not in ("preview", "import"):
            answered = await self._give_out(path, method, scope["query_string"], caller)
            await _respond(send, answered, head=method == "HEAD")
            return
        _check_method(method, ("POST",))
        _check_may_import(viewer)
        _check_import(headers)
        events = Events(send) if wants_events(headers.get(b"accept", b"*/*").decode("latin-1")) else None
        try:
            tell = silence if events is None else events.tell
            answered = await self._take_in(path, scope["query_string"], headers, receive, caller, tell)
        except ClientDisconnect:
            return
        except Refusal as refusal:
            if events is None or not events.begun:
                raise
            refused(refusal.code, refusal.status, caller.request)
            answered = Answered(refusal.status, JSON, encoded(refusal.body), refusal.headers)
        await (_respond(send, answered) if events is None else events.answer(answered))

    async def _take_in(
        self, path: str, query: bytes, headers: Headers, receive: Receive, caller: Caller, tell: Tell
    ) -> Answered:
        """Preview or import the file that arrives. Raises `Refusal`, `ClientDisconnect`."""
        viewer = caller.viewer
        try:
            wanted = _wanted(query, headers)
        except Refusal as refusal:
            refusal.headers["connection"] = "close"  # the file that comes with it is not read
            raise
        self._arriving.check()
        async with self._place(caller):
            with self._arriving.place():
                data = await read_body(headers, receive, LIMITS.file_bytes)
            with self._errands.place():
                answered = await run(self._orders(path, viewer, **wanted), data, tell, caller.request)
        self._looked(viewer.actor, path, frozenset(answered.people), caller.request)
        if path == "import":
            self._wrote()
            logger().info("import answered", status=answered.status, request=caller.request)
        return answered

    async def _give_out(self, path: str, method: str, query: bytes, caller: Caller) -> Answered:
        """Make the file that is asked for. Raises `Refusal`."""
        viewer = caller.viewer
        wish = _wish(path, query)
        _check_method(method, ("GET", "HEAD"))
        wish = _for(viewer, wish)
        async with self._place(caller):
            with self._errands.place():
                answered = await run(self._orders("export", viewer, wish=asdict(wish)), b"", silence, caller.request)
        self._looked(viewer.actor, f"export {path}", frozenset(answered.people), caller.request)
        return answered

    @contextlib.asynccontextmanager
    async def _place(self, caller: Caller) -> AsyncIterator[None]:
        """Take the one place that a caller has, and charge its budget; whoever operates the service has places without end."""
        if caller.name in self._callers:
            raise _busy("A file of yours is being read or written at the moment; nothing was changed.")
        self._errands.check()
        await charged(self._budget, caller, PRICE)
        if caller.viewer.audience == "local":
            yield
            return
        self._callers.add(caller.name)
        try:
            yield
        finally:
            self._callers.discard(caller.name)

    def _orders(self, task: str, viewer: Viewer, **more: Any) -> Orders:
        if self._database.address is None:
            raise TypeError("the database was not connected by its address")
        now = datetime.now(UTC).isoformat()
        return Orders(address_of(self._database.address), asdict(viewer), now, task, **more)  # type: ignore[arg-type]


def _wanted(query: bytes, headers: Headers) -> dict[str, Any]:
    """Read how a file is to be imported: what the errand's orders say of it. Raises `Refusal`, before the file is read."""
    given = _once(_parameters(query, _IMPORTS))
    seq, plan = given.get("seq"), given.get("plan")
    if seq is not None and not _NUMBER.fullmatch(seq):
        raise _bad("seq", seq, "the number of the log that the preview gave")
    if (seq is None) != (plan is None):
        raise _bad("plan", plan, "seq and plan together, as the preview gave them, or neither")
    if given.get("endMissing", "false") not in ("true", "false"):
        raise _bad("endMissing", given["endMissing"], "true or false")
    form = "xlsx" if headers.get(b"content-type", b"").startswith(KINDS["xlsx"].encode()) else "csv"
    return {
        "name": given.get("file") or f"file.{form}",
        "end_missing": given.get("endMissing") == "true",
        "reason": given.get("reason"),
        "key": given.get("key"),
        "seen": None if seq is None else int(seq),
        "plan": plan,
    }


async def _respond(send: Send, answered: Answered, *, head: bool = False) -> None:
    told = [(name.encode(), value.encode()) for name, value in answered.headers.items()]
    kind = (b"content-type", answered.kind.encode())
    await respond(send, answered.status, [kind, *FIXED, *told], answered.body, head=head)


def _busy(message: str) -> Refusal:
    return Refusal(503, "BUSY", message, headers={"retry-after": RETRY_AFTER, "connection": "close"})


def _wish(path: str, query: bytes) -> Wish:
    """Read an export's address. Raises `Refusal`: there is nothing there, or a parameter is not right."""
    name, _, ending = path.rpartition(".")
    given = _parameters(query, _EXPORTS)
    once = _once({key: values for key, values in given.items() if key != "municipality"})
    more = {"places": tuple(given.get("municipality", ())), "at": once.get("at"), "known_at": once.get("knownAt")}
    if ending == "xlsx" and name in ("map", "template"):
        return Wish("template" if name == "template" else "xlsx", None, **more)  # type: ignore[arg-type]
    if ending == "csv" and name in BY_NAME:
        return Wish("csv", name, **more)  # type: ignore[arg-type]
    sheets = ", ".join(f"{sheet}.csv" for sheet in BY_NAME)
    expected = f"map.xlsx, template.xlsx, {sheets}; preview and import by POST"
    message = "There is nothing at this address."
    raise Refusal(404, "NOT_FOUND", message, field="path", value=f"{PREFIX}{path}"[:100], expected=expected)


def _for(viewer: Viewer, wish: Wish) -> Wish:
    """Narrow an export to what its caller may have whole: KOMBIT everything, a municipality its own. Raises `Refusal`."""
    if viewer.audience in ("local", "kombit"):
        return wish
    own = viewer.municipality
    if viewer.audience != "municipality":
        raise _not_allowed("files of the map", "a token of KOMBIT, or of a municipality for its own")
    if others := [place for place in wish.places if padded(place.strip()) not in (own, f"municipality:{own}")]:
        message = (
            f"municipality: {shown(others[0])} is not yours; a map of another municipality takes a token of KOMBIT."
        )
        expected = f"municipality={own}"
        raise Refusal(403, "NOT_ALLOWED", message, field="municipality", value=others[0][:100], expected=expected)
    return replace(wish, places=(own,))


def _check_may_import(viewer: Viewer) -> None:
    """Refuse an import by who may change nothing; of what a file changes, the plan tells (`allowing.check_scope`)."""
    if viewer.audience not in ("local", "kombit", "municipality") or not viewer.edits:
        raise _not_allowed("an import", "a token of an editor, of a municipality or of KOMBIT")


def _not_allowed(what: str, expected: str) -> Refusal:
    message = f"This token does not allow {what}."
    return Refusal(
        403, "NOT_ALLOWED", message, field="Authorization", expected=expected, headers={"connection": "close"}
    )


def _check_method(method: str, allowed: tuple[str, ...]) -> None:
    if method not in allowed:
        raise Refusal.of_method(method, ", ".join(allowed))


def _check_import(headers: Headers) -> None:
    """Refuse what a form, or a page of another address, could send; and what is no spreadsheet."""
    close = {"connection": "close"}
    if headers.get(HEADER.lower().encode()) != b"1":
        message = f"An import must say that it is one, by the header {HEADER}."
        raise Refusal(403, "HEADER_REQUIRED", message, field=HEADER, expected=f"{HEADER}: 1", headers=close)
    kind = headers.get(b"content-type", b"").decode("latin-1").lower()
    if kind.partition(";")[0].strip() not in {known.partition(";")[0] for known in KINDS.values()}:
        raise Refusal(
            415, "UNSUPPORTED_MEDIA_TYPE", "The body must be a spreadsheet.", field="Content-Type", value=kind[:100],
            expected=" or ".join(KINDS.values()), headers=close,
        )  # fmt: skip
    check_uncompressed(headers)


def _parameters(query: bytes, known: tuple[str, ...]) -> dict[str, list[str]]:
    """Read an address's query: UTF-8, known names. Raises `Refusal`."""
    if len(query) > LARGEST_BODY:
        raise Refusal(414, "TOO_LARGE", f"The address is too long; at most {LARGEST_BODY} bytes are read.")
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=120)
    except ValueError:
        message = "The address cannot be read: its query must be URL-encoded UTF-8 with at most 120 parameters."
        raise Refusal(400, "BAD_REQUEST", message) from None
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        if name not in known:
            raise _bad(name[:60], value[:60], f"one of the parameters {', '.join(known)}")
        found.setdefault(name, []).append(value)
    return found


def _once(given: Mapping[str, list[str]]) -> dict[str, str]:
    for name, values in given.items():
        if len(values) > 1:
            raise _bad(name, values[1][:60], "it once")
    return {name: values[0] for name, values in given.items()}


def _bad(field: str, value: str | None, expected: str) -> Refusal:
    message = f"The parameter {field} is not right."
    return Refusal(400, "BAD_REQUEST", message, field=field, value=value, expected=expected)
