"""Receivers that fail, refuse or answer late, and letters that are sent again; on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage

import pytest
from support.alerted import MINUTE, World, alerted
from support.stored import DAY, THIRD_STORY

from scheduler.alerts import RECORDING_TRIES, Delivery, mail
from scheduler.alerts.timing import DELAYS
from storewatch.db import letters
from storewatch.errors import DatabaseLocked
from storewatch.types import Letter


@pytest.fixture
def world(store_url: str) -> Iterator[World]:
    with alerted(store_url) as made:
        yield made


def test_a_letter_that_cannot_be_written_holds_up_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.watch(targets=("mailto:desk@example.org", "mailto:other@example.org"))
    world.article()
    write = mail.message

    def cannot(letter: Letter, envelope: mail.Envelope) -> EmailMessage:
        if envelope.recipient == "desk@example.org":
            raise ZeroDivisionError("a mistake of ours")
        return write(letter, envelope)

    monkeypatch.setattr(mail, "message", cannot)
    done = world.deliver()
    assert (done.sent, done.failed) == (1, 1)
    assert done.problems == ("watch Spain, mailto:desk@example.org: ZeroDivisionError: a mistake of ours",)


def test_a_letter_that_is_sent_but_not_recorded_is_sent_again_with_its_id(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.watch(targets=("mailto:desk@example.org", world.hook.url))
    world.article()

    tries = []

    def gone(*_: object) -> None:
        tries.append(len(world.mailbox.ids))
        raise DatabaseLocked("the database", "does not answer")

    with monkeypatch.context() as patched:
        patched.setattr(letters, "sent", gone)
        with pytest.raises(DatabaseLocked):
            world.deliver()
    assert tries == [1] * RECORDING_TRIES
    assert world.deliver() == Delivery(sent=2)
    assert len(world.mailbox.ids) == 2
    assert len(set(world.mailbox.ids)) == 1


@pytest.mark.parametrize(
    ("answer", "arrives"), [pytest.param("451 later", 1, id="refuses"), pytest.param("drop", 2, id="takes it and dies")]
)
def test_a_mail_server_that_fails_gets_the_same_letter_again(world: World, answer: str, arrives: int) -> None:
    world.watch(targets=("mailto:desk@example.org",))
    world.article()
    world.mailbox.answers = [answer]
    first = world.deliver()
    assert (first.sent, first.failed) == (0, 1)
    assert first.problems[0].startswith("watch Spain, mailto:desk@example.org: the mail server")
    assert world.deliver(timedelta(seconds=59)) == Delivery()
    assert world.deliver().sent == 1
    assert len(world.mailbox.ids) == arrives
    assert len(set(world.mailbox.ids)) == 1
    first_letter, *repeats = world.mailbox.letters
    assert all(letter["Date"] == first_letter["Date"] for letter in repeats)


def test_a_mail_server_that_hangs_up_afterwards_has_the_letter(world: World) -> None:
    world.watch(targets=("mailto:desk@example.org",))
    world.mailbox.hang_up = True
    world.article()
    assert world.deliver() == Delivery(sent=1)


@pytest.mark.parametrize("status", [pytest.param(500, id="500"), pytest.param(429, id="429")])
def test_a_web_address_that_fails_is_asked_again_when_it_says(world: World, status: int) -> None:
    world.watch(targets=(world.hook.url,))
    world.hook.answers = [status]
    world.hook.headers = {"Retry-After": "600"}
    world.article()
    assert world.deliver().failed == 1
    assert world.deliver(9 * MINUTE) == Delivery()
    assert world.deliver(2 * MINUTE) == Delivery(sent=1)


def test_what_the_receiver_will_never_take_is_dead_and_can_be_revived(world: World) -> None:
    world.watch(targets=(world.hook.url,))
    world.hook.answers = [410]
    world.article()
    assert world.deliver().dead == 1
    (dead,) = letters.undelivered(world.store)
    assert (dead.state, dead.items, dead.error) == ("dead", 1, "HTTP 410")
    assert world.deliver(DAY) == Delivery()
    assert letters.revive(world.store, world.now) == 1
    assert world.deliver() == Delivery(sent=1)
    assert world.hook.ids == [dead.message_id]


def test_a_letter_that_a_mail_server_refuses_for_good_is_dead(world: World) -> None:
    world.watch(targets=("mailto:desk@example.org",))
    world.mailbox.answers = ["554 not here"]
    world.article()
    done = world.deliver()
    assert (done.dead, done.failed) == (1, 0)
    assert done.problems == ("watch Spain, mailto:desk@example.org: the mail server said 554 not here (given up)",)


def test_a_redirect_is_not_followed(world: World) -> None:
    world.watch(targets=(world.hook.url,))
    world.hook.answers = [302]
    world.hook.headers = {"Location": world.hook.url}
    world.article()
    assert world.deliver().problems == (f"watch Spain, {world.hook.url}: HTTP 302",)
    assert world.hook.posts == []


def test_after_ten_failures_a_letter_is_dead(world: World) -> None:
    world.watch(targets=(world.hook.url,))
    world.article()
    world.hook.answers = [503] * 10
    came = [world.deliver(delay) for delay in (MINUTE, *DELAYS)]
    assert [one.failed for one in came] == [1] * 9 + [0]
    assert came[-1].dead == 1


def test_a_receiver_that_fails_is_left_alone_for_the_round_and_the_other_is_not(world: World) -> None:
    world.watch()
    world.hook.answers = [503, 503]
    world.article()
    world.deliver()
    world.article(THIRD_STORY)
    round_ = world.deliver(2 * MINUTE)
    assert (round_.sent, round_.failed) == (1, 1)
    assert len(world.hook.answers) == 0


def test_a_clock_that_was_wrong_holds_nothing_up(world: World) -> None:
    world.watch(every="daily", targets=(world.hook.url,))
    world.article()
    world.hook.answers = [503]
    world.deliver(timedelta(days=1000))
    assert world.deliver(timedelta(days=-999)).sent == 1
    world.article(THIRD_STORY)
    assert world.deliver(DAY).sent == 1
