"""What stands before the first element of an XML file, looked at in one pass: patterns that retry would hang on it."""

from __future__ import annotations


def without_comments(text: bytes) -> bytes:
    """Return the text without its comments; one that never ends stays.

    Not a regular expression: each opening without an end would be searched to the end of the text again.
    """
    parts = []
    at = 0
    while (start := text.find(b"<!--", at)) >= 0:
        end = text.find(b"-->", start + 4)
        if end < 0:
            break
        parts.append(text[at:start])
        at = end + 3
    parts.append(text[at:])
    return b"".join(parts)
