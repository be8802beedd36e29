"""The report as one page of pictures: plain HTML with inline SVG, every picture with its table."""

from __future__ import annotations

from html import escape
from typing import Any

WIDTH, BAR, GAP, LABEL = 640, 18, 6, 210
STYLE = (
    "body{font-family:sans-serif;max-width:46rem;margin:1.5rem auto;padding:0 1rem;line-height:1.7;color:#1a1a1c}"
    "table{border-collapse:collapse;margin:.5rem 0}td,th{border:1px solid #949494;padding:.2rem .6rem;text-align:right}"
    "th:first-child,td:first-child{text-align:left}figure{margin:1.5rem 0}svg{max-width:100%;height:auto}"
    "pre{white-space:pre-wrap;background:#f2f2f2;padding:1rem}"
)
BEFORE, AFTER = "#949494", "#0017c1"


def _bars(rows: list[tuple[str, float, float | None]], top: float | None = None) -> str:
    """Horizontal bars: one value, or before and after, a label; scaled to `top` or the largest."""
    most = top or max([1e-12, *(max(a, b or 0.0) for _, a, b in rows)])
    height, parts = GAP, []
    for name, first, second in rows:
        parts.append(f'<text x="{LABEL - 8}" y="{height + 14}" text-anchor="end" font-size="13">{escape(name)}</text>')
        pairs = [(first, AFTER)] if second is None else [(first, BEFORE), (second, AFTER)]
        for value, colour in pairs:
            length = (WIDTH - LABEL - 80) * min(value / most, 1.0)
            parts.append(f'<rect x="{LABEL}" y="{height}" width="{length:.1f}" height="{BAR}" fill="{colour}"/>')
            parts.append(f'<text x="{LABEL + length + 6:.1f}" y="{height + 14}" font-size="12">{value:.4g}</text>')
            height += BAR + 2
        height += GAP
    return f'<svg viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" role="img" xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'


def _matrix(names: list[str], before: list[list[float]], after: list[list[float]]) -> str:
    """Squares coloured by how much each correlation moved."""
    cell, left = 34, LABEL
    parts = []
    for row, name in enumerate(names):
        parts.append(
            f'<text x="{left - 8}" y="{row * cell + 22}" text-anchor="end" font-size="13">{escape(name)}</text>'
        )
        for column in range(len(names)):
            away = abs(before[row][column] - after[row][column])
            parts.append(
                f'<rect x="{left + column * cell}" y="{row * cell}" width="{cell - 2}" height="{cell - 2}" '
                f'fill="{AFTER}" fill-opacity="{min(1.0, away * 4):.2f}" stroke="#949494"/>'
                f'<text x="{left + column * cell + 16}" y="{row * cell + 21}" font-size="11" text-anchor="middle" '
                f'fill="{"#fff" if away > 0.15 else "#1a1a1c"}">{away:.2f}</text>'
            )
    size = len(names) * cell
    return f'<svg viewBox="0 0 {left + size} {size}" width="{left + size}" role="img" xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'


