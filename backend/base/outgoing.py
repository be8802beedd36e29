"""Asking a partner over the network: only addresses under what the operator wrote down, with an end to every wait."""

from __future__ import annotations

import http.client
import json
import ssl
import threading
import time
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

import msgspec

from backend.base.push import PushAddressRefused, _dial, _place, _shut
from backend.base.refusal import Refusal
from backend.base.runtime import runtime

SECONDS = 8.0
MOST_BYTES = 4 << 20


class PartnerAway(Refusal):
    """The partner does not answer, or answers what cannot be used."""

    status = 502
    key = "base.partner_away"


class PartnerRefused(Refusal):
    """The partner says no; `code` is its HTTP status."""

    status = 409
    key = "base.partner_refused"


class PartnerNames(msgspec.Struct, frozen=True, rename={"ja_easy": "ja-easy"}):
    """A partner's name in three languages."""

    ja: str
    ja_easy: str
    en: str


class Partner(msgspec.Struct, frozen=True, kw_only=True):
    """One partner of this installation, as the operator wrote it into partners.json."""

    id: str
    kind: Literal["clinic", "insurer"]
    site: str
    base: str
    names: PartnerNames
    recipient: str = ""
    is_standin: bool = False


def partners(kind: Literal["clinic", "insurer"]) -> list[Partner]:
    """The partners of a kind out of `partners.json` in the data folder; none where there is no file."""
    file = runtime().settings.home / "partners.json"
    if not file.exists():
        return []
    return [one for one in msgspec.json.decode(file.read_bytes(), type=list[Partner]) if one.kind == kind]


def put_partner(partner: Partner) -> None:
    """Write one partner down; the same id takes the place of the older one."""
    file = runtime().settings.home / "partners.json"
    held = msgspec.json.decode(file.read_bytes(), type=list[Partner]) if file.exists() else []
    kept = [*(one for one in held if one.id != partner.id), partner]
    part = file.with_suffix(".part")
    part.write_bytes(msgspec.json.format(msgspec.json.encode(kept)))
    part.replace(file)


def address_under(partner: Partner, reference: str) -> str:
    """A reference as a full address, if it lies under the partner's own; PartnerAway for any other."""
    root = partner.base.rstrip("/") + "/"
    full = urljoin(root, reference)
    there, here = urlsplit(full), urlsplit(root)
    is_inside = (there.scheme, there.netloc) == (here.scheme, here.netloc) and there.path.startswith(here.path)
    if not is_inside or ".." in there.path or "%" in there.path:
        raise PartnerAway
    return full


def ask_partner(
    partner: Partner,
    reference: str,
    *,
    method: Literal["GET", "POST", "PUT"] = "GET",
    body: Any = None,
    most: int = MOST_BYTES,
    seconds: float = SECONDS,
) -> bytes:
    """Ask a partner and return its answer. Follows no redirect, dials no private address, reads at most `most` bytes.

    Raises PartnerRefused for 4xx, PartnerAway for everything else that is not 2xx.
    """
    try:
        place = _place(address_under(partner, reference))
        until = time.monotonic() + seconds
        sock = _dial(place, until)
    except (PushAddressRefused, OSError):
        raise PartnerAway from None
    handle = sock.dup()
    end = threading.Timer(max(0.1, until - time.monotonic()), _shut, (handle,))
    end.daemon = True
    end.start()
    try:
        if place.is_tls:
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=place.host)
        connection = http.client.HTTPConnection(place.host, place.port)
        connection.sock = sock
        sent = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        headers = {"accept": "application/json", "connection": "close"}
        if sent is not None:
            headers["content-type"] = "application/json"
        connection.request(method, place.path, body=sent, headers=headers)
        answer = connection.getresponse()
        got = answer.read(most + 1)
    except (OSError, http.client.HTTPException, ValueError):
        raise PartnerAway from None
    finally:
        end.cancel()
        handle.close()
        sock.close()
    if 400 <= answer.status < 500:
        raise PartnerRefused(code=answer.status)
    if not 200 <= answer.status < 300 or len(got) > most:
        raise PartnerAway
    return got
