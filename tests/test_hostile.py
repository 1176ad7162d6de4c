"""Partner systems that mean harm, all at once: a bomb, drops for ever, a body without an end, what is nested too deep."""

from benchmarks import hostile_systems
from benchmarks.hostile import hostile_round
from crisis.inquiries import Submission

HOSTILE, WELL = 63, 12
KINDS = len(hostile_systems.HOSTILE)
PATIENCE = 2.5


async def test_hostile_partners_neither_hold_up_a_round_nor_fill_the_memory_nor_drown_the_others() -> None:
    answers, seconds, megabytes = await hostile_round(HOSTILE + WELL, WELL, PATIENCE)
    assert PATIENCE - 1 <= seconds <= PATIENCE + 1
    assert megabytes < 100
    hows = [answer.submission for answer in answers]
    assert hows[HOSTILE:] == [Submission.ON_TIME] * WELL
    kinds = [set(hows[which:HOSTILE:KINDS]) for which in range(KINDS)]
    assert kinds[0] == {Submission.UNREADABLE}, "bombs"
    assert kinds[1] == kinds[4] == {Submission.SILENT}, "drops, of a body or of a head"
    assert all(kind <= {Submission.UNREADABLE, Submission.SILENT} for kind in kinds)
    assert all(answer.detail for answer in answers[:HOSTILE])
