"""From the folder to what is live: a mistake changes nothing, and always a whole revision is live."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from ivr.core.menus import Where
from ivr.language import Checked, Mistake, read
from ivr.ledger import drafts, revisions
from ivr.ledger.revisions import Overtaken
from ivr.switchboard import draft
from ivr.switchboard.draft import as_published, check, mark_of, published_sounds
from ivr.switchboard.publishing import NotPublished, Rehearsed, go_live, publish
from ivr.switchboard.rolling_back import NoWayBack, roll_back
from ivr.switchboard.shelf import hotline_of
from tests.service import MENUS, House
from tests.service import write as save

OTHER = MENUS.replace("How can we help?", "What can we do?")
BROKEN = MENUS.replace("9: repeat", "9: repaet")
MISTAKE = ("menus/hotline.yaml:34:7", "key 9 leads to unknown 'repaet'; did you mean 'repeat'?")


def live(house: House) -> int | None:
    with house.exchange.ledger.reading() as tx:
        return revisions.live(tx)


def numbers(house: House) -> list[int]:
    with house.exchange.ledger.reading() as tx:
        return [line.number for line in revisions.newest(tx, 1000)][::-1]


def wrong(house: House) -> tuple[tuple[str, str], ...]:
    with house.exchange.ledger.reading() as tx:
        refusal = drafts.refusal(tx)
    return refusal.mistakes if refusal else ()


def refused(house: House) -> tuple[Mistake, ...]:
    with pytest.raises(NotPublished) as error:
        publish(house.exchange, "An")
    return error.value.mistakes


def test_a_mistake_changes_nothing_and_is_kept_for_the_pages_until_it_is_mended(house: House) -> None:
    save(house.folder, BROKEN)
    (mistake,) = refused(house)
    assert (str(mistake.where), mistake.what) == MISTAKE
    assert (live(house), wrong(house)) == (1, (MISTAKE,))
    save(house.folder, OTHER)
    assert publish(house.exchange, "An").revision == 2
    assert (live(house), wrong(house)) == (2, ())


def test_what_is_live_already_is_not_published_again(house: House) -> None:
    again = publish(house.exchange, "An")
    assert (again.revision, again.new, numbers(house)) == (1, False, [1])


def test_what_tries_the_menus_before_they_go_live_can_keep_them_from_it(house: House) -> None:
    save(house.folder, OTHER)
    tried: list[str] = []

    def rehearse(checked: Checked) -> Rehearsed:
        assert checked.hotline is not None
        tried.append(checked.hotline.name)
        stuck = Mistake(Where("menus/hotline.yaml", 1, 1), "a caller was stuck")
        return Rehearsed(300, 50, (stuck,), "calls: …")

    with pytest.raises(NotPublished) as error:
        publish(house.exchange, "An", rehearse=rehearse)
    assert [mistake.text for mistake in error.value.mistakes] == ["a caller was stuck"]
    assert error.value.rehearsed is not None
    assert error.value.rehearsed.call == "calls: …"
    assert (live(house), tried) == (1, ["Sao Mai"])
    assert wrong(house) == (("menus/hotline.yaml:1:1", "a caller was stuck"),)
    done = publish(house.exchange, "An", rehearse=well)
    assert (done.revision, done.rehearsed, wrong(house)) == (2, Rehearsed(300, 300), ())


def well(checked: Checked) -> Rehearsed:
    return Rehearsed(300, 300)


def never(checked: Checked) -> Rehearsed:
    pytest.fail("rehearsed")


def test_what_is_live_already_is_not_rehearsed(house: House) -> None:
    done = publish(house.exchange, "An", rehearse=never)
    assert (done.revision, done.new) == (1, False)


def test_of_two_who_publish_the_one_whose_rehearsal_took_longer_comes_after_the_other(house: House) -> None:
    rehearsals: list[str] = []

    def slowly(checked: Checked) -> Rehearsed:
        rehearsals.append(checked.files["menus/hotline.yaml"])
        save(house.folder, MENUS.replace("How can we help?", "What now?"))
        assert publish(house.exchange, "Mai").revision == 2
        return Rehearsed(300, 300)

    save(house.folder, OTHER)
    assert publish(house.exchange, "An", rehearse=slowly).revision == 3
    assert rehearsals == [OTHER]
    with house.exchange.ledger.reading() as tx:
        assert revisions.source(tx, 3).files == {"menus/hotline.yaml": OTHER}


def test_who_saw_another_revision_live_publishes_nothing(house: House) -> None:
    save(house.folder, OTHER)
    seen = draft.draft(house.exchange.settings)
    house.publish(MENUS.replace("How can we help?", "What now?"))
    with pytest.raises(Overtaken):
        go_live(house.exchange, seen, "An", rehearse=never, instead_of=1)
    assert live(house) == 2

    def overtaken(checked: Checked) -> Rehearsed:
        roll_back(house.exchange, 1, "Mai")
        return Rehearsed(300, 300)

    with pytest.raises(Overtaken):
        go_live(house.exchange, seen, "An", rehearse=overtaken, instead_of=2)
    assert (live(house), numbers(house)) == (1, [1, 2])


def test_what_has_mistakes_is_not_rehearsed(house: House) -> None:
    save(house.folder, BROKEN)
    with pytest.raises(NotPublished):
        publish(house.exchange, "An", rehearse=never)


def test_what_was_taken_back_goes_live_again_only_when_somebody_wants_it(house: House) -> None:
    house.publish(OTHER)
    roll_back(house.exchange, None, "An")
    assert publish(house.exchange, "the folder", by_itself=True).new is False
    assert live(house) == 1
    assert publish(house.exchange, "An").revision == 3
    assert live(house) == 3


def test_a_folder_that_is_not_there_is_a_mistake(house: House) -> None:
    (house.folder / "menus" / "hotline.yaml").unlink()
    assert [mistake.text for mistake in refused(house)] == ["there are no menus in this folder"]
    (house.folder / "menus").rmdir()
    assert [mistake.text for mistake in refused(house)] == ["there are no menus in this folder"]
    assert live(house) == 1


def changing(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> list[int]:
    """While the folder is read, something happens to it; how often it was read."""
    readings = [0]

    def reading(menus: Path, recordings: Path) -> Checked:
        found = read(menus, recordings)
        readings[0] += 1
        act()
        return found

    monkeypatch.setattr(draft, "read", reading)
    return readings


def test_a_folder_that_changes_while_it_is_read_is_read_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = iter([OTHER[:600], OTHER[:900], OTHER])
    readings = changing(monkeypatch, lambda: [save(house.folder, text) for text in [next(texts, "")] if text])
    assert publish(house.exchange, "An").revision == 2
    assert readings == [4]
    with house.exchange.ledger.reading() as tx:
        assert revisions.source(tx, 2).files == {"menus/hotline.yaml": OTHER}


def test_a_folder_that_never_rests_is_not_published(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter(range(1, 100))
    file = house.folder / "menus" / "hotline.yaml"
    changing(monkeypatch, lambda: os.utime(file, (0, next(times))))
    assert [str(mistake) for mistake in refused(house)] == [
        "menus/:1:1: these files change while they are read; publish again when they are written"
    ]
    assert live(house) == 1


def test_a_recording_that_vanishes_while_it_is_read_is_a_mistake(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = house.folder / "recordings" / "en" / "main.wav"
    recording.parent.mkdir(parents=True)
    recording.symlink_to(house.folder / "gone.wav")
    assert [str(mistake) for mistake in refused(house)] == [
        "recordings/en/main.wav:1:1: this recording cannot be read: No such file or directory; look at it"
    ]


def test_two_who_publish_at_once_and_one_who_goes_back_leave_a_whole_revision_live(tmp_path: Path) -> None:
    house = House(tmp_path).open(MENUS)
    houses = []
    for number in range(2):
        (tmp_path / f"desk{number}").mkdir()
        desk = House(tmp_path / f"desk{number}")
        url = house.exchange.settings.sql_url
        desk.open(MENUS, database_url=url)
        houses.append(desk)
    failed: list[BaseException] = []

    def work(desk: House, number: int) -> None:
        try:
            for turn in range(6):
                save(desk.folder, MENUS.replace("How can we help?", f"Words {number} {turn}."))
                publish(desk.exchange, f"desk {number}")
                if turn % 2:
                    roll_back(desk.exchange, 1, f"desk {number}")
        except NoWayBack:
            pass  # the other desk was quicker
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(desk, number)) for number, desk in enumerate(houses)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    every = numbers(house)
    assert every == list(range(1, len(every) + 1))
    for number in every:
        assert hotline_of(house.exchange.ledger, number).name == "Sao Mai"
    with house.exchange.ledger.reading() as tx:
        now, withdrawn = revisions.standing(tx)
    assert now not in withdrawn
    for each in (house, *houses):
        each.exchange.ledger.close()


def test_the_draft_is_what_would_be_published(house: House) -> None:
    save(house.folder, OTHER)
    seen = as_published(draft.draft(house.exchange.settings))
    publish(house.exchange, "An")
    assert seen == hotline_of(house.exchange.ledger, 2)
    save(house.folder, BROKEN)
    assert as_published(draft.draft(house.exchange.settings)) is None


def test_readings_have_one_mark_when_they_would_publish_the_same(house: House) -> None:
    before = mark_of(draft.draft(house.exchange.settings))
    os.utime(house.folder / "menus" / "hotline.yaml", (0, 0))
    assert mark_of(draft.draft(house.exchange.settings)) == before
    save(house.folder, OTHER)
    assert mark_of(draft.draft(house.exchange.settings)) != before


def test_the_sample_is_the_same_as_itself_published() -> None:
    """Recordings are published with their words in them; that alone is no difference."""
    checked = check(Path("menus"), Path("recordings"))
    assert checked.hotline is not None
    sounds, contents = published_sounds(checked, checked.hotline)
    assert {sound.digest for sound in sounds.values()} == contents.keys()
    assert sounds.keys() == checked.sounds.keys()
