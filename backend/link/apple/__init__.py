"""Apple Health: export.zip or export.xml of any language, read as a stream."""

from backend.link.apple.source import AppleHealth

__all__ = ["AppleHealth"]
