"""What libraries log of an exception says what it is and where it was raised, and nothing of what it was raised for."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Iterator

import pytest

from tests.logged import logged

SECRET = "anna@hemmelig.example"


@pytest.fixture(params=["text", "json"])
def log(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    with logged(request.param, "debug") as stream:
        yield stream


def broken() -> None:
    f"{SECRET}ø".encode("ascii")


def test_a_library_s_exception_is_told_without_its_text(log: io.StringIO) -> None:
    try:
        broken()
    except UnicodeEncodeError as error:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
        logging.getLogger("asyncio").error(f"Task failed\nfuture: {error!r}", exc_info=error)
    text = log.getvalue()
    assert (text.count("UnicodeEncodeError"), text.count("in broken")) == (2, 2)
    assert text.count("test_logs.py") == 4
    assert "Exception in ASGI application" in text
    assert "Task failed" in text
    assert SECRET not in text


def test_so_is_one_that_a_loop_tells_of(log: io.StringIO) -> None:
    async def failing() -> None:
        broken()

    async def tell() -> None:
        task = asyncio.create_task(failing())
        await asyncio.wait([task])
        told = {"message": "Task exception was never retrieved", "exception": task.exception(), "future": task}
        asyncio.get_running_loop().default_exception_handler(told)

    asyncio.run(tell())
    assert "UnicodeEncodeError" in log.getvalue()
    assert SECRET not in log.getvalue()


def test_what_has_no_exception_is_told_as_it_is(log: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").error("none", exc_info=(None, None, None))
    logging.getLogger("uvicorn.error").error("plain")
    assert [word in log.getvalue() for word in ("none", "plain", "exc_info")] == [True, True, False]
