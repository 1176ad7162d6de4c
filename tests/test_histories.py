"""Recorded crises, replayed after every change of the code: the same decisions, the same alerts, in the same order."""

from pathlib import Path

import pytest

from tests.replaying import histories, read, replayed


@pytest.mark.parametrize("file", histories(), ids=lambda file: file.stem)
def test_a_recorded_crisis_goes_the_same_way_again(file: Path, database: str) -> None:
    recorded = read(file)
    now = replayed(recorded, database)
    for before, after in zip(recorded.happened, now.happened, strict=True):
        assert after.followed == before.followed, f"{before.what} at {before.at}"


def test_the_recorded_crises_hold_something_of_everything() -> None:
    """Else a change could slip past them."""
    followed = [one.followed for file in histories() for one in read(file).happened]
    entries = {entry.split()[0] for one in followed for entry in one.entries}
    assert entries >= {
        "crisis.activeren",
        "vergadering.bijeenroepen",
        "uitvraag.antwoorden",
        "vergadering.uitnodigen",
        "uitkomst.vastleggen",
        "actiepunt.opvolgen",
        "actiepunt.gereedmelden",
        "actiepunt.verifieren",
        "crisis.afsluiten",
    }
    events = {key.split("/")[-3] for one in followed for key in one.alerts}
    assert events >= {"activated", "convened", "invited", "outcome-asked", "outcome-recorded", "crisis-closed"}
    assert events >= {"action-opened", "action-reminded", "action-overdue", "action-reported", "action-returned"}