def _table(head: list[str], rows: list[list[object]]) -> str:
    cells = "".join(f"<th scope=col>{escape(name)}</th>" for name in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(_text(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{cells}</tr>{body}</table>"


def _text(cell: object) -> str:
    return f"{cell:.4g}" if isinstance(cell, float) else "–" if cell is None else str(cell)


def _figure(title: str, sentence: str, picture: str, table: str) -> str:
    words = f"<h2>{escape(title)}</h2><p>{escape(sentence)}</p>"
    return f"<figure>{words}{picture}<details><summary>表</summary>{table}</details></figure>"


def _between(entry: dict[str, Any]) -> str:
    low, high = entry["from"], entry["to"]
    return f"{low} 以上" if high is None else str(low) if low == high else f"{low}–{high}"


def page(report: dict[str, Any]) -> str:
    """The whole page; no script, nothing loaded from elsewhere."""
    release, demand = report["release"], report["demand"]
    held: list[list[object]] = [["k", demand["k"], release["k"]]]
    for own in release["sensitive"]:
        held.append([f"l（{own['column']}）", demand["l"], own["l_distinct"]])
        held.append([f"l エントロピー（{own['column']}）", None, own["l_entropy"]])
        held.append([f"t（{own['column']}、{own['distance']}）", demand["t"], own["t"]])
    risk = report["risk"]
    risk_rows = [
        (name, risk["before"][who][what], risk["after"][who][what])
        for name, who, what in (
            ("本人がいると知る人（最大）", "prosecutor", "highest"),
            ("本人がいると知る人（平均）", "prosecutor", "average"),
            ("いるかを知らない人（最大）", "journalist", "highest"),
            ("多くを当てたい人", "marketer", "expected_share_of_hits"),
        )
    ]
    bins = report["classes"]["after"]["histogram"]
    correlation = report["correlation_difference"]
    parts = [
        "<h1>匿名加工の報告</h1>",
        f"<p>{escape(report['table']['name'])}：{report['table']['rows']:,} 行。"
        f"削除した行は {release['suppressed_rows']} 行です。</p>",
        _table(["基準", "求めた値", "得られた値"], held),
        _figure(
            "再識別の危険",
            "灰色が加工前、青が加工後です。",
            _bars(risk_rows, 1.0),
            _table(["見る人", "加工前", "加工後"], [list(row) for row in risk_rows]),
        ),
        _figure(
            "一人だけの組み合わせ",
            "同じ組み合わせの人がほかにいない行の割合です。",
            _bars([("一意の割合", report["uniqueness"]["before"], report["uniqueness"]["after"])], 1.0),
            _table(
                ["", "加工前", "加工後"],
                [["一意の割合", report["uniqueness"]["before"], report["uniqueness"]["after"]]],
            ),
        ),
        _figure(
            "組の大きさ",
            "同じ見出しになった人数ごとの行数です。",
            _bars([(f"{_between(b)} 人", float(b["rows"]), None) for b in bins]),
            _table(["人数", "組", "行"], [[_between(b), b["classes"], b["rows"]] for b in bins]),
        ),
        _figure(
            "情報の損失",
            f"0 は元のまま、1 はすべて隠した状態です。平均は {report['loss']['mean']:.4f} です。",
            _bars([(name, value, None) for name, value in report["loss"]["columns"].items()]),
            _table(["列", "損失"], [[name, value] for name, value in report["loss"]["columns"].items()]),
        ),
        _figure(
            "分布のずれ",
            "見出しを均等にならしたときの、元の分布との差です。",
            _bars([(name, value, None) for name, value in report["marginal_difference"].items()]),
            _table(["列", "差"], [[name, value] for name, value in report["marginal_difference"].items()]),
        ),
        _figure(
            "相関のずれ",
            f"相関係数の変化の大きさです。最大は {correlation['largest']:.3f} です。",
            _matrix(correlation["columns"], correlation["before"], correlation["after"]),
            _table(["", "値"], [["最大", correlation["largest"]], ["平均", correlation["mean"]]]),
        ),
    ]
    models = [m for m in report["reference_model"] if m["gap"] is not None]
    if models:
        parts.append(
            _figure(
                "参照モデルの AUROC",
                "同じモデルを、加工前と加工後の表で学習した結果です。",
                _bars([(m["target"], m["auroc_original"], m["auroc_released"]) for m in models], 1.0),
                _table(
                    ["目的の列", "加工前", "加工後", "差"],
                    [[m["target"], m["auroc_original"], m["auroc_released"], m["gap"]] for m in models],
                ),
            )
        )
    parts.append(f"<h2>加工の方法</h2><pre>{escape(report['method_sheet_ja'])}</pre>")
    head = f"<meta charset=utf-8><title>匿名加工の報告</title><style>{STYLE}</style>"
    return f"<!doctype html><html lang=ja>{head}{''.join(parts)}</html>\n"
