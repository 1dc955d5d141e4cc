"""What an answer must be that no application has made."""

import json


def in_the_one_shape(answer: bytes, code: str) -> dict[str, str]:
    """Hold one to the shape of every error, and to the headers of every answer; give its headers."""
    head, _, body = answer.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().lower().split("\r\n")[1:])
    (error,) = json.loads(body)["errors"]
    assert error["extensions"]["code"] == code
    assert int(headers["content-length"]) == len(body)
    assert headers["content-type"] == "application/json; charset=utf-8"
    told = ("connection", "x-content-type-options", "cache-control", "referrer-policy")
    assert [headers.get(name) for name in told] == ["close", "nosniff", "no-store", "no-referrer"]
    assert headers["x-request-id"]
    assert headers["content-security-policy"]
    return headers
