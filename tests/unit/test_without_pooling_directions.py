"""The effect-direction table: the 70 % rule, one row for each study and domain, and the sign test by study."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import InvalidInput
from synthesis.without_pooling.combine import sign_test
from synthesis.without_pooling.directions import Direction, Outcome, SizeBand, band, direction_table
from synthesis.without_pooling.source import Source

T, A, N, X = Direction.TOWARDS, Direction.AWAY, Direction.NONE, Direction.CONFLICTING


def outcomes(key: str, sides: list[Direction], domain: str = "alliance", n: int | None = 40) -> list[Outcome]:
    return [
        Outcome(
            key=key,
            label=key.title(),
            domain=domain,
            direction=side,
            n=n,
            source=Source(tier="abstract", locator=f"sentence {place}"),
        )
        for place, side in enumerate(sides)
    ]


@pytest.mark.parametrize(
    ("sides", "expected"),
    [
        ([T], T),
        ([N], N),
        ([T, A], X),
        ([T, T, A], X),  # two of three are 67 %
        ([T, T, T, A], T),
        ([T] * 7 + [A] * 3, T),  # exactly 70 %
        ([T] * 69 + [A] * 31, X),
        ([A, A, A, N], A),
        ([T, N], X),  # no direction counts among the outcomes
        ([N, N, N, T], N),
    ],
)
def test_the_rule(sides: list[Direction], expected: Direction) -> None:
    (domain,) = direction_table(outcomes("smith", sides))
    (row,) = domain.rows
    assert row.direction is expected
    assert (row.towards, row.away, row.without) == (sides.count(T), sides.count(A), sides.count(N))
    assert row.outcomes == len(sides) == len(row.sources)


def test_the_sign_test_is_by_study_and_leaves_out_what_does_not_point() -> None:
    table = direction_table(
        [
            *outcomes("many", [T] * 20),
            *outcomes("one", [A]),
            *outcomes("mixed", [T, A]),
            *outcomes("none", [N]),
        ]
    )
    assert table[0].sign == sign_test(1, 2)
    assert len(table[0].rows) == 4


def test_a_domain_without_a_direction_has_no_sign_test() -> None:
    assert direction_table(outcomes("none", [N]))[0].sign is None


def test_no_outcomes_give_no_domains() -> None:
    assert direction_table([]) == ()


def test_domains_keep_their_order_and_rows_fall_in_size() -> None:
    table = direction_table(
        [
            *outcomes("small", [T], n=10),
            *outcomes("unknown", [T], n=None),
            *outcomes("large", [T], n=400),
            *outcomes("small", [A], domain="symptoms", n=12),
        ]
    )
    assert [domain.domain for domain in table] == ["alliance", "symptoms"]
    assert [(row.key, row.band) for row in table[0].rows] == [
        ("large", SizeBand.LARGE),
        ("small", SizeBand.SMALL),
        ("unknown", SizeBand.UNKNOWN),
    ]


def test_a_row_shows_its_largest_outcome_and_each_source_once() -> None:
    many = [*outcomes("smith", [T], n=60), *outcomes("smith", [T], n=20), *outcomes("smith", [T], n=None)]
    (row,) = direction_table(many)[0].rows
    assert (row.n, row.band) == (60, SizeBand.MEDIUM)
    assert row.sources == (Source(tier="abstract", locator="sentence 0"),)


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (None, SizeBand.UNKNOWN),
        (49, SizeBand.SMALL),
        (50, SizeBand.MEDIUM),
        (300, SizeBand.MEDIUM),
        (301, SizeBand.LARGE),
    ],
)
def test_bands(n: int | None, expected: SizeBand) -> None:
    assert band(n) is expected


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(InvalidInput, match="cannot conflict"):
        outcomes("smith", [X])
    with pytest.raises(InvalidInput, match="n is 0"):
        outcomes("smith", [T], n=0)
    source = Source(tier="abstract", locator="x")
    two = [Outcome(key="a", label=label, domain="d", direction=T, n=1, source=source) for label in ("A", "B")]
    with pytest.raises(InvalidInput, match="one label"):
        direction_table(two)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([T, A, N])), min_size=1, max_size=20), st.randoms())
@settings(max_examples=60, deadline=None)
def test_order_does_not_count_and_a_flip_mirrors(pairs: list[tuple[str, Direction]], random: object) -> None:
    given_order = [outcome for key, side in pairs for outcome in outcomes(key, [side])]
    shuffled = list(given_order)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis hands in a random.Random
    (one,), (other,) = direction_table(given_order), direction_table(shuffled)
    assert one == other
    mirror = {T: A, A: T, N: N, X: X}
    (flipped,) = direction_table([o for key, side in pairs for o in outcomes(key, [mirror[side]])])
    assert [mirror[row.direction] for row in flipped.rows] == [row.direction for row in one.rows]
    assert (one.sign and one.sign.p) == (flipped.sign and flipped.sign.p)
