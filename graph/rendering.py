"""The projection compiler: what is selected becomes one Cypher expression and the shape of its result.

`select(...)` gives, for a node in a variable, the list of what the query wants of it; related nodes become `COLLECT`
subqueries inside that list, or join the enclosing one where there can be only one of them. See docs/decisions/0001.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from graph.reads import ByKey, Filter, Gathered, Made, Order, Paged, Related, Rows, Value
from graph.selection import Field, PageSelect, Select
from graph.shape import FACTS, label_of
from graph.shaping import Shape, Shown, Table, checked, each, noting, page_shape, record, tagged
from graph.templates import Frame, Scope, Sent

Env = Mapping[str, str]
_KEY: Final = Value("@n.key")


def select(selected: Select, env: Env, scope: Scope) -> tuple[str, Shape]:
    """Render what is selected of the node (or row) in `env`: an expression that gives a row, and the row's shape."""
    variants = list(selected.by_type.items())
    if len(variants) == 1 or (all(v == variants[0][1] for _, v in variants) and all(f.read for f in variants[0][1])):
        return _fields(variants[0][0], variants[0][1], env, scope, [name for name, _ in variants])
    cases, shapes = [], {}
    for typename, fields in variants:
        row, shapes[typename] = _fields(typename, fields, env, scope)
        cases.append(f"WHEN {env['n']}:{typename} THEN ['{typename}', {row}]")
    return f"CASE {' '.join(cases)} END", tagged(shapes)


def field(selected: Field, typename: str, env: Env, scope: Scope) -> tuple[str, Shape | None]:
    """Render one response key: an expression, and what is still to be done with its value (None: nothing)."""
    match selected.read:
        case None:
            return f"'{typename}'", None
        case Value(cypher):
            return _frame(selected, env, scope).expand(cypher), None
        case Made(make, needs):
            frame = _frame(selected, env, scope)
            shape: Shape = lambda values: make(*values)  # noqa: E731 - a name for it would say less
            return f"[{', '.join(frame.expand(need) for need in needs)}]", _checked(selected, shape, scope)
        case Rows() as read:
            return _rows(selected, read, env, scope)
        case Related() as read:
            return _related(selected, read, env, scope)
        case Paged() as read:
            return _paged(selected, read, f"{typename}.{selected.name}", env, scope)
        case ByKey() as read:
            return _by_key(selected, read, env, scope)
        case other:
            raise TypeError(f"{typename}.{selected.name} cannot be read below the root: {other!r}")


def _fields(
    typename: str, fields: Sequence[Field], env: Env, scope: Scope, types: Sequence[str] = ()
) -> tuple[str, Shape]:
    """Render the fields of one type, or of several `types` that are read alike.

    Of several, the row ends with the node's type where a null would be an error, since the error names the type. Of a person
    the row has the key, also where it is not selected: whose data an answer shows is noted when it is shaped.
    """
    parts, fixes, nulls = [], [], []
    for selected in fields:
        text, fix = field(selected, typename, env, scope)
        parts.append(text)
        if selected.required and isinstance(selected.read, Value | Rows):
            nulls.append(f"{_frame(selected, env, scope).expand(selected.read.cypher)} IS NULL")
        if fix is not None:
            fixes.append((selected.response, fix))
    needed = [i for i, selected in enumerate(fields) if selected.required]
    noted = None
    if Shown.PEOPLE[0] in (typename, *types):
        place = next((i for i, selected in enumerate(fields) if selected.read == _KEY), len(fields))
        noted = place, scope.shown.note
        if place == len(fields):
            parts.append(f"{env['n']}.key")
    typed = len(types) > 1 and bool(nulls)
    if typed:
        which = f"head([label IN labels({env['n']}) WHERE label IN {list(types)}])"
        parts.append(f"CASE WHEN {' OR '.join(nulls)} THEN {which} ELSE '' END")
    keys = [f.response for f in fields]
    return f"[{', '.join(parts)}]", record(typename, keys, needed, fixes, scope.strict, typed, noted)


def _frame(selected: Field, env: Env, scope: Scope) -> Frame:
    return Frame(scope, dict(env), selected.binding, selected.found)


def _checked(selected: Field, shape: Shape, scope: Scope) -> Shape:
    """Add what the schema says of null to a value that Python makes or shapes."""
    if selected.is_list:
        shape = each(checked(shape, selected.items_required, scope.strict))
    return checked(shape, selected.required, scope.strict)


