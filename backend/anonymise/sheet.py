"""The method sheet in Japanese (加工方法等の記録): what was done under each of the five processing standards."""

from __future__ import annotations

from typing import Any

STANDARDS = (
    ("第1号", "特定の個人を識別することができる記述等の削除"),
    ("第2号", "個人識別符号の削除"),
    ("第3号", "情報を相互に連結する符号の削除"),
    ("第4号", "特異な記述等の削除"),
    ("第5号", "個人情報データベース等の性質を踏まえたその他の措置"),
)
"""個人情報の保護に関する法律施行規則第34条の各号（匿名加工情報の作成の方法に関する基準）."""


def _columns(report: dict[str, Any], role: str) -> list[str]:
    return [column["name"] for column in report["columns"] if column["role"] == role]


def _list(names: list[str]) -> str:
    return "、".join(names) if names else "なし"


def method_sheet(report: dict[str, Any]) -> str:
    """The sheet as plain text; every figure comes from the report."""
    demand, release, loss = report["demand"], report["release"], report["loss"]
    direct, quasi = _columns(report, "direct"), _columns(report, "quasi")
    kept = _columns(report, "sensitive") + _columns(report, "other")
    asked = [f"k={demand['k']}"]
    if demand["l"] is not None:
        asked.append(f"l={demand['l']:g}（{'相異なる値' if demand['diversity'] == 'distinct' else 'エントロピー'}）")
    if demand["t"] is not None:
        asked.append(f"t={demand['t']:g}")
    labels = "階層の見出し" if release["form"] == "labels" else "値の範囲（数値の列）と階層の見出し"
    before, after = report["uniqueness"]["before"], report["uniqueness"]["after"]
    risk = report["risk"]["after"]
    prepared = report["prepared"]
    rare = "".join(
        f"「{name}」では {prepared['rare_below']} 行に満たない値など {count} 種類を「その他（少数）」にまとめました。"
        for name, count in prepared["rare_values_grouped"].items()
        if count
    )
    shifted = ""
    if prepared["dates_shifted"]:
        shifted = (
            f"日付の列（{_list(prepared['dates_shifted'])}）は、人ごとに同じ日数"
            f"（前後 {prepared['shift_days']} 日まで）だけずらしました。"
        )
    done = (
        f"氏名・住所などの列を削除しました。削除した列：{_list(direct)}。"
        f"年齢・地域などの列は{labels}に置き換えました：{_list(quasi)}。",
        "個人番号・旅券番号・保険者番号・基礎年金番号などを書式と検査数字で探し、残す列に無いことを確かめました。",
        "記録や人に付いた番号の列を削除しました。新しい番号は付けていません。行の順番は元の表のままですので、"
        "元の表を持つ人へ渡すときは並べ替えてください。",
        f"ほかに同じ人がいない値や組み合わせは、{demand['k']}人以上が同じ見出しになるまで広い区分にまとめました。"
        f"一人だけの組み合わせは、加工前 {before:.1%}、加工後 {after:.1%} です。{rare}",
        f"{shifted}求めた基準：{'、'.join(asked)}。得られた値：k={release['k']}"
        + "".join(
            f"、{s['column']}：l={s['l_distinct']}（エントロピー {s['l_entropy']:.2f}）、t={s['t']:.3f}"
            for s in release["sensitive"]
        )
        + f"。再識別の危険：最大 {risk['prosecutor']['highest']:.3f}、平均 {risk['prosecutor']['average']:.3f}。"
        f"削除した行：{release['suppressed_rows']}。情報の損失：平均 {loss['mean']:.4f}。",
    )
    lines = [
        "匿名加工の方法の記録",
        "",
        f"対象：{report['table']['name']}（{report['table']['rows']:,} 行、SHA-256 {report['table']['sha256'][:16]}…）",
        f"そのまま残した列：{_list(kept)}",
        "",
    ]
    for (number, title), text in zip(STANDARDS, done, strict=True):
        lines += [f"施行規則第34条{number}　{title}", f"　{text}", ""]
    lines.append("区分の出典")
    lines += [f"　{h['column']}：{h['source']}（{h['leaves']} 値、{h['levels']} 段）" for h in report["hierarchies"]]
    return "\n".join(lines) + "\n"
