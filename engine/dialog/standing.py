"""Writing down what stands above a screen as soon as it is sent, as no press tells of it: another process may take the next turn.

It does not know how it came to stand there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from engine.dialog.ports import StaleConversationError, UnavailableError
from engine.dialog.record import seal, unseal

if TYPE_CHECKING:
    from engine.dialog.conversation import Conversation
    from engine.dialog.ports import ConversationKey, ConversationStore

_logger = structlog.get_logger(__name__)


async def keep_standing(
    store: ConversationStore, key: ConversationKey, conversation: Conversation
) -> None:
    """Write which messages its screens stand in, unless another turn was kept since; failing that harms no turn."""
    head = conversation.head
    try:
        stored = await store.load(key)
        if stored is None or unseal(stored.value)[0].applied[-1:] != head.applied[-1:]:
            return
        value = seal(head, conversation.encode())
        await store.save(key, value, expected_revision=stored.revision)
    except (StaleConversationError, UnavailableError) as error:
        _logger.info("standing_not_kept", reason=type(error).__name__)
