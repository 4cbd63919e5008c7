"""What an action author imports: @query, @command, @notice, @job, Outcome, Context and the Catalog.

It knows nothing of YAML, Telegram or any database library, so that signatures can be read without loading them.
"""

from engine.actions.catalog import Catalog
from engine.actions.context import Context, Files, Note, Outbox, Policy
from engine.actions.jobs import Job, job
from engine.actions.kinds import (
    Contact,
    Email,
    File,
    FileKind,
    Location,
    Marker,
    MaxLength,
    Money,
    Phone,
    Upload,
    User,
)
from engine.actions.registration import (
    ActionKind,
    Notice,
    Outcome,
    SignatureError,
    command,
    notice,
    query,
)
from engine.actions.sent import (
    Checklist,
    Dice,
    ManagedBot,
    Payment,
    Person,
    Poll,
    Sent,
    SentKind,
    SharedChat,
    Story,
    Venue,
)
from engine.actions.signatures import Action, DeclaredNotice, Parameter

__all__ = [
    "Action",
    "ActionKind",
    "Catalog",
    "Checklist",
    "Contact",
    "Context",
    "DeclaredNotice",
    "Dice",
    "Email",
    "File",
    "FileKind",
    "Files",
    "Job",
    "Location",
    "ManagedBot",
    "Marker",
    "MaxLength",
    "Money",
    "Note",
    "Notice",
    "Outbox",
    "Outcome",
    "Parameter",
    "Payment",
    "Person",
    "Phone",
    "Policy",
    "Poll",
    "Sent",
    "SentKind",
    "SharedChat",
    "SignatureError",
    "Story",
    "Upload",
    "User",
    "Venue",
    "command",
    "job",
    "notice",
    "query",
]
