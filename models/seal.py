"""Write the hash of its data files into every card: `python -m models.seal`, after a change was reviewed."""

from __future__ import annotations

import json
from pathlib import Path

from models.base import data_hash


def main() -> None:
    """Rewrite the sha256 of every card whose data files changed."""
    for path in sorted(Path(__file__).parent.glob("*/card*.json")):
        card = json.loads(path.read_text("utf-8"))
        found = data_hash(path.parent, card["data"])
        if card.get("sha256") != found:
            card["sha256"] = found
            path.write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