def _rows(selected: Field, read: Rows, env: Env, scope: Scope) -> tuple[str, Shape]:
    frame = _frame(selected, env, scope)
    source = frame.expand(read.cypher)
    row = frame.variable("row")
    text, shape = select(_composite(selected), {**env, "n": row}, scope.inside(None))
    if read.many:
        return f"[{row} IN {source} | {text}]", _checked(selected, shape, scope)
    return f"head([{row} IN [{source}] WHERE {row} IS NOT NULL | {text}])", _checked(selected, shape, scope)


def _related(selected: Field, read: Related, env: Env, scope: Scope) -> tuple[str, Shape]:
    frame = _frame(selected, env, scope)
    target = _composite(selected)
    match = frame.expand(read.match)
    where = _where(frame, read.where, _access(frame, target.by_type))
    below = {child: frame.variable(parent) for child, parent in read.bind.items()}
    if read.single and scope.joins is not None:
        scope.joins.append(f"OPTIONAL MATCH {match}{where}")
        if read.few and _is_small(target):
            return f"{below['n']}.key", _checked(selected, _sent_once(target, read.few, scope), scope)
        text, shape = select(target, below, scope)
        return f"CASE WHEN {below['n']} IS NULL THEN null ELSE {text} END", _checked(selected, shape, scope)
    joins: list[str] = []
    text, shape = select(target, below, scope.inside(joins))
    order = f" ORDER BY {frame.expand(read.order)}" if read.order else ""
    body = f"MATCH {match}{where} {' '.join(joins)} RETURN {text} AS row{order}"
    if read.many:
        return f"COLLECT {{ {body} }}", _checked(selected, shape, scope)
    return f"head(COLLECT {{ {body} LIMIT 1 }})", _checked(selected, shape, scope)


def _is_small(target: Select) -> bool:
    """Tell whether what is selected of a node leads to no lists of others, so that reading it of a few more costs little."""
    return all(
        not isinstance(f.read, Paged)
        and not (isinstance(f.read, Related) and f.read.many)
        and (not isinstance(f.select, Select) or _is_small(f.select))
        for fields in target.by_type.values()
        for f in fields
    )


def _sent_once(target: Select, every: str, scope: Scope) -> Shape:
    """Have the statement send what is selected of `every` such node in a table; rows then refer to it by key."""
    frame = Frame(scope, {})
    node = frame.variable("x")
    joins: list[str] = []
    text, shape = select(target, {"n": node}, scope.inside(joins))
    cypher = f"COLLECT {{ MATCH {frame.expand(every)} {' '.join(joins)} RETURN [{node}.key, {text}] AS row }}"
    table = Table(shape)
    scope.tables.append(Sent(frame.variable("table"), cypher, table))
    return table.__getitem__


def _composite(selected: Field) -> Select:
    if not isinstance(selected.select, Select):
        raise TypeError(f"{selected.name} is read as objects, but nothing can be selected of it")
    return selected.select


def _access(frame: Frame, labels: Collection[str]) -> str:
    """Give the access rule of what a pattern binds to `@x`, by the labels it may have."""
    if "x" not in frame.names:
        return ""
    variable = frame.names["x"]
    rules = {label: rule for label in labels if (rule := frame.visible(variable, label))}
    if len(rules) == len(labels) and len(set(rules.values())) == 1:
        return next(iter(rules.values()))
    return " AND ".join(f"(NOT {variable}:{label} OR {rule})" for label, rule in rules.items())


def _where(frame: Frame, *templates: str) -> str:
    parts = [frame.expand(template) for template in templates if template]
    return f" WHERE {' AND '.join(parts)}" if parts else ""


def _paged(selected: Field, read: Paged, connection: str, env: Env, scope: Scope) -> tuple[str, Shape]:
    """Render a connection as `[rows, total or null, limit]`; a row is `[sort value, key, [a projection per selection]]`.

    One row more than asked is fetched: it tells whether there is a next page.
    """
    page = selected.select
    if not isinstance(page, PageSelect):
        raise TypeError(f"{connection} is read as a connection, but is none in the schema")
    given = selected.given or {}
    name = order_name(read, given)
    order = read.orders[name]
    frame = _frame(selected, env, scope)
    match = frame.expand(read.match)
    conditions = [read.where, *filters(read.filters, given.get("filter"))]
    access = _access(frame, page.types)
    total = "null"
    if any(part.name == "totalCount" for part in page.parts):
        total = f"COUNT {{ MATCH {match}{_where(frame, *conditions, access)} }}"
    if given.get("after"):
        conditions.append(_after(order))
    joins: list[str] = []
    node, sort = frame.variable("x"), frame.variable("sort")
    rendered = [select(nodes, {"n": node}, scope.inside(joins)) for nodes in page.nodes]
    by = f"ORDER BY {sort}{' DESC' if order.descending else ''}, {node}.key"
    limit = f"{selected.binding}.limit"
    text = (
        f"[COLLECT {{ MATCH {match}{_where(frame, *conditions, access)} WITH {node}, {frame.expand(order.cypher)} AS {sort}"
        f" {by} LIMIT toInteger({limit}) {' '.join(joins)}"
        f" RETURN [{sort}, {node}.key, [{', '.join(row for row, _ in rendered)}]] AS row {by} }}, {total}, {limit}]"
    )
    shape = page_shape(page, f"{connection}:{name}", [one for _, one in rendered], bool(given.get("after")))
    return text, noting(page, shape, scope.shown.note) if Shown.PEOPLE[0] in page.types else shape


