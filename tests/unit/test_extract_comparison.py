"""Comparisons that trafilatura's own text cannot lose are spared, and only those."""

from __future__ import annotations

from inspect import unwrap

import pytest
from lxml import html
from trafilatura import bare_extraction, core, external

from pipelines.extract.comparison import spare_comparisons

SENTENCE = (
    "The company opened a shop in the old town on Monday, its third in the city, and hired eleven people for it. "
)
ARTICLE = "".join(f"<p>{SENTENCE * 3}</p>" for _ in range(6))
LIST = "".join(f"<li>Item {number}, in stock, sent within two working days for free</li>" for number in range(400))


def page(inside: str) -> html.HtmlElement:
    return html.fromstring(
        f"<html><head><title>T</title><script>{'x = 1; ' * 3000}</script></head><body>{inside}</body></html>"
    )


@pytest.mark.parametrize(
    ("inside", "is_spared"),
    [
        pytest.param(f"<article>{ARTICLE}</article>", True, id="all of the page is article"),
        pytest.param(f"<article>{ARTICLE}</article><div><ul>{LIST}</ul></div>", False, id="a third of it"),
        pytest.param("<article><p>One short line.</p></article>", False, id="too short to be sure"),
        pytest.param(
            f"<article><table>{''.join(f'<tr><td>{SENTENCE}</td></tr>' for _ in range(9))}</table></article>",
            False,
            id="no paragraphs",
        ),
    ],
)
def test_only_a_certain_comparison_is_spared(monkeypatch: pytest.MonkeyPatch, inside: str, is_spared: bool) -> None:
    calls: list[object] = []
    readability = external.try_readability
    monkeypatch.setattr(external, "try_readability", lambda tree: calls.append(tree) or readability(tree))
    monkeypatch.setattr(core, "_extract_and_compare", unwrap(core._extract_and_compare))
    compared = bare_extraction(page(inside), favor_precision=True, include_comments=False)
    assert calls
    calls.clear()
    spare_comparisons()
    spared = bare_extraction(page(inside), favor_precision=True, include_comments=False)
    assert (not calls) is is_spared
    assert getattr(spared, "text", None) == getattr(compared, "text", None)


def test_it_is_done_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core, "_extract_and_compare", unwrap(core._extract_and_compare))
    spare_comparisons()
    first = core._extract_and_compare
    spare_comparisons()
    assert core._extract_and_compare is first
