"""Strawberry's types, resolvers and its own ASGI view. Documents are parsed and validated once, as its guide to speed says."""

from datetime import date
from typing import Any

import strawberry
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, ValidationCache

from bench.limit import hits, text
from bench.loaders import resolving
from bench.loaders.loading import Loaders
from graph.driver import Database
from graph.text import fold
from resolvers.coverage import cells
from resolvers.facts import Gallery, Local
from resolvers.questions.search import query as fulltext
from resolvers.responsibility import Answer as Decided
from resolvers.responsibility import Resolver
from resolvers.sentences import sentence
from resolvers.steps import Reach as Reached
from resolvers.steps import Step as Taken

Info = strawberry.Info[Any, None]


def _loaders(info: Info) -> Loaders:
    loaders: Loaders = info.context["loaders"]
    return loaders


@strawberry.type
class Role:
    key: strawberry.Private[str]
    code: str

    @strawberry.field
    async def title(self, info: Info) -> str:
        loaders = _loaders(info)
        names = await loaders.of("names_by_role").load(self.key)
        return next((title for title, _, start, end in names if start <= loaders.at < end), self.key)


@strawberry.type
class Holder:
    name: str


@strawberry.type
class Municipality:
    key: strawberry.Private[str]
    code: str
    name: str

    @strawberry.field
    async def assignments(self, info: Info) -> list["Assignment"]:
        return [_assignment(row) for row in await _loaders(info).of("assignments_by_municipality").load(self.key)]


@strawberry.type
class Assignment:
    id: strawberry.ID
    valid_from: str
    valid_to: str | None
    role_key: strawberry.Private[str]
    holder_key: strawberry.Private[str]

    @strawberry.field
    async def role(self, info: Info) -> Role:
        return await _role(info, self.role_key)

    @strawberry.field
    async def holder(self, info: Info) -> Holder:
        return await _holder(info, self.holder_key)


@strawberry.type
class MunicipalityConnection:
    nodes: list[Municipality]


@strawberry.type
class Fact:
    id: strawberry.ID


@strawberry.type
class Reach:
    reach: strawberry.Private[Reached]

    @strawberry.field
    def reached_as(self) -> str:
        return self.reach.reached_as.value

    @strawberry.field
    async def holder(self, info: Info) -> Holder:
        return await _holder(info, self.reach.holder)

    @strawberry.field
    def email(self) -> str | None:
        return next((value for kind, value in self.reach.contacts if kind == "EMAIL"), None)


@strawberry.type
class Step:
    step: strawberry.Private[Taken]
    at: strawberry.Private[str]
    gallery: strawberry.Private[Gallery]
    local: strawberry.Private[Local]

    @strawberry.field
    def kind(self) -> str:
        return self.step.kind.value

    @strawberry.field
    def da(self) -> str:
        return sentence(self.step, self.at, self.gallery, self.local, "da")


@strawberry.type
class Answer:
    answer: strawberry.Private[Decided]
    gallery: strawberry.Private[Gallery]
    local: strawberry.Private[Local]

    @strawberry.field
    def outcome(self) -> str:
        return self.answer.outcome.value

    @strawberry.field
    async def municipality(self, info: Info) -> Municipality:
        return await _municipality(info, self.answer.municipality)

    @strawberry.field
    async def role(self, info: Info) -> Role | None:
        return None if self.answer.role is None else await _role(info, self.answer.role)

    @strawberry.field
    def accountable(self) -> list[Fact]:
        return [Fact(id=strawberry.ID(key)) for key in self.answer.accountable]

    @strawberry.field
    def reach(self) -> list[Reach]:
        return [Reach(reach=one) for one in self.answer.reach]

    @strawberry.field
    def steps(self) -> list[Step]:
        return [Step(step=one, at=self.answer.at, gallery=self.gallery, local=self.local) for one in self.answer.steps]

    @strawberry.field
    def until(self) -> str | None:
        return self.answer.until

    @strawberry.field
    def next(self) -> "Answer | None":
        return (
            None
            if self.answer.next is None
            else Answer(answer=self.answer.next, gallery=self.gallery, local=self.local)
        )


@strawberry.type
class Cell:
    municipality_key: strawberry.Private[str]
    role_key: strawberry.Private[str]
    state: str
    holder_keys: strawberry.Private[tuple[str, ...]]

    @strawberry.field
    async def municipality(self, info: Info) -> Municipality:
        return await _municipality(info, self.municipality_key)

    @strawberry.field
    async def role(self, info: Info) -> Role:
        return await _role(info, self.role_key)

    @strawberry.field
    async def holders(self, info: Info) -> list[Holder]:
        return [Holder(name=row[1]) for row in await _loaders(info).of("holder").load_many(self.holder_keys)]


@strawberry.type
class Columns:
    municipalities: list[strawberry.ID]
    roles: list[strawberry.ID]
    states: list[str]
    holders: list[list[strawberry.ID]]


