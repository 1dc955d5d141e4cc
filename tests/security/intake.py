"""Whether documents that are new are taken in one at a time, with turns of others between, whichever way they come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest

from resolvers.context import Viewer
from schema.documents import Prepared
from schema.engine import Engine, Request, Result


@asynccontextmanager
async def taken_in_one_at_a_time(monkeypatch: pytest.MonkeyPatch, count: int) -> AsyncIterator[None]:
    """Hold that of what is sent within this block `count` documents are taken in, no two without a turn of others between."""
    happened: list[str] = []
    prepare = Engine.prepare

    def noted(self: Engine, request: Request, viewer: Viewer) -> Prepared | Result:
        if not self.knows(request):
            happened.append("document")
        return prepare(self, request, viewer)

    async def others() -> None:
        while True:
            happened.append("turn")
            await asyncio.sleep(0)

    monkeypatch.setattr(Engine, "prepare", noted)
    turns = asyncio.create_task(others())
    try:
        yield
    finally:
        turns.cancel()
    assert happened.count("document") == count
    assert ("document", "document") not in set(pairwise(happened))
