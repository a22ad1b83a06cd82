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

from storewatch.export import About, Row, in_order

#: Rows that a sheet can have (Microsoft's "Excel specifications and limits"), one of them for the head.
MAX_ROWS = 1_048_576
#: Characters that a cell can have, from the same list.
MAX_CELL = 32_767
# Characters that XML 1.0 does not have; openpyxl refuses a cell with one.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_xlsx(path: Path, rows: Iterable[Row], about: About) -> int:
    """A sheet with a fixed head and a filter; what a sheet cannot hold goes on a further one."""
    book = Workbook(write_only=True)
    count = 0
    sheet: Any = None
    try:
        for row in rows:
            if count % (MAX_ROWS - 1) == 0:
                sheet = _sheet(book, about, count // (MAX_ROWS - 1) + 1)
            sheet.append([_cell(sheet, value) for value in in_order(row, about.columns)])
            count += 1
        if sheet is None:
            _sheet(book, about, 1)
    finally:
        # Also where the rows break off: openpyxl's half-written sheets cannot be let go of otherwise.
        book.save(path)
    return count


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


def _cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, list | tuple | dict):
        value = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, str):
        return value
    text = _NOT_XML.sub("\ufffd", value)[:MAX_CELL]
    if not text.startswith("="):
        return text
    # It would be read as a formula, and run by whoever opens the file.
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    return cell
