from pathlib import Path

import pytest

from crisis.alerts import DEFAULT_CHAINS, Event, Notice, hearers
from crisis.partners import PartnerKind
from crisis.plan import PlanRefused
from integrations.plans import read_plan
from tests.building import a_plan

PLAN = Path(__file__).parents[1] / "deployments" / "plans" / "asiel-2022.toml"
GOOD = PLAN.read_text(encoding="utf-8")


def refused(folder: Path, text: str) -> list[tuple[str, str]]:
    file = folder / "plan.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PlanRefused) as refusal:
        read_plan(file)
    return refusal.value.problems


def test_the_plan_of_june_2022_asks_forty_partners_and_takes_what_is_public_from_cbs() -> None:
    plan = read_plan(PLAN)
    kinds = [partner.kind for partner in plan.partners]
    assert (kinds.count(PartnerKind.SAFETY_REGION), kinds.count(PartnerKind.PROVINCE), len(kinds)) == (25, 12, 41)
    assert plan.marking == "reconstructie"


def test_every_event_has_someone_who_hears_of_it() -> None:
    assert DEFAULT_CHAINS.keys() == set(Event)
    assert all(chain for event, chain in DEFAULT_CHAINS.items() if event is not Event.TEST)


@pytest.mark.parametrize(
    ("right", "wrong", "where", "why"),
    [
        ('secretary = "secretaris-iao"', 'secretary = "niemand"', "bodies.IAO.secretary", "not_in_people:niemand"),
        ('ruleset = "2016"', 'ruleset = "1990"', "ruleset", "enum"),
        ("notice_minutes = 90", "notice_minutes = -1", "bodies.MCCb.notice_minutes", "greater_than_equal:0"),
        ('mail = "nctv@nctv.voorbeeld.test"', 'mail = "nctv"', "people.nctv.mail", "mail_address"),
        (
            'indicators = ["asielinstroom-week"]',
            'indicators = ["onbekend"]',
            "partners.IND.indicators",
            "not_in_indicators:onbekend",
        ),
        ('kinds = ["target", "realised"]', 'kinds = ["wens"]', "indicators.2.kinds.1", "enum"),
        ("patience_seconds = 3.5", "patience_seconds = 1.0", "intake", "patience"),
        ('duty = "ncc"', 'duty = "nacht"', "duty", "not_in_groups:nacht"),
        ('rhythm = "wekelijks"', 'ritme = "wekelijks"', "bodies.MCCb.ritme", "extra_forbidden"),
        ("crisis-closed", "crisis-klaar", "chains.crisis-klaar.[key]", "enum"),
        ('kind = "reconstructie"', "kind =", "file", "not_toml"),
        ("above = 42000, ", "", "indicators.3.thresholds.1", "one_side"),
    ],
)
def test_a_wrong_plan_is_refused_with_table_key_and_reason(
    tmp_path: Path, right: str, wrong: str, where: str, why: str
) -> None:
    assert right in GOOD
    problems = refused(tmp_path, GOOD.replace(right, wrong, 1))
    assert any(named == where and why in reason for named, reason in problems), problems


def test_a_plan_whose_flows_have_no_period_is_refused(tmp_path: Path) -> None:
    """Else inflow by the month would be read as by the week."""
    flows = '[balance]\ninflow = "asielinstroom-week"\noutflow = "asielinstroom-week"\n'
    assert refused(tmp_path, GOOD.replace("[balance]\n", flows)) == [("balance.flows_per", "flows_per")]
    by_month = GOOD.replace("[balance]\n", f'{flows}flows_per = "maand"\n')
    assert refused(tmp_path, by_month) == [("balance.flows_per", "other_period:personen per week")]


def test_a_plan_without_a_body_is_refused(tmp_path: Path) -> None:
    start, end = GOOD.index("[bodies.ICCb]"), GOOD.index("[bodies.MCCb]")
    assert refused(tmp_path, GOOD[:start] + GOOD[end:]) == [("bodies.ICCb", "missing")]


def test_a_partner_that_stands_there_twice_is_refused(tmp_path: Path) -> None:
    assert ("partners.IND", "twice") in refused(tmp_path, GOOD.replace('id = "COA"', 'id = "IND"'))


def test_a_chain_in_which_nobody_hears_is_refused(tmp_path: Path) -> None:
    problems = refused(tmp_path, GOOD.replace('["nkc", "members", "channel", "duty"]', "[]"))
    assert problems == [("chains.crisis-closed", "nobody_hears")]


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(PlanRefused, match=r"weg\.toml: file: file:No such file"):
        read_plan(tmp_path / "weg.toml")


def test_who_hears_is_remembered_for_one_plan_and_not_for_the_next_of_the_same_name() -> None:
    notice = Notice(event=Event.STUCK, key="asiel-2022", facts={})
    before = a_plan()
    after = before.model_copy(update={"chains": {Event.STUCK: ("nkc",)}})
    heard = [tuple(hearer.to for hearer in hearers(notice, plan)) for plan in (before, after, before)]
    assert heard == [("piket", "piket"), ("woordvoerder", "nkc"), ("piket", "piket")]
