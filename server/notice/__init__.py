"""Telling clients that an answer became another one.

`hub.py` learns of changes and passed days, and decides who looks again when; `group.py` are the subscriptions that ask the
same and are told the same; `events.py` is what they are told. How it travels is `server/websocket.py` and `server/events.py`.
"""
