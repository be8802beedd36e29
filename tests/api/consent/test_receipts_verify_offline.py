"""Every change gives a receipt that anybody can check with the public key alone, without our code or our server."""

from __future__ import annotations

import base64
import json
from hashlib import sha256
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LAB, RESEARCH = "sample-univ-obstetrics", "P-RESEARCH"


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "==")


def root_of(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """RFC 6962 section 2.1.1 read backwards: the path's last step joins the two halves of the whole tree."""
    if size == 1:
        assert path == []
        return leaf
    half = 1
    while half * 2 < size:
        half *= 2
    *inner, last = path
    if index < half:
        return sha256(b"\x01" + root_of(leaf, index, half, inner) + last).digest()
    return sha256(b"\x01" + last + root_of(leaf, index - half, size - half, inner)).digest()


def check(receipt: str, keys: list[dict[str, str]]) -> dict[str, Any]:
    """Check a receipt as an outsider would; raises if anything in it was touched."""
    header, payload, signature = receipt.split(".")
    head = json.loads(unb64(header))
    assert (head["alg"], head["typ"]) == ("EdDSA", "meguri-receipt+jwt")
    jwk = next(each for each in keys if each["kid"] == head["kid"])
    key = Ed25519PublicKey.from_public_bytes(unb64(jwk["x"]))
    key.verify(unb64(signature), f"{header}.{payload}".encode())
    said = json.loads(unb64(payload))
    leaf, tree = said["leaf"], said["head"]
    salted = sha256(unb64(said["salt"]) + said["person"].encode() + b"\n" + said["body"].encode()).hexdigest()
    text = f"meguri-leaf-1\n{leaf['index']}\n{leaf['at']}\n{leaf['kind']}\n{salted}"
    hashed = sha256(b"\x00" + text.encode()).digest()
    root = root_of(hashed, leaf["index"], tree["size"], [unb64(step) for step in said["proof"]])
    assert root == unb64(tree["root"])
    key.verify(unb64(tree["signature"]), f"meguri-head-1\n{tree['size']}\n{tree['at']}\n{root.hex()}".encode())
    return {**json.loads(said["body"]), "person": said["person"], "kind": leaf["kind"]}


@pytest.mark.feature("E07")
def test_each_change_gives_a_receipt_that_verifies_with_the_public_key_alone(town, resident, client):
    hanako = resident("suita")
    receipts = [
        town.switch(hanako, LAB, RESEARCH, "C-VITAL", True).json,
        town.switch(hanako, LAB, RESEARCH, "C-LAB", True).json,
        town.switch(hanako, LAB, RESEARCH, "C-VITAL", False).json,
        town.pause(hanako, True).json,
    ]
    keys = client.get("/api/consent/keys").json["keys"]
    assert [set(each) for each in keys] == [{"kty", "crv", "x", "kid", "use", "alg"}]
    said = [check(each["receipt"], keys) for each in receipts]
    assert [each["kind"] for each in said] == ["consent.switch"] * 3 + ["consent.pause"]
    assert [each["on"] for each in said] == [True, True, False, True]
    assert {each["person"] for each in said} == {town.person(hanako)}
    assert said[0]["recipient"] == LAB
    assert said[0]["text"]["id"] == "research-pregnancy-bp"
    text = client.get("/api/consent/texts/research-pregnancy-bp/1").json
    assert said[0]["text"]["sha256"] == text["sha256"]

    lines = hanako.get("/consent/history").json["changes"]
    assert [each["id"] for each in lines] == [each["id"] for each in reversed(receipts)]
    again = hanako.get(f"/consent/receipts/{receipts[0]['id']}").json["receipt"]
    assert again == receipts[0]["receipt"]


def test_a_touched_receipt_does_not_verify(town, resident, client):
    hanako = resident("suita")
    receipt = town.switch(hanako, LAB, RESEARCH, "C-VITAL", True).json["receipt"]
    keys = client.get("/api/consent/keys").json["keys"]
    header, payload, signature = receipt.split(".")
    said = json.loads(unb64(payload))
    said["body"] = said["body"].replace("C-VITAL", "C-GENE")
    forged = base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
    with pytest.raises(InvalidSignature):
        check(f"{header}.{forged}.{signature}", keys)


def test_a_receipt_is_its_owners_only(town, resident):
    hanako, taro = resident("suita"), resident("suita")
    change = town.switch(hanako, LAB, RESEARCH, "C-VITAL", True).json["id"]
    assert taro.get(f"/consent/receipts/{change}").status_code == 404
    assert taro.get("/consent/history").json["changes"] == []


def test_a_retry_is_the_same_change_and_another_content_is_refused(town, resident):
    hanako = resident("suita")
    first = town.switch(hanako, LAB, RESEARCH, "C-VITAL", True, client_id="same-id-1")
    again = town.switch(hanako, LAB, RESEARCH, "C-VITAL", True, client_id="same-id-1")
    other = town.switch(hanako, LAB, RESEARCH, "C-LAB", True, client_id="same-id-1")
    assert again.json == first.json
    assert (other.status_code, other.json["key"]) == (422, "base.key_reused")
    assert len(hanako.get("/consent/history").json["changes"]) == 1
    assert not town.is_on(hanako, LAB, "C-LAB")
