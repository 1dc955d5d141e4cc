"""What is typed as NAME=VALUE, read by the type that the schema has for NAME; and what a type takes, in words."""

import json
import re
from collections.abc import Sequence
from functools import partial
from typing import Any, Final, NoReturn

from server.cli.changing import NOTHING
from server.cli.output import TYPED_WRONGLY, fail

_WORDS: Final = {"Int": "whole number", "Boolean": "true | false", "Date": "day"}
_WHOLE: Final = re.compile(r"-?[0-9]{1,10}")


def read(name: str, kind: Any, texts: Sequence[str]) -> Any:
    """Read what was typed for a name, and check it by its type before a database is opened.

    Ends the command where a value is typed twice that is no list.

    Raises:
        InvalidInput: it does not fit, or is to be null and cannot be.
    """
    from graphql import get_nullable_type, is_list_type, is_non_null_type
    from graphql.utilities import coerce_input_value

    from resolvers.errors import InvalidInput

    if list(texts) == [""]:
        if is_non_null_type(kind):
            raise InvalidInput("BAD_INPUT", name, "", f"expected: {words(kind)}, and not null")
        return NOTHING
    bare = get_nullable_type(kind)
    value: Any
    if not is_list_type(bare):
        if len(texts) > 1:
            fail(f"{name} is given {len(texts)} times: expected once.", TYPED_WRONGLY)
        value = _plain(name, bare, texts[0])
    elif len(texts) == 1 and texts[0].lstrip().startswith("["):
        value = _plain(name, bare, texts[0])
    else:
        value = [_plain(name, get_nullable_type(bare.of_type), text) for text in texts]
    coerce_input_value(value, kind, partial(_refuse, name, kind))
    return value


def _refuse(name: str, kind: Any, path: Sequence[str | int], value: Any, error: Exception) -> NoReturn:
    """Say what would be right there; of fields that are missing, or that there are not, GraphQL says which."""
    from graphql import get_nullable_type, is_input_object_type
    from graphql.pyutils import print_path_list

    from resolvers.errors import InvalidInput

    for step in path:
        bare = get_nullable_type(kind)
        kind = bare.of_type if isinstance(step, int) else bare.fields[step].type
    of_fields = isinstance(value, dict) and is_input_object_type(get_nullable_type(kind))
    told = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    expected = str(error).rstrip(".") if of_fields else f"expected: {words(kind)}"
    raise InvalidInput("BAD_INPUT", f"{name}{print_path_list(path)}", told, expected)


def _plain(name: str, kind: Any, text: str) -> Any:
    """Read one text; what does not fit stays as it is, to be refused as it was typed."""
    from graphql import is_leaf_type

    from resolvers.errors import InvalidInput

    if not is_leaf_type(kind):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise InvalidInput("BAD_INPUT", name, text, f"expected: JSON, {words(kind)}") from None
    if kind.name == "Int" and _WHOLE.fullmatch(text):
        return int(text)
    return {"true": True, "false": False}.get(text, text) if kind.name == "Boolean" else text


def words(kind: Any) -> str:
    """Say what a type takes, as it is typed; in JSON, what may be left out has a question mark."""
    from graphql import get_nullable_type, is_enum_type, is_input_object_type, is_list_type, is_non_null_type

    kind = get_nullable_type(kind)
    if is_list_type(kind):
        return f"list of {words(kind.of_type)}"
    if is_input_object_type(kind):
        fields = (
            f'"{name}"{"" if is_non_null_type(one.type) else "?"}: {words(one.type)}'
            for name, one in kind.fields.items()
        )
        return f"{{{', '.join(fields)}}}"
    return " | ".join(kind.values) if is_enum_type(kind) else _WORDS.get(kind.name, "text")
