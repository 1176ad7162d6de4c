"""What every test may ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import BOTH, a_database, drop_the_template


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty register; the test runs once on either database."""
    with a_database(request.param, tmp_path) as address:
        yield address


@pytest.fixture(scope="session", autouse=True)
def _tidy() -> Iterator[None]:
    yield
    drop_the_template()