@strawberry.type
class Coverage:
    cells: list[Cell]

    @strawberry.field
    def columns(self) -> Columns:
        return Columns(
            municipalities=[strawberry.ID(cell.municipality_key) for cell in self.cells],
            roles=[strawberry.ID(cell.role_key) for cell in self.cells],
            states=[cell.state for cell in self.cells],
            holders=[[strawberry.ID(key) for key in cell.holder_keys] for cell in self.cells],
        )


@strawberry.type
class Hit:
    title: str
    matched: str
    fit: str
    is_former_name: bool


@strawberry.type
class Query:
    @strawberry.field
    async def municipality(self, info: Info, name: str, at: date | None = None) -> Municipality | None:
        loaders = await _begin(info, at)
        found = await loaders.rows(
            "municipality", "MATCH (m:Municipality {code: $p.code}) RETURN m.key, m.code, m.name", code=name
        )
        return _place(found[0]) if found else None

    @strawberry.field
    async def municipalities(self, info: Info, first: int = 20, at: date | None = None) -> MunicipalityConnection:
        found = (await _places(await _begin(info, at)))[:first]
        return MunicipalityConnection(nodes=[_place(row) for row in found])

    @strawberry.field
    async def responsibility(
        self,
        info: Info,
        role: str | None = None,
        task: str | None = None,
        municipality: str | None = None,
        at: date | None = None,
    ) -> list[Answer]:
        loaders = await _begin(info, at)
        asked = [role] if role else [row[0] for row in await loaders.of("roles_by_task").load(task or "")]
        places = await _places(loaders, municipality)
        gallery = await resolving.gallery(loaders)
        here = await resolving.locals_(loaders, gallery, places, asked, walk=True)
        ahead = any(_selects(field, "until", "next") for field in info.selected_fields)
        answers = []
        for local in here:
            resolver = Resolver(gallery, local)
            for one in asked:
                decided = resolver.resolve_ahead(one, loaders.at) if ahead else resolver.resolve(one, loaders.at)
                answers.append(Answer(answer=decided, gallery=gallery, local=local))
        return answers

    @strawberry.field
    async def coverage(self, info: Info, roles: list[str] | None = None, at: date | None = None) -> Coverage:
        loaders = await _begin(info, at)
        gallery = await resolving.gallery(loaders)
        asked = list(gallery.roles) if roles is None else roles
        here = await resolving.locals_(loaders, gallery, await _places(loaders), asked, walk=False)
        found = [cell for local in here for cell in cells(gallery, local, asked, loaders.at, ahead=False)]
        shown = [
            Cell(municipality_key=c.municipality, role_key=c.role, state=c.state.value, holder_keys=c.holders)
            for c in found
        ]
        return Coverage(cells=shown)

    @strawberry.field
    async def search(self, info: Info, text: str, at: date | None = None) -> list[Hit]:
        loaders = _loaders(info)
        loaders.at = _day(at)
        folded = fold(text)
        words = folded.split()
        found = await loaders.rows("search", _SEARCH, lucene=fulltext(words), folded=folded, words=words)
        return [Hit(**{_SNAKE.get(name, name): value for name, value in hit.items()}) for hit in hits(found[0][0])]


_SEARCH = text("search")
_SNAKE = {"isFormerName": "is_former_name"}


def _day(at: date | None) -> str:
    return (at or date.today()).isoformat()  # noqa: DTZ011 - the bench always gives the day


def _selects(field: Any, *names: str) -> bool:
    return any(getattr(below, "name", None) in names for below in field.selections)


async def _begin(info: Info, at: date | None) -> Loaders:
    loaders = _loaders(info)
    await loaders.begin(_day(at))
    return loaders


async def _places(loaders: Loaders, code: str | None = None) -> list[list[Any]]:
    match = "MATCH (m:Municipality) WHERE m.code > ''" if code is None else "MATCH (m:Municipality {code: $p.code})"
    return await loaders.rows("municipalities", f"{match} RETURN m.key, m.code, m.name ORDER BY m.code", code=code)


def _place(row: list[Any]) -> Municipality:
    return Municipality(key=row[0], code=row[1], name=row[2])


def _assignment(row: list[Any]) -> Assignment:
    key, start, end, role, holder = row
    return Assignment(id=strawberry.ID(key), valid_from=start, valid_to=end, role_key=role, holder_key=holder)


async def _municipality(info: Info, key: str) -> Municipality:
    return _place(await _loaders(info).of("municipality").load(key))


async def _role(info: Info, key: str) -> Role:
    row = await _loaders(info).of("role").load(key)
    return Role(key=row[0], code=row[1])


async def _holder(info: Info, key: str) -> Holder:
    return Holder(name=(await _loaders(info).of("holder").load(key))[1])


class _View(GraphQL[Any, None]):
    """The documented view; each request has loaders of its own."""

    database: Database

    async def get_context(self, request: Any, response: Any) -> Any:
        return {"request": request, "response": response, "loaders": Loaders(self.database)}


def application(database: Database) -> Any:
    """Make the server."""
    view = _View(strawberry.Schema(query=Query, extensions=[lambda: ParserCache(100), lambda: ValidationCache(100)]))
    view.database = database
    return view
