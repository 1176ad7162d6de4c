"""The little of OData that CBS StatLine is asked with: filters, a choice of columns, pages."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
Test = Callable[[Row], bool]
_TOKEN = re.compile(r"\s*(startswith|and|or|eq|[(),]|'(?:[^']|'')*'|[A-Za-z_]\w*)")


class BadFilter(ValueError):  # noqa: N818 - a statement
    """A filter that is not of the little that is spoken here."""


def chosen(rows: Sequence[Row], params: Mapping[str, str]) -> list[Row]:
    """The rows and columns that `$filter`, `$select` and `$top` ask for. Raises BadFilter."""
    fits = filter_in(params["$filter"]) if params.get("$filter") else lambda _: True
    found = [row for row in rows if fits(row)]
    if top := params.get("$top", ""):
        found = found[: int(top)]
    if columns := [name for name in params.get("$select", "").split(",") if name]:
        return [{name: row[name] for name in columns if name in row} for row in found]
    return found


def filter_in(text: str) -> Test:
    """What a filter asks of a row. Raises BadFilter."""
    tokens = list(_tokens(text))
    test = _either(tokens)
    if tokens:
        raise BadFilter(text)
    return test


def _tokens(text: str) -> Iterator[str]:
    at = 0
    while at < len(text.rstrip()):
        if (found := _TOKEN.match(text, at)) is None:
            raise BadFilter(text)
        yield found[1]
        at = found.end()


def _either(tokens: list[str]) -> Test:
    tests = [_all(tokens)]
    while tokens[:1] == ["or"]:
        tokens.pop(0)
        tests.append(_all(tokens))
    return lambda row: any(test(row) for test in tests)


def _all(tokens: list[str]) -> Test:
    tests = [_one(tokens)]
    while tokens[:1] == ["and"]:
        tokens.pop(0)
        tests.append(_one(tokens))
    return lambda row: all(test(row) for test in tests)


def _one(tokens: list[str]) -> Test:
    if tokens[:1] == ["("]:
        tokens.pop(0)
        test = _either(tokens)
        _take(tokens, ")")
        return test
    if tokens[:1] == ["startswith"]:
        name, start = _call(tokens)
        return lambda row: str(row.get(name) or "").startswith(start)
    if len(tokens) < 3 or tokens[1] != "eq":
        raise BadFilter(" ".join(tokens))
    name, _, value = tokens.pop(0), tokens.pop(0), _text(tokens.pop(0))
    return lambda row: row.get(name) == value


def _call(tokens: list[str]) -> tuple[str, str]:
    _take(tokens, "startswith", "(")
    name = tokens.pop(0)
    _take(tokens, ",")
    value = _text(tokens.pop(0))
    _take(tokens, ")")
    return name, value


def _text(token: str) -> str:
    return token.strip("'").replace("''", "'")


def _take(tokens: list[str], *expected: str) -> None:
    for one in expected:
        if tokens[:1] != [one]:
            raise BadFilter(f"{one} ontbreekt")
        tokens.pop(0)