def _by_key(selected: Field, read: ByKey, env: Env, scope: Scope) -> tuple[str, Shape]:
    """Render `[keys asked, [[key, [type, row]], …]]`: one seek for each label among the keys asked."""
    frame = _frame(selected, env, scope)
    target = _composite(selected)
    asked = (selected.given or {}).get("ids" if read.many else "id")
    labels = sorted({label for key in (asked if isinstance(asked, list) else [asked]) if (label := label_of(str(key)))})
    found, shapes = [], {}
    for label in labels:
        if label not in target.by_type:
            continue
        node = frame.variable(f"of{label}")
        joins: list[str] = []
        row, shapes[label] = select(Select(label, {label: target.by_type[label]}), {"n": node}, scope.inside(joins))
        known = f"{node}.fromSeq <= {scope.seq}" + (f" AND {scope.seq} < {node}.toSeq" if label in FACTS else "")
        match = _seek(frame, node, label, f"{selected.binding}.keys", known, scope.seq)
        body = f"{match} {' '.join(joins)} RETURN [{node}.key, ['{label}', {row}]] AS row"
        found.append(f"COLLECT {{ {body} }}")
    text = f"[{selected.binding}.keys, {' + '.join(found) or '[]'}]"
    shape = tagged(shapes)

    def shaped(value: Any) -> Any:
        rows = {key: shape(row) for key, row in value[1]}
        answers = [rows.get(key) for key in value[0]]
        return answers if read.many else answers[0]

    return text, shaped


def _seek(frame: Frame, node: str, label: str, keys: str, known: str, seq: str) -> str:
    """Match the nodes of one label that have these keys and may be seen; `seq` is the variable that `known` speaks of.

    What may not be seen is not even looked for, so that it costs what costs a key that nobody has: where the rule tells of the
    viewer alone there is nothing to look for, else it is looked for among what the viewer sees.
    """
    rule, within = frame.visible(node, label), frame.within(node, label)
    if within is not None:
        every, way = within
        return (
            f"CALL ({seq}) {{ MATCH ({node}:{label}) WHERE {node}.key IN CASE WHEN {every} THEN {keys} ELSE [] END AND {known}"
            f" RETURN {node} UNION ALL {way} WITH {node} WHERE {node}.key IN {keys} AND {known} RETURN {node} }}"
        )
    if rule and node not in rule:
        return f"MATCH ({node}:{label}) WHERE {node}.key IN CASE WHEN {rule} THEN {keys} ELSE [] END AND {known}"
    return f"MATCH ({node}:{label}) WHERE {node}.key IN {keys} AND {known}{f' AND {rule}' if rule else ''}"


def order_name(read: Paged | Gathered, given: Mapping[str, object]) -> str:
    """Tell which order a connection has: the one asked for, else the first declared."""
    return str(given.get("orderBy") or next(iter(read.orders)))


def filters(declared: Mapping[str, Filter], given: Mapping[str, object] | None) -> list[str]:
    """Give the conditions of the filters that are set: unset means "don't care", null means "has none" (rule 13).

    Null for a filter that cannot be null gives no condition: such a request is refused before its statement runs.
    """
    conditions = []
    for name, value in (given or {}).items():
        condition = declared[name].none if value is None else declared[name].some
        if condition is not None:
            conditions.append(condition)
    return conditions


def _after(order: Order) -> str:
    """Give the condition for what comes behind a cursor: one range, so that an index that has the order is read from there on.

    As `a > c OR (a = c AND …)` it would be two, which are put together and sorted: everything behind the cursor, for each page.
    """
    beyond = "<=" if order.descending else ">="
    return f"({order.cypher} {beyond} @arg.cursor[0] AND ({order.cypher} <> @arg.cursor[0] OR @x.key > @arg.cursor[1]))"
