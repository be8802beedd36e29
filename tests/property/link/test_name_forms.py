"""However an office writes a kana name, it stays the same name; another birth date never passes."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from backend.link.identity import Found, Known, Verdict, compare, kana_form

HIRAGANA = st.text(alphabet=[chr(c) for c in range(ord("あ"), ord("ん") + 1)], min_size=1, max_size=12)
HALF = dict(
    zip(
        "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲンァィゥェォッャュョー",
        "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝｧｨｩｪｫｯｬｭｮｰ",
        strict=True,
    )
)


def _katakana(name: str) -> str:
    return "".join(chr(ord(c) + 0x60) for c in name)


def _halfwidth(name: str) -> str:
    import unicodedata

    out = []
    for c in unicodedata.normalize("NFD", _katakana(name)):
        out.append({"\u3099": "ﾞ", "\u309a": "ﾟ"}.get(c, HALF.get(c, c)))
    return "".join(out)


@given(HIRAGANA, HIRAGANA)
def test_width_script_and_spaces_do_not_matter(family: str, given_name: str) -> None:
    ours = kana_form(f"{family} {given_name}")
    assert kana_form(f"{_katakana(family)}　{_katakana(given_name)}") == ours
    assert kana_form(_halfwidth(family) + " " + _halfwidth(given_name)) == ours


@given(HIRAGANA)
def test_the_form_is_stable(name: str) -> None:
    assert kana_form(kana_form(name)) == kana_form(name)


@given(
    st.dates(date(1900, 1, 1), date(2026, 1, 1)),
    st.integers(-4000, 4000).filter(bool),
    st.sampled_from(["male", "female", None]),
    st.lists(HIRAGANA, max_size=2),
)
def test_another_birth_date_is_always_somebody_else(birth: date, days: int, sex: str | None, names: list[str]) -> None:
    known = Known(name=names[0] if names else "見本", kana=names[0] if names else "みほん", birth=birth, sex="female")
    other = Found(key="1", names=tuple(names), birth=birth + timedelta(days=days), sex=sex)
    assert compare(known, other) is Verdict.OTHER
