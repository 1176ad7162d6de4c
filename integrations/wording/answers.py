"""What came of asking the partners, a line each, as the Prefect UI and the shell show it (Dutch)."""

from collections.abc import Sequence

from crisis.inquiries import Answer
from crisis.plan import Plan
from integrations.wording.charts import number_text
from integrations.wording.kinds import KIND_WORDS

Row = dict[str, str]


def answer_rows(answers: Sequence[Answer], plan: Plan) -> list[Row]:
    """Who answered how, what was counted, and why there is nothing where there is nothing: those first."""
    names = {partner.id: partner.name for partner in plan.partners}
    ordered = sorted(answers, key=lambda answer: (answer.counts, names.get(answer.partner, answer.partner)))
    return [_row(answer, names) for answer in ordered]


def _row(answer: Answer, names: dict[str, str]) -> Row:
    accepted = "–" if not answer.submission.has_figures else "terug met vraag" if answer.returned else "ja"
    said = "; ".join(f"{one.indicator} {KIND_WORDS[one.kind]} {number_text(one.value)}" for one in answer.figures)
    return {
        "partner": names.get(answer.partner, answer.partner),
        "antwoord": str(answer.submission),
        "toelichting": answer.returned or answer.detail or answer.remarks or "–",
        "cijfers": said or "–",
        "aanvaard": accepted,
        "via": str(answer.via) if answer.submission.has_figures else "–",
        "seconden": f"{answer.seconds:.1f}".replace(".", ","),
    }
