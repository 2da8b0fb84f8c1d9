"""The pages of the documentation that follow from the code and the data: none of them is kept, each build of the site writes them.

Each module here has one function that yields the path and the text of its pages, and `every` is all of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from pages import chips, data, landing, models, reference, talk, worked


def every() -> Iterator[tuple[str, str]]:
    """The path, under docs/, and the text of every page and drawing."""
    yield from landing.pages()
    yield from models.pages()
    yield from chips.pages()
    yield from reference.pages()
    yield from data.pages()
    yield from worked.pages()
    yield from talk.pages()
