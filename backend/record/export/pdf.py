"""The record on paper: what a doctor asks first on page one, then every value with its day and source."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, LongTable, PageTemplate, Paragraph, Spacer, TableStyle

from backend import base, people
from backend.record import catalogue
from backend.record.export import clinical, observation
from backend.record.export.bundle import Progress, ignore, value_text
from backend.record.export.whole import Whole, section_of, tokyo_day
from backend.record.model import Answer, DayValue, StoredReading
from backend.record.series.days import SLEEP

FONT = "HeiseiKakuGo-W5"
_COLUMNS = 4
_INK, _LINE, _SHADE = colors.HexColor("#1a1a1a"), colors.HexColor("#b0b0b0"), colors.HexColor("#eef2f6")
_SEX = {"male": "男性", "female": "女性"}


def _style(size: float, **more: Any) -> ParagraphStyle:
    return ParagraphStyle(
        f"s{size}", fontName=FONT, fontSize=size, leading=size * 1.45, textColor=_INK, wordWrap="CJK", **more
    )


_H1, _H2 = _style(17, spaceAfter=2 * mm), _style(12.5, spaceBefore=5 * mm, spaceAfter=1.5 * mm)
_TEXT, _CELL, _SMALL = _style(10), _style(8.5), _style(8)


def write(out: BinaryIO, whole: Whole, *, days: Mapping[str, list[DayValue]], progress: Progress = ignore) -> None:
    """Write the PDF. The font is one of Adobe's standard Japanese fonts, which every viewer brings itself."""
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    total = len(whole.readings) + 2
    story = [*_front(whole), *_exams(whole)]
    progress(1, total)
    story += [*_devices(days), *_everything(whole)]
    held = io.BytesIO()
    document = BaseDocTemplate(
        held, pagesize=A4, title="健康の記録", author="めぐり", subject="健康の記録", lang="ja-JP",
        leftMargin=16 * mm, rightMargin=16 * mm, topMargin=18 * mm, bottomMargin=16 * mm,
    )  # fmt: skip
    frame = Frame(document.leftMargin, document.bottomMargin, document.width, document.height, id="page")
    document.addPageTemplates(PageTemplate(frames=[frame], onPage=lambda canvas, _: _edges(canvas, whole)))
    document.build(story)
    out.write(held.getvalue())
    progress(total, total)


def _edges(canvas: Any, whole: Whole) -> None:
    canvas.saveState()
    canvas.setFont(FONT, 8)
    canvas.setFillColor(colors.HexColor("#555555"))
    width, height = A4
    canvas.drawString(16 * mm, height - 11 * mm, f"健康の記録  {_line(whole.person.name)} さん")
    canvas.drawRightString(width - 16 * mm, height - 11 * mm, f"{tokyo_day(whole.made_at):%Y-%m-%d} 作成（めぐり）")
    canvas.drawCentredString(width / 2, 9 * mm, str(canvas.getPageNumber()))
    canvas.restoreState()


def _line(text: str) -> str:
    return "".join(char for char in text if char >= " ")


def _p(text: str, style: ParagraphStyle = _CELL) -> Paragraph:
    return Paragraph(escape(_line(text)), style)


def _table(rows: Sequence[Sequence[str]], widths: Sequence[float]) -> LongTable:
    made = LongTable(
        [[_p(cell) for cell in row] for row in rows],
        colWidths=[one * mm for one in widths],
        repeatRows=1,
        hAlign="LEFT",
    )
    made.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
                ("BACKGROUND", (0, 0), (-1, 0), _SHADE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("TOPPADDING", (0, 0), (-1, -1), 1.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ]
        )
    )
    return made


