from crisis.structure import LADDER, Body, in_order


def test_the_usual_path_goes_from_iao_to_iccb_to_mccb() -> None:
    assert Body.IAO.higher is Body.ICCB
    assert Body.ICCB.higher is Body.MCCB
    assert Body.MCCB.higher is None


def test_only_the_iao_does_not_decide() -> None:
    assert [body for body in LADDER if not body.may_decide] == [Body.IAO]


def test_any_set_of_bodies_has_one_order() -> None:
    assert in_order(frozenset({Body.MCCB, Body.IAO})) == (Body.IAO, Body.MCCB)
