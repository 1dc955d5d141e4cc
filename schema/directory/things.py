"""The directory's types."""

import graphene
from graphene import relay

from schema.directory.base import Date, ErpDomain, Obligation, Outcome, TaskState, always, every, told


class Node(graphene.Interface):
    """Anything with an id that never changes (Relay)."""

    id = told(always(graphene.ID), "The id: opaque, and the same as in the gallery.")


class Role(graphene.ObjectType):
    """A role of KOMBIT's Rollegalleri: one that is for vendors, or where a step went on. Titles are Danish, letter by letter."""

    class Meta:
        interfaces = (Node,)

    code = told(always(graphene.String), "A short name that never changes, `systemejer-bogfoering`.")
    title = told(always(graphene.String), "The official title on the day, in Danish.")
    en = told(graphene.String, "What the title means, in English.")
    domain = told(
        always(graphene.String),
        "What it is about: `OIR` (ØiR as a whole), `OIR_FINANS` (bookkeeping), `OIR_DEBITOR` (collection), in a step also `PROGRAMME`;"
        " others may come.",
    )


class Municipality(graphene.ObjectType):
    """A municipality that is your customer."""

    class Meta:
        interfaces = (Node,)

    code = told(always(graphene.String), "The four digits, `0751`.")
    name = told(always(graphene.String), "The name, `Aarhus`.")


class ErpSystem(graphene.ObjectType):
    """An ERP system that you supply."""

    class Meta:
        interfaces = (Node,)

    code = told(always(graphene.String), "A short name that never changes, `opus`.")
    name = told(always(graphene.String), "The name, `OPUS`.")


class Vendor(graphene.ObjectType):
    """A supplier of ERP systems."""

    class Meta:
        interfaces = (Node,)

    code = told(always(graphene.String), "A short name that never changes, `kmd`.")
    name = told(always(graphene.String), "The name, `KMD`.")


class ContactPerson(graphene.ObjectType):
    """Somebody else who can be written to."""

    name = told(always(graphene.String), "The name.")
    email = told(graphene.String, "The e-mail address that is for vendors.")
    phone = told(graphene.String, "The telephone number that is for vendors.")
    stands_in = told(
        always(graphene.Boolean),
        "Whether this is a stand-in; otherwise a holder: of the role, or of another one to which the question went on.",
    )


class Step(graphene.ObjectType):
    """One step of the reasoning."""

    kind = told(
        always(graphene.String),
        "What was found, such as `HELD`, `STAND_IN`, `VACANT`, `ESCALATED_TO`, or `NOT_VISIBLE_TO_YOU` (you are not shown who holds that role, nor"
        " whether anybody does); others may come.",
    )
    role = told(
        always(Role),
        "The role asked in this step: also one that is not for vendors, of which you are not shown who holds it.",
    )
    da = told(always(graphene.String), "The step as a sentence in Danish.")
    en = told(always(graphene.String), "The step as a sentence in English.")


class NextContact(graphene.ObjectType):
    """The contact from a later day on, by what is known today."""

    from_ = told(always(Date), "The first day.", name="from")
    outcome = told(always(Outcome), "How it comes to be this one.")
    answered_by = told(Role, "As `Contact.answeredBy`.")
    mailbox = told(graphene.String, "As `Contact.mailbox`.")
    name = told(graphene.String, "As `Contact.name`.")
    email = told(graphene.String, "As `Contact.email`.")
    phone = told(graphene.String, "As `Contact.phone`.")
    others = told(every(ContactPerson), "As `Contact.others`.")


class Contact(graphene.ObjectType):
    """To whom to write for a role at a customer. Write to `mailbox` first where there is one, else to `name`, else to `others` in their order."""

    role = told(always(Role), "The role that was asked for, or that the task addresses.")
    municipality = told(always(Municipality), "The customer.")
    outcome = told(always(Outcome), "How it came to be this contact.")
    answered_by = told(
        Role,
        "The role that somebody holds: the one asked, the one that carries it there, or where the question went; null where"
        " nobody whom you are shown does.",
    )
    mailbox = told(
        graphene.String,
        "The address of the mailbox that acts first, where a mailbox does; else of the municipality's function mailbox, or of another one that"
        " holds the role or stands in; KOMBIT's own, with any outcome, where you are shown no address or number of anybody else; null where"
        " there is none of these.",
    )
    name = told(
        graphene.String,
        "Who acts first; null where nobody does, where a mailbox does, and where none of the person's contact points is for vendors.",
    )
    email = told(graphene.String, "That person's e-mail address, where it is for vendors.")
    phone = told(graphene.String, "That person's telephone number, where it is for vendors.")
    others = told(every(ContactPerson), "Who else can be written to, in order.")
    since = told(
        Date, "The first day on which whoever acts first does so, named or not; null where `answeredBy` is null."
    )
    until = told(
        Date,
        "The first later day on which this contact becomes another, or the municipality is no customer of yours any more, by what is"
        " known; null: no such day is known.",
    )
    next = told(
        NextContact,
        "The contact from `until` on; null where none is known, and where the municipality is no customer then.",
    )
    last_confirmed = told(
        Date,
        "The last day, up to the day asked, on which the municipality said that it is still right who holds `answeredBy`; null where it"
        " has not said so since the last of those who hold it then began, and where `answeredBy` is null.",
    )
    da = told(always(graphene.String), "The reason in one sentence, in Danish.")
    en = told(always(graphene.String), "The reason in one sentence, in English.")
    steps = told(every(Step), "The whole reasoning, in the order in which it was taken.")


