"""Recording: what people did in the emulator's chats, as a scenario that was played.

It knows the emulator's story and simulations; it does not know who holds the conversation, nor where the file goes.
"""
