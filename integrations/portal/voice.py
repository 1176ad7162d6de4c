"""How the portal speaks: the pages are written in Dutch, and said in English to whom that is."""

from datetime import date
from decimal import Decimal
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from crisis.figures import FigureKind
from crisis.structure import Body
from integrations.portal.english import ENGLISH
from integrations.wording.charts import number_text
from integrations.wording.kinds import KIND_WORDS
from integrations.wording.problems import field_name
from integrations.wording.times import moment_text


class Voice:
    """The words of one language, as the templates call them."""

    def __init__(self, language: str) -> None:
        self._language = language

    def say(self, dutch: str, **values: object) -> str:
        """This sentence, in the language of the page."""
        sentence = dutch if self._language == "nl" else ENGLISH[dutch]
        return sentence.format(**values) if values else sentence

    def number(self, value: Decimal) -> str:
        """A number as people here write it."""
        return number_text(value, self._language)

    def change(self, value: Decimal) -> str:
        """A difference, with its sign."""
        return f"{'+' if value > 0 else ''}{self.number(value)}"

    def the(self, body: Body) -> str:
        """A body with its article: het IAO, de ICCb."""
        if self._language == "en":
            return f"the {body}"
        return f"{'het' if body is Body.IAO else 'de'} {body}"

    def to(self, path: str) -> str:
        """The address of a page without a pass, in the language of this one."""
        return path if self._language == "nl" else f"{path}?taal=en"

    def words(self) -> dict[str, object]:
        """All that a template may call."""
        return {
            "language": self._language,
            "say": self.say,
            "number": self.number,
            "change": self.change,
            "the": self.the,
            "to": self.to,
            "moment": lambda moment: moment_text(moment, self._language),
            "day": self.day,
            "field_name": lambda name: field_name(name, self._language),
            "kind_word": self.kind_word,
        }

    def day(self, day: date) -> str:
        """A date where there is little room."""
        return f"{day:%d-%m-%Y}" if self._language == "nl" else day.isoformat()

    def kind_word(self, kind: FigureKind) -> str:
        """What a figure says about its indicator."""
        return KIND_WORDS[kind] if self._language == "nl" else str(kind)


@cache
def environment() -> Environment:
    """The templates, with all that is filled in escaped."""
    return Environment(
        loader=PackageLoader("integrations.portal"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