def _front(whole: Whole) -> list[Flowable]:
    one, today = whole.person, tokyo_day(whole.made_at)
    story: list[Flowable] = [
        _p("健康の記録", _H1),
        _p(
            f"{one.name}（{one.kana}） {_SEX[one.sex]} {one.birth:%Y年%m月%d日}生まれ {people.age(one, today)}歳",
            _TEXT,
        ),
        _p("本人が集めた記録です。測定元と日付をご確認ください。診断書ではありません。", _SMALL),
    ]
    for section, title, nothing in (
        ("allergies", "アレルギー", "情報はありません（「ない」という意味ではありません）"),
        ("medicines", "薬", "情報はありません（「飲んでいない」という意味ではありません）"),
        ("problems", "病名", "情報はありません（「ない」という意味ではありません）"),
        ("immunizations", "予防接種", ""),
        ("procedures", "処置・手術", ""),
    ):
        lines = _facts(whole, section)
        if not lines and any(f.key == section and f.answer is Answer.VALUE and f.value == [] for f in whole.facts):
            lines = ["なし（本人の回答）"]
        if lines or nothing:
            story += [_p(title, _H2), *(_p(f"・{line}", _TEXT) for line in lines or [nothing])]
    answers = [
        [clinical.question_text(fact.key), clinical.answer_text(fact), "" if fact.on is None else fact.on.isoformat()]
        for fact in whole.facts
        if fact.answer is Answer.VALUE
    ]
    if answers:
        story += [_p("わたしのこと（本人の回答）", _H2), _table([["質問", "答え", "日付"], *answers], (90, 60, 28))]
    return story


def _facts(whole: Whole, section: str) -> list[str]:
    subject: dict[str, Any] = {}
    lines = [
        f"{_day(one)} {one.value if isinstance(one.value, str) else one.original_value or ''}（{one.source}）"
        for one in whole.readings
        if one.metric in clinical.KINDS and section_of(one.metric) == section
    ]
    answered = [resource for name, resource in clinical.of_facts(whole, subject) if name == section]
    lines += [f"{name}" if "本人の回答" in name else f"{name}（本人の回答）" for name in clinical.names_of(answered)]
    return list(dict.fromkeys(lines))


def _day(reading: StoredReading) -> str:
    return tokyo_day(reading.start).isoformat()


def _said(reading: StoredReading) -> str:
    text = value_text(observation.says(reading))
    return f"{text} {reading.flag}" if reading.flag in ("H", "L") else text


def _exams(whole: Whole) -> list[Flowable]:
    """Numbers of check-ups and laboratories, the newest days side by side."""
    found: dict[str, dict[str, str]] = {}
    wanted = [
        one
        for one in whole.readings
        if section_of(one.metric) == "results" and catalogue.metric(one.metric).value == "number"
    ]
    days = sorted({_day(one) for one in wanted}, reverse=True)[:_COLUMNS]
    for one in wanted:
        if (day := _day(one)) in days:
            found.setdefault(one.metric, {})[day] = _said(one)
    if not found:
        return []
    rows = [["項目", *days]]
    rows += [[catalogue.metric(metric).ja, *(values.get(day, "") for day in days)] for metric, values in found.items()]
    width = (178 - 58) / len(days)
    note = _p("H は基準より高い、L は低い（測定元の判定）。空欄は記録なし。", _SMALL)
    return [_p("検査・健診（新しい順）", _H2), note, _table(rows, (58, *(width for _ in days)))]


def _devices(days: Mapping[str, list[DayValue]]) -> list[Flowable]:
    """Figures of devices by month: the mean of the days, and their span."""
    rows = [["項目", "月", "1日の平均", "最小の日", "最大の日", "日数"]]
    for metric, found in days.items():
        known = catalogue.metric(metric)
        unit = "分" if metric == SLEEP else known.unit_label_ja
        months: dict[str, list[float]] = {}
        for one in found:
            months.setdefault(f"{one.day:%Y-%m}", []).append(one.value)
        for month, values in sorted(months.items(), reverse=True)[:12]:
            figures = (sum(values) / len(values), min(values), max(values))
            shown = [f"{figure:.{known.decimals}f} {unit}" for figure in figures]
            rows.append([known.ja, month, *shown, str(len(values))])
    if len(rows) == 1:
        return []
    return [_p("機器の記録（月ごと、新しい12か月）", _H2), _table(rows, (42, 20, 36, 32, 32, 16))]


def _everything(whole: Whole) -> list[Flowable]:
    rows = [["日時", "項目", "値", "測定元"]]
    for one in reversed(whole.readings):
        at = _day(one) if one.is_date_only else f"{one.start.astimezone(base.TOKYO):%Y-%m-%d %H:%M}"
        rows.append([at, catalogue.metric(one.metric).ja, _said(one), "本人" if one.source == "home" else one.source])
    if len(rows) == 1:
        return []
    story: list[Flowable] = [Spacer(1, 2 * mm), _p("すべての値（新しい順）", _H2)]
    # A table of thousands of rows is laid out in quadratic time: hundreds at once are fast.
    for first in range(1, len(rows), 200):
        story.append(_table([rows[0], *rows[first : first + 200]], (30, 58, 50, 40)))
    return story
