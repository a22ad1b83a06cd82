"""What people are told to type, held against the commands that there are."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from storewatch.cli.app import app

_WORDS = r"storewatch((?: +(?:'[^']*'|\"[^\"]*\"|[^\s'\";|&`#)}]+))+)"
#: In a shell, a unit or a crontab: where a command may begin.
_IN_CODE = re.compile(rf"(?:^|/bin/|&& |[{{;] |sudo |exec storewatch |run --rm ){_WORDS}")
_IN_PROSE = re.compile(rf"`(?:docker compose (?:run --rm|exec storewatch) )?{_WORDS}`")
_REDIRECTION = re.compile(r"\d?>>?\S*")


def typed_in(text: str) -> Iterator[tuple[str, ...]]:
    """The arguments of every ``storewatch ...`` in ``text``: in Markdown, a script, a unit or a crontab."""
    for line in text.splitlines():
        code = line.partition(" #")[0]
        for found in (*_IN_CODE.finditer(code.strip()), *_IN_PROSE.finditer(line)):
            yield tuple(shlex.split(_REDIRECTION.sub("", found[1])))


def refusal(arguments: tuple[str, ...]) -> str | None:
    """Why storewatch would not take these arguments; None when it does. Nothing is carried out."""
    command: Any = get_command(app)
    rest = list(arguments)
    while hasattr(command, "commands"):
        if not rest or rest[0] not in command.commands:
            if command.invoke_without_command and all(word.startswith("-") for word in rest[:1]):
                break  # a group that does something itself
            return f"{command.name}: no command {rest[:1]}"
        command = command.commands[rest.pop(0)]
    try:
        command.make_context(command.name, rest)
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        return f"{command.name}: {error.format_message()}"
    return None
