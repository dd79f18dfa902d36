"""Find the states of people who pass through places within a day, and what follows each.

Whoever reaches a place with some of the day left may go on, so a state of passing is a stance, a
grade of recent travel and the way covered today, in whole millimetres. Two of them are one if the
rest of the day can bring the same. There may be many thousand, so the search is compiled.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from corredor.arrays import Integers
from corredor.engine.compiled import compiled

MM = 1e6  # in a km
_MIX = np.uint64(0x9E3779B97F4A7C15)


class Ground(NamedTuple):
    """What the search needs to know.

    Attributes
    ----------
    pointer : numpy.ndarray
        The legs of each stance, [stances + 1].
    to, length, speed, days : numpy.ndarray
        Of each leg: the stance that it leads to, its length, and how far people get on it in a day,
        in mm; and the days on it.
    on : numpy.ndarray
        Of each leg, the first state of people who have been on it for a day; those of other recent
        travel follow.
    at, stay : numpy.ndarray
        The first state of people in a stance in the evening, and of those who go no farther today.
    firsts, pressed : int
        So many legs, those of people who are not on a chosen way, have a twin for people who go on
        because they have travelled little of late; the number of the first twin, or 0 where that
        does not matter.
    grades, usual : int
        Grades of recent travel, and the way of a day, in mm, that it is measured by.
    """

    pointer: Integers
    to: Integers
    length: Integers
    speed: Integers
    days: Integers
    on: Integers
    at: Integers
    stay: Integers
    firsts: int
    pressed: int
    grades: int
    usual: int


def grade_after(grade: int, way: Any, grades: int, usual: Any) -> Any:
    """Return the grade of recent travel in the evening of a day with such a way."""
    if grades == 1:
        return 0
    recent = (grade * 2.0 / (grades - 1) + way / usual) / 2.0
    return min(grades - 1, np.int64(np.rint(recent * (grades - 1) / 2.0)))


after = compiled(inline="always")(grade_after)


@compiled(inline="always")
def presses(grade, way, grades, usual):  # type: ignore[no-untyped-def]
    """Return whether somebody with such a way today has covered little ground of late."""
    return (grade * 2.0 / (grades - 1) + way / usual) / 2.0 < 0.5


@compiled(inline="always")
def _slot(table, stance, grade, way, stances, grades, ways):  # type: ignore[no-untyped-def]
    """Return where in the hash table a state is, or would be."""
    mask = np.uint64(table.shape[0] - 1)
    bits = np.uint64(way) * _MIX + np.uint64(stance * 8191 + grade)
    at = (bits * _MIX >> np.uint64(20)) & mask
    while table[at] >= 0:
        k = table[at]
        if stances[k] == stance and grades[k] == grade and ways[k] == way:
            break
        at = (at + np.uint64(1)) & mask
    return at


@compiled(inline="always")
def _longer(array, size):  # type: ignore[no-untyped-def]
    """Return an array of a larger size that begins with what there is.

    Not by np.append: see corredor.engine.loading.
    """
    longer = np.empty(size, np.int64)
    for k in range(array.shape[0]):
        longer[k] = array[k]
    return longer


@compiled(inline="always")
def _vacant(size):  # type: ignore[no-untyped-def]
    """Return a hash table without an entry."""
    table = np.empty(size, np.int64)
    for k in range(size):
        table[k] = -1
    return table


@compiled(nogil=True)
def explore(ground, stance, grade, way, most, most_legs):  # type: ignore[no-untyped-def]
    """Return all states of passing that follow from those given.

    Returns
    -------
    tuple of numpy.ndarray
        Stance, grade and way of each state, in the order in which they were found. Then which
        state each leg from them leads to, or -1, in order of state and leg; and which of them each
        of those given is. There are more than ``most`` states, or more than ``most_legs``, if the
        search was given up.
    """
    ground = Ground(*ground)
    pointer, to, length = ground.pointer, ground.to, ground.length
    speed, days = ground.speed, ground.days
    given = stance.shape[0]
    size, room = 2048, 8192
    stances, grades = np.empty(size, np.int64), np.empty(size, np.int64)
    ways, table = np.empty(size, np.int64), _vacant(4 * size)
    onward, entry = np.empty(room, np.int64), np.empty(given, np.int64)
    found, legs = 0, 0
    for done in range(-given, 2 * most):  # first those given, then all found
        if done >= found or found > most or legs > most_legs:
            break
        first, last = 0, 1
        if done >= 0:
            first, last = pointer[stances[done]], pointer[stances[done] + 1]
            if legs + last - first > room:
                room += room + last - first
                onward = _longer(onward, room)
        for leg in range(first, last):
            if done < 0:
                to_stance, total, same = (
                    stance[done + given],
                    way[done + given],
                    grade[done + given],
                )
            else:
                to_stance, total, same = to[leg], ways[done] + length[leg], grades[done]
                onward[legs] = -1
                legs += 1
                if days[leg] > 1 or total >= speed[leg]:
                    continue
            at = _slot(table, to_stance, same, total, stances, grades, ways)
            if table[at] < 0:
                if found == size:
                    size *= 2
                    stances, grades = _longer(stances, size), _longer(grades, size)
                    ways, table = _longer(ways, size), _vacant(4 * size)
                    for k in range(found):
                        table[_slot(table, stances[k], grades[k], ways[k],
                                    stances, grades, ways)] = k  # fmt: skip
                    at = _slot(table, to_stance, same, total, stances, grades, ways)
                stances[found], grades[found], ways[found] = to_stance, same, total
                table[at] = found
                found += 1
            if done < 0:
                entry[done + given] = table[at]
            else:
                onward[legs - 1] = table[at]
    return stances[:found], grades[:found], ways[:found], onward[:legs], entry


@compiled(nogil=True)
def link(ground, first, stances, grades, ways, onward, order):  # type: ignore[no-untyped-def]
    """Return what follows each state of passing, and which of them are one.

    ``order`` goes through the states with a longer way before those with a shorter one, for a state
    leads only to such with a longer one. States are numbered from ``first`` on.

    Returns
    -------
    tuple of numpy.ndarray
        Of each state the number; the transitions' pointer by number, their destinations and
        choices; and the state of those who stay.
    """
    ground = Ground(*ground)
    pointer, to, length = ground.pointer, ground.to, ground.length
    speed, days, on, at_stance = ground.speed, ground.days, ground.on, ground.at
    stay_of, firsts, pressed = ground.stay, ground.firsts, ground.pressed
    steps, usual = ground.grades, ground.usual
    count = stances.shape[0]
    begins = np.zeros(count + 1, np.int64)
    for k in range(count):
        begins[k + 1] = begins[k] + pointer[stances[k] + 1] - pointer[stances[k]]
    number, stay = _vacant(count), np.empty(count, np.int64)
    of_number = np.zeros(count + 1, np.int64)
    destination, choice = np.empty(begins[-1], np.int64), np.empty(begins[-1], np.int64)
    size = 1
    while size < 2 * count + 2:
        size *= 2
    mask, table = np.uint64(size - 1), _vacant(size)
    numbers = 0
    for k in order:
        stance, grade, way = stances[k], grades[k], ways[k]
        begin = of_number[numbers]
        end, at_onward = begin, begins[k]
        press = pressed > 0 and presses(grade, way, steps, usual)
        rest = stay_of[stance] + after(grade, way, steps, usual)
        bits = np.uint64(rest) * _MIX
        for leg in range(pointer[stance], pointer[stance + 1]):
            if days[leg] > 1:
                goal = on[leg] + after(grade, way + speed[leg], steps, usual)
            elif onward[at_onward] >= 0:
                goal = number[onward[at_onward]]
            else:
                goal = at_stance[to[leg]] + after(grade, way + length[leg], steps, usual)
            destination[end] = goal
            choice[end] = pressed + leg if press and leg < firsts else leg
            bits = (bits ^ np.uint64(goal * 65537 + choice[end])) * _MIX
            bits ^= bits >> np.uint64(29)
            end += 1
            at_onward += 1
        at = bits & mask
        while table[at] >= 0:
            n, same = table[at], True
            if stay[n] != rest or of_number[n + 1] - of_number[n] != end - begin:
                same = False
            for t in range(end - begin if same else 0):
                same &= destination[of_number[n] + t] == destination[begin + t]
                same &= choice[of_number[n] + t] == choice[begin + t]
            if same:
                break
            at = (at + np.uint64(1)) & mask
        if table[at] < 0:
            table[at], stay[numbers], of_number[numbers + 1] = numbers, rest, end
            numbers += 1
        number[k] = first + table[at]
    legs = of_number[numbers]
    return number, of_number[: numbers + 1], destination[:legs], choice[:legs], stay[:numbers]