class Use(graphene.ObjectType):
    """What a customer uses one of your systems for."""

    domain = told(always(ErpDomain), "What for.")
    system = told(always(ErpSystem), "Which system.")


class Customer(graphene.ObjectType):
    """A municipality that uses one of your ERP systems, both today and on the day asked."""

    municipality = told(always(Municipality), "Which municipality.")
    uses = told(every(Use), "Which of your systems it uses on the day, and what for.")
    contacts = told(
        every(Contact), "Its contact for each role that was asked for, in the order of the gallery or of your list."
    )


class CustomerProgress(graphene.ObjectType):
    """How far one customer is with a task."""

    municipality = told(always(Municipality), "The customer.")
    state = told(TaskState, "How far it is; null where nothing was reported.")


class TaskProgress(graphene.ObjectType):
    """How far your customers are with a task."""

    done = told(always(graphene.Int), "How many are done with it (fuldført).")
    started = told(always(graphene.Int), "How many have begun (påbegyndt).")
    not_started = told(always(graphene.Int), "How many have not begun (ikke påbegyndt).")
    unreported = told(always(graphene.Int), "How many have reported nothing.")
    customers = told(every(CustomerProgress), "Each of your customers, by code.")


class Task(graphene.ObjectType):
    """A task in KLIK that is addressed to roles for vendors."""

    class Meta:
        interfaces = (Node,)

    number = told(graphene.String, "Its number in the project, where it has one.")
    title = told(always(graphene.String), "The title on the day, in Danish.")
    project = told(always(graphene.String), "The name of its project.")
    obligation = told(Obligation, "How binding it is, where that is known.")
    published = told(Date, "The day on which it was published, where that is known.")
    due = told(Date, "Its last day, which still counts; null where it has none.")
    overdue = told(
        always(graphene.Boolean),
        "Whether the last day is before the day asked, however far anybody is; false where there is none.",
    )
    roles = told(every(Role), "The roles for vendors that it addresses, the responsible first.")
    progress = told(always(TaskProgress), "How far your customers are.")


class Me(graphene.ObjectType):
    """Who you are here, and what you are shown."""

    vendor = told(always(Vendor), "The vendor that your token speaks for.")
    systems = told(every(ErpSystem), "Your ERP systems.")
    customer_count = told(always(graphene.Int), "How many municipalities use one of them today.")
    role_domains = told(every(graphene.String), "The domains of the roles that you are shown.")
    contact_classes = told(
        every(graphene.String),
        "The classes of the contact points that you are shown; a name is shown with at least one of them.",
    )


class PageInfo(graphene.ObjectType):
    """Where a page stands (Relay). Pages go forwards alone: there is neither `last` nor `before`."""

    has_next_page = told(always(graphene.Boolean), "Whether more follows after `endCursor`.")
    has_previous_page = told(always(graphene.Boolean), "Whether `after` was given.")
    start_cursor = told(graphene.String, "The first item's cursor; null where the page is empty.")
    end_cursor = told(
        graphene.String, "The last item's cursor: pass it as `after` for the next page; null where the page is empty."
    )


class CustomerConnection(relay.Connection):
    """A page of customers (Relay). Ask for `nodes`, or for `edges` where each one's cursor matters."""

    class Meta:
        node = Customer
        strict_types = True

    page_info = told(always(PageInfo), "Where this page stands.")
    nodes = told(every(Customer), "The customers of this page.")
    total_count = told(always(graphene.Int), "How many there are on all pages.")


class TaskConnection(relay.Connection):
    """A page of tasks (Relay). Ask for `nodes`, or for `edges` where each one's cursor matters."""

    class Meta:
        node = Task
        strict_types = True

    page_info = told(always(PageInfo), "Where this page stands.")
    nodes = told(every(Task), "The tasks of this page.")
    total_count = told(always(graphene.Int), "How many there are on all pages.")
