"""Everything the procedure refuses can be said, in Dutch and in English."""

from collections.abc import Iterator

import pytest
from pydantic import ValidationError

from crisis import errors
from crisis.errors import AlreadyHandled, AlreadyRecorded, InvalidInput, PassExpired, PassInvalid, Refused, WrongPerson
from crisis.life import Activation
from crisis.meetings import Outcome
from crisis.record import utc
from integrations.wording.problems import FIELDS, REASONS, field_name, problem_texts, problems_in
from integrations.wording.refusals import REFUSALS, refusal_text

LANGUAGES = ("nl", "en")


def every_refusal(kind: type[Refused] = Refused) -> Iterator[type[Refused]]:
    if kind.__module__ == errors.__name__:
        yield kind
    for narrower in kind.__subclasses__():
        yield from every_refusal(narrower)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(every_refusal()), ids=lambda kind: kind.__name__)
def test_every_refusal_has_a_sentence(kind: type[Refused], language: str) -> None:
    assert language in REFUSALS[kind]
    text = refusal_text(kind(problems=[]), language)
    assert text.endswith(".")
    assert "{" not in text


@pytest.mark.parametrize("words", [REASONS, FIELDS])
def test_every_reason_and_field_is_in_both_languages(words: dict[str, dict[str, str]]) -> None:
    assert all(set(said) == set(LANGUAGES) for said in words.values())


def test_a_refusal_names_who_was_first_and_when() -> None:
    refused = AlreadyRecorded(meeting="IAO 1", by="secretaris-iao", at=utc(2022, 6, 17, 8, 30))
    text = refusal_text(refused, "nl", {"secretaris-iao": "secretaris van het IAO"})
    assert text.startswith(
        "De uitkomst van IAO 1 is al vastgelegd, op vrijdag 17 juni 2022, 10:30 door secretaris van het IAO."
    )


def test_a_refusal_speaks_the_language_of_the_person() -> None:
    assert refusal_text(AlreadyHandled(number=3, state="gereed gemeld"), "en").startswith("Action item 3 is reported done")
    assert refusal_text(AlreadyHandled(number=3, state="gereed gemeld"), "nl").startswith("Actiepunt 3 is al gereed gemeld")


def test_a_person_without_a_name_is_called_by_their_key() -> None:
    refused = WrongPerson(person="lid", act="record", belongs_to="secretaris")
    assert "secretaris" in refusal_text(refused, "nl")


def test_a_refusal_with_a_detail_missing_is_still_a_sentence() -> None:
    assert refusal_text(PassExpired(), "en") == "This link expired on (unknown)."
    assert refusal_text(AlreadyRecorded(meeting="IAO 1", by=None, at=None), "nl").count("(onbekend)") == 2


def test_a_detail_that_looks_like_a_template_is_shown_as_it_is() -> None:
    refused = errors.NoSuchCrisis(crisis="{0.__class__} %s {{ 7*7 }}")
    assert "{0.__class__} %s {{ 7*7 }}" in refusal_text(refused, "nl")


def test_invalid_input_names_every_field_and_its_reason() -> None:
    refused = InvalidInput(problems=[("actions.2.owner", "not_in_plan"), ("clock", "backwards")])
    assert refusal_text(refused, "nl") == (
        "Er is niets vastgelegd: Actiepunt 2, Eigenaar: deze persoon staat niet in het crisisplan; "
        "Klok: de klok kan alleen vooruit."
    )


def test_a_field_and_a_reason_that_nobody_foresaw_are_still_named() -> None:
    assert problem_texts([("vreemd", "never_seen")], "nl") == ("“vreemd”: klopt niet",)


def test_what_pydantic_finds_wrong_is_told_in_our_words() -> None:
    with pytest.raises(ValidationError) as found:
        Outcome.model_validate(
            {
                "direction": "opzij",
                "summary": "a\u200bb",
                "decisions": [{"kind": "besluit", "text": ""}, {"kind": "besluit", "text": "x" * 4001}],
                "actions": [{"title": "twee\nregels", "owner": "lid", "due_at": "morgen"}, {"title": "x" * 201}],
            }
        )
    assert problem_texts(problems_in(found.value), "nl") == (
        "Conclusie over het niveau: kies uit de lijst",
        "Samenvatting: bevat een teken dat niet is toegestaan (U+200B)",
        "Advies of besluit 1, Tekst: vul dit in",
        "Advies of besluit 2, Tekst: te lang: hooguit 4000 tekens",
        "Actiepunt 1, Omschrijving: moet op één regel staan",
        "Actiepunt 1, Uiterlijk gereed: is geen geldige datum met tijd, zoals 2022-06-20T17:00",
        "Actiepunt 2, Omschrijving: te lang: hooguit 200 tekens",
        "Actiepunt 2, Eigenaar: vul dit in",
        "Actiepunt 2, Uiterlijk gereed: vul dit in",
    )


def test_every_field_of_an_activation_and_an_outcome_has_a_name() -> None:
    for name in (*Activation.model_fields, *Outcome.model_fields):
        assert "“" not in field_name(name, "nl")


def test_a_pass_that_is_not_valid_says_what_to_do() -> None:
    assert "neem de hele link" in refusal_text(PassInvalid(), "nl")
