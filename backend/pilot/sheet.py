"""The QR sheet: open invite codes on A4, eight to a page, to cut out and hand over at a counter."""

from __future__ import annotations

import base64
import hashlib
import html
import io
import re
from datetime import timedelta

import segno

from backend import base, people
from backend.people import BatchFacts, Site

STYLE = """
@page { size: A4; margin: 10mm }
* { box-sizing: border-box }
body { margin: 0; font: 10.5pt/1.5 system-ui, sans-serif; color: #1a1a1c; background: #fff }
header { margin: 0 0 4mm; font-size: 9pt; color: #4d4d4d }
h1 { font-size: 12pt; margin: 0 }
ul { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: 1fr 1fr }
li { height: 69mm; padding: 4mm; border: 0.3mm dashed #949494; display: grid; gap: 0 3mm;
  grid-template-columns: 34mm 1fr; align-content: start; break-inside: avoid }
h2 { grid-column: 1 / -1; font-size: 10.5pt; margin: 0; color: #0b5d3b }
h2 span { color: #1a1a1c }
.invitation { grid-column: 1 / -1; margin: 0 0 1mm }
svg { width: 34mm; height: 34mm; display: block }
.code { font: 700 14pt/1.2 ui-monospace, monospace; letter-spacing: 0.04em; margin: 1mm 0 2mm; white-space: nowrap }
p { margin: 0 }
.small { font-size: 8.5pt; color: #333 }
.until { grid-column: 1 / -1; margin-top: 1mm }
rt { font-size: 55% }
@media print { header { display: none } }
"""
# No script at all, and only this very style: a printed page with live codes runs nothing.
POLICY = (
    "default-src 'none'; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_RUBY = re.compile(r"\{([^{}|]+)\|([^{}|]+)\}")


def _ruby(text: str) -> str:
    return _RUBY.sub(r"<ruby>\1<rt>\2</rt></ruby>", html.escape(text))


def _say(key: str, locale: str, **params: str) -> str:
    text = base.all_words()[key][locale]
    for name, value in params.items():
        text = text.replace("{" + name + "}", value)
    return _ruby(text)


def _qr(address: str) -> str:
    out = io.BytesIO()
    # Error correction M: a sheet is folded and copied; the border of 4 modules is the standard's.
    segno.make_qr(address, error="m").save(out, kind="svg", xmldecl=False, svgns=True, border=4, omitsize=True)
    return out.getvalue().decode()


def page(batch: BatchFacts, *, site: Site, origin: str, locale: str) -> str:
    """A whole HTML page with every open code of the batch; used, expired and revoked ones are left out."""
    last_day = (batch.expires_at.astimezone(base.TOKYO) - timedelta(microseconds=1)).date()
    until = {"year": str(last_day.year), "month": str(last_day.month), "day": str(last_day.day)}
    name, invitation = _ruby(site.names[locale]), _ruby(site.invitation[locale])
    cards = "".join(
        f'<li><h2>めぐり <span>{name}</span></h2><p class="small invitation">{invitation}</p>'
        f"{_qr(people.join_address(origin, one.code))}<div>"
        f'<p class="small">{_say("pilot.sheet_code", locale)}</p>'
        f'<p class="code">{html.escape(people.grouped(one.code))}</p>'
        f'<p class="small">{_say("pilot.sheet_how", locale, address=origin)}</p></div>'
        f'<p class="small until">{_say("pilot.sheet_until", locale, **until)}</p></li>'
        for one in batch.invites
        if one.state == "open"
    )
    body = f"<ul>{cards}</ul>" if cards else f"<p>{_say('pilot.sheet_empty', locale)}</p>"
    title = _say("pilot.sheet_title", locale)
    language = "en" if locale == "en" else "ja"
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{html.escape(batch.label)}</title>'
        f"<style>{STYLE}</style></head><body><header><h1>{title}</h1>"
        f"<p>{html.escape(batch.label)}</p></header>{body}</body></html>"
    )
