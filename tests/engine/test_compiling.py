import numba as nb

from corredor.engine.compiling import told_of_compiling


def doubled(x: float) -> float:
    return 2.0 * x


def test_the_first_kernel_that_is_compiled_is_told_and_no_other() -> None:
    told: list[str] = []
    first, second = nb.njit(doubled), nb.njit(doubled)
    with told_of_compiling(lambda: told.append("now")):
        assert told == []
        first(1.0)
        second(1.0)
        assert told == ["now"]
    nb.njit(doubled)(1.0)
    assert told == ["now"]


def test_a_kernel_that_is_there_is_not_told() -> None:
    told: list[str] = []
    there = nb.njit(doubled)
    there(1.0)
    with told_of_compiling(lambda: told.append("now")):
        there(2.0)
    assert told == []
