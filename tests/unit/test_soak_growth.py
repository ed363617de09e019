"""What the soak judges by: a server that grows is found out, and one that does not is left alone."""

import pytest

from tests.soak.watch import has_grown, thirds


@pytest.mark.parametrize(
    ("per_second", "grows"), [(0.0, False), (0.1, False), (1.0, True)], ids=["flat", "a little", "leaking"]
)
def test_growth_is_what_the_last_third_has_over_the_others(per_second, grows):
    warming_up = [200.0 + second for second in range(40)]
    later = [240.0 + per_second * second for second in range(80)]
    values = list(enumerate(map(float, warming_up + later)))
    middles = thirds([(float(at), value) for at, value in values], 0, 120)
    assert has_grown(middles, 0) is grows


def test_a_peak_is_no_growth():
    values = [(float(at), 900.0 if at % 10 == 0 else 250.0) for at in range(120)]
    assert not has_grown(thirds(values, 0, 120), 0)


@pytest.mark.parametrize(
    ("middles", "grows"),
    [
        ([42, 17, 43], False),
        ([17, 42, 60], True),
        ([float("nan"), 42, 60], True),
        ([float("nan"), float("nan"), 60], False),
    ],
)
def test_a_server_that_began_again_and_is_where_it_was_has_not_grown(middles, grows):
    assert has_grown(middles, 0) is grows
