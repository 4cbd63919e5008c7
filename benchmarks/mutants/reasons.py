"""Why a mutant that no check finds is a flow as good as any other, by kind.

A kind without a reason here is a hole of the checker when a mutant of it is not found.
"""

from __future__ import annotations

from typing import Final

REASONS: Final = {
    "indent a line too far": "a mapping of one entry means the same however far the entry is indented",
    "drop an argument": "the action has a default for it, so that it may be left out",
    "use data before it is set": "the name is optional or is saved on every other way; nothing is one of its values",
    "drop a save": "the name is optional or is saved on every other way; nothing is one of its values",
    "drop a go": "the conversation goes on to the next step of the file, which takes the same data",
    "rename a step": "no move names it: it follows the step above",
    "drop a step": "what is left is a flow; its first problem is where the data that it saved are read",
    "drop a verb": "`end` beside it is a verb too, so that the step now ends the flow and its text is what is too much",
    "drop a result": "the result is optional for whoever runs the flow",
    "drop a condition": "the button is shown to all, and who may not enter is told so; nothing else depends on it",
    "widen access": "nothing else in the bot says whom the flow is for",
    "leave out a colon": "the rest is one long text until a later line, the first that cannot be part of it",
    "drop an upper bound": "nothing that is saved or shown needs the bound",
    "drop what is shown when there is nothing": "a button leads on whether or not there is something to choose",
    "drop the texts for wrong answers": "the bot's own sentence is said instead",
    "go beyond a bound of a key": "the value is still within what the key takes",
    "ask for another type": "everything that reads the answer takes the other type too",
    "declare another type": "everything that reads the name takes the other type too",
    "drop a name of data": "the example declares it for its reader, and reads it nowhere",
    "rename a name of data": "the example declares it for its reader, and reads it nowhere",
    "rename a flow": "nothing runs it by its name, and it has no translations",
    "make a name never nothing": "every way to what reads it gives it a value",
    "drop all params given": "the param has a default or may be nothing",
    "drop a param given": "the param has a default or may be nothing",
    "drop a text": "`empty` and an entry of a menu need no text: without it the conversation goes on, or the title is the label",
    "drop the buttons": "the answer, an item or the silence leads on without them",
    "leave out a bracket": "it is open until the end of the file, where that is told",
    "drop what is kept": "the data are then kept as long as the conversation, which is as right",
    "drop the headings of a list": "the list has no headings then, which is as right",
    "drop a search": "the list is shown whole then, which is as right",
    "drop the marks of a list": "an item then leads on when it is pressed, which is as right where what follows takes one item",
    "drop media": "the window shows its text alone",
    "drop the size of files": "a file of any size is taken then",
    "limit a file beyond Telegram": "no file is as large, so that none is refused",
    "drop the label of a share": "the bot's own sentence is on the key",
    "drop a retry": "a command that fails is then not tried again",
    "drop a timeout": "the step then waits as long as nobody answers, and buttons lead on",
    "drop what is done on entering": "the data that it saved are optional or saved on every other way",
    "drop what is done on leaving": "the flow then holds what it holds until that runs out",
    "drop what became of older versions": "only people who stand in one would notice, and no check sees them",
    "drop the steps": "in `upgrade`; only people who stand in an older version would notice, and no check sees them",
    "drop all data": "in `upgrade`; only people who stand in an older version would notice, and no check sees them",
    "drop a message of the bot": "another sentence stands in for `moved`, `late` and `too_deep`",
    "drop a setting of the bot": "the setting is optional",
    "drop the throttle": "people may then write as often as they like",
    "make a trap": "a comment above it says why the conversation may stay there",
    "claim a command twice": "the flow lists it twice, which says the same",
    "claim a deep link twice": "the flow lists it twice, which says the same",
}
