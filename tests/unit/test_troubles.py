"""What is told of problems that come back."""

from __future__ import annotations

from scheduler.troubles import AGAIN_S, Troubles

FULL = "crawl failed: storewatch.db: database or disk is full"


def test_a_problem_that_lasts_is_told_once_and_again_after_an_hour() -> None:
    troubles = Troubles()
    told = []
    for minute in range(0, 122, 1):
        troubles.note(FULL)
        told += [(minute, problem) for problem in troubles.to_tell(minute * 60.0, away=False)]
    assert told == [(0, FULL), (AGAIN_S / 60, FULL), (2 * AGAIN_S / 60, FULL)]


def test_each_problem_is_told_in_the_order_in_which_it_came() -> None:
    troubles = Troubles()
    for problem in ("b", "a", "b"):
        troubles.note(problem)
    assert troubles.to_tell(0.0, away=False) == ("b", "a")
    assert troubles.to_tell(1.0, away=False) == ()


def test_while_the_database_is_away_jobs_need_not_say_so() -> None:
    troubles = Troubles()
    troubles.note(FULL)
    assert troubles.to_tell(0.0, away=True) == ()
    assert troubles.to_tell(1.0, away=False) == ()
    troubles.note(FULL)
    assert troubles.to_tell(2.0, away=False) == (FULL,)
