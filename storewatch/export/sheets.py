"""Excel workbooks, by openpyxl (the extra ``excel``)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from storewatch.export import About, Row, Written, in_order

#: Rows that a sheet can have (Microsoft's "Excel specifications and limits"), one of them for the head.
MAX_ROWS = 1_048_576
#: Characters that a cell can have, from the same list.
MAX_CELL = 32_767
# Characters that XML 1.0 does not have; openpyxl refuses a cell with one.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_xlsx(path: Path, rows: Iterable[Row], about: About) -> Written:
    """A sheet with a fixed head; what a sheet cannot hold goes on a further one, and is told of."""
    book = Workbook(write_only=True)
    cells = _Cells()
    count = 0
    sheet: Any = None
    try:
        for row in rows:
            if count % (MAX_ROWS - 1) == 0:
                sheet = _sheet(book, about, count // (MAX_ROWS - 1) + 1)
            sheet.append([cells.of(sheet, value) for value in in_order(row, about.columns)])
            count += 1
        if sheet is None:
            _sheet(book, about, 1)
    finally:
        # Also where the rows break off: openpyxl's half-written sheets cannot be let go of otherwise.
        book.save(path)
    more = [f"has {len(book.worksheets)} sheets: one holds {MAX_ROWS - 1:,} rows"]
    return Written(count=count, notes=(*(more if len(book.worksheets) > 1 else ()), *cells.notes))


class _Cells:
    """Values as cells; counts those that Excel cannot hold as they are."""

    def __init__(self) -> None:
        self.cut = 0
        self.replaced = 0

    @property
    def notes(self) -> tuple[str, ...]:
        cut = f"{self.cut} cells are cut: Excel holds {MAX_CELL:,} characters"
        replaced = f"{self.replaced} cells have U+FFFD for characters that Excel cannot hold"
        return (*([cut] if self.cut else ()), *([replaced] if self.replaced else ()))

    def of(self, sheet: Any, value: Any) -> Any:
        if isinstance(value, list | tuple | dict):
            value = json.dumps(value, ensure_ascii=False)
        if not isinstance(value, str):
            return value
        text, strange = _NOT_XML.subn("\ufffd", value)
        self.replaced += bool(strange)
        if len(text) > MAX_CELL:
            text = text[:MAX_CELL]
            self.cut += 1
        if not text.startswith("="):
            return text
        # It would be read as a formula, and run by whoever opens the file.
        cell = WriteOnlyCell(sheet, value=text)
        cell.data_type = "s"
        return cell


def _sheet(book: Workbook, about: About, number: int) -> Any:
    sheet = book.create_sheet(about.kind if number == 1 else f"{about.kind} {number}")
    sheet.freeze_panes = "A2"
    head = []
    for name in about.columns:
        cell = WriteOnlyCell(sheet, value=name)
        cell.font = Font(bold=True)
        head.append(cell)
    sheet.append(head)
    return sheet
