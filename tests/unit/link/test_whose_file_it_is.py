"""Birth date and sex decide, a name only asks, and a guess between two people is never made."""

from datetime import date

import pytest

from backend.link.identity import Choice, Found, Known, TwoPeopleMatch, Verdict, choose, compare

HANAKO = Known(name="見本 花子", kana="みほん はなこ", birth=date(1978, 3, 4), sex="female")
BIRTH = date(1978, 3, 4)


@pytest.mark.parametrize(
    ("names", "birth", "sex", "verdict"),
    [
        (("ミホン　ハナコ",), BIRTH, "female", Verdict.SAME),
        (("ﾐﾎﾝ ﾊﾅｺ",), BIRTH, "female", Verdict.SAME),
        (("みほんはなこ",), BIRTH, "female", Verdict.SAME),
        (("見本花子",), BIRTH, "female", Verdict.SAME),
        (("見本　花子", "ミホン　ハナコ"), BIRTH, "female", Verdict.SAME),
        # A married name, a variant of the kanji beside the same kana, a name we cannot compare.
        (("ケンシン　ハナコ",), BIRTH, "female", Verdict.NAME_DIFFERS),
        (("見夲 花子", "ミホン　ハナコ"), BIRTH, "female", Verdict.SAME),
        (("見夲 花子",), BIRTH, "female", Verdict.NAME_DIFFERS),
        (("Mihon Hanako",), BIRTH, "female", Verdict.SAME),
        ((), BIRTH, "female", Verdict.SAME),
        # One day, or the sex, is enough to be somebody else, whatever the name says.
        (("ミホン　ハナコ",), date(1978, 3, 5), "female", Verdict.OTHER),
        (("ミホン　ハナコ",), BIRTH, "male", Verdict.OTHER),
        ((), None, "male", Verdict.OTHER),
        # Silence is asked about.
        ((), None, None, Verdict.UNKNOWN),
        ((), None, "female", Verdict.UNKNOWN),
        ((), BIRTH, None, Verdict.UNKNOWN),
        (("ミホン　ハナコ",), None, None, Verdict.UNKNOWN),
        (("ミホン　ハナコ",), BIRTH, None, Verdict.SAME),
        (("ヨソノ　ヒト",), BIRTH, None, Verdict.NAME_DIFFERS),
        (("Mihon Hanako",), BIRTH, None, Verdict.UNKNOWN),
    ],
)
def test_one_person(names: tuple[str, ...], birth: date | None, sex: str | None, verdict: Verdict) -> None:
    assert compare(HANAKO, Found(key="1", names=names, birth=birth, sex=sex)) is verdict


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("おおの ゆうこ", "オーノ　ユーコ", True),
        ("さとう けいこ", "サトー　ケーコ", True),
        ("はっとり しょう", "ハツトリ　シヨウ", True),
        ("わたなべ", "ﾜﾀﾅﾍﾞ", True),
        ("みづき", "ミズキ", True),
        ("こうの", "コノ", False),
        ("おの", "オオノ", False),
        ("はた", "ハダ", False),
    ],
)
def test_kana_is_written_in_many_ways(ours: str, theirs: str, same: bool) -> None:
    known = Known(name="見本", kana=ours, birth=BIRTH, sex="female")
    verdict = compare(known, Found(key="1", names=(theirs,), birth=BIRTH, sex="female"))
    assert verdict is (Verdict.SAME if same else Verdict.NAME_DIFFERS)


def _found(key: str, name: str, birth: date | None = BIRTH, sex: str | None = "female") -> Found:
    return Found(key=key, names=(name,) if name else (), birth=birth, sex=sex)


def test_only_the_matching_person_of_a_file_with_several() -> None:
    people = [
        _found("1", "ヨソノ　ヒト", date(1960, 1, 1), "male"),
        _found("2", "ミホン　ハナコ"),
        _found("3", "タニン　サン", date(1990, 2, 2)),
    ]
    assert choose(HANAKO, people) == Choice(verdict=Verdict.SAME, keys=("2",), name="ミホン　ハナコ", others=2)


def test_one_person_with_a_file_a_year_is_one_person() -> None:
    chosen = choose(HANAKO, [_found("2024", "ミホン　ハナコ"), _found("2025", "ﾐﾎﾝ ﾊﾅｺ")])
    assert chosen.keys == ("2024", "2025")
    assert chosen.others == 0


def test_of_two_with_the_same_birth_date_and_sex_the_name_decides() -> None:
    chosen = choose(HANAKO, [_found("1", "タニン　アキ"), _found("2", "ミホン　ハナコ")])
    assert (chosen.verdict, chosen.keys, chosen.others) == (Verdict.SAME, ("2",), 1)


@pytest.mark.parametrize("names", [("タニン　アキ", "タニン　ハル"), ("", "タニン　ハル"), ("Mihon A", "Mihon B")])
def test_two_who_could_both_be_meant_are_refused(names: tuple[str, str]) -> None:
    with pytest.raises(TwoPeopleMatch):
        choose(HANAKO, [_found("1", names[0]), _found("2", names[1])])


def test_nobody_of_several_is_the_resident() -> None:
    people = [_found("1", "タニン", date(1960, 1, 1)), _found("2", "", None, None)]
    assert choose(HANAKO, people) == Choice(verdict=Verdict.OTHER, keys=(), name=None, others=2)


def test_a_name_is_shown_only_beside_the_own_birth_date_and_sex() -> None:
    assert choose(HANAKO, [_found("1", "ヨソノ　ヒト")]).name == "ヨソノ　ヒト"
    assert choose(HANAKO, [_found("1", "ヨソノ　ヒト", None, None)]).name is None
    assert choose(HANAKO, [_found("1", "ヨソノ　ヒト", BIRTH, None)]).name is None
