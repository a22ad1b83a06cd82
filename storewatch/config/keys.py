"""The keys of the configuration as a list: what the documentation and ``storewatch config`` show of the model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from storewatch.config.model import PREFIX, Config, Expected, Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key of the configuration, as the documentation and ``storewatch config`` show it."""

    name: str
    default: object
    nullable: bool
    expected: str
    meaning: str
    secret: bool

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper().replace(".", "__")


def keys() -> tuple[Key, ...]:
    """Every key there is, in the order of the sections."""
    return tuple(_keys())


def _keys() -> Iterator[Key]:
    for section_name, section in Config.model_fields.items():
        model = section.annotation
        assert isinstance(model, type)
        assert issubclass(model, Section)
        for name, info in model.model_fields.items():
            yield Key(
                name=f"{section_name}.{name}",
                default=info.default,
                nullable=info.default is None,
                expected=_expected(info.metadata) or _expected_of(info.annotation),
                meaning=info.description or "",
                secret=not info.repr,
            )


def _expected(metadata: list[Any]) -> str:
    return next((item.words for item in metadata if isinstance(item, Expected)), "")


def _expected_of(annotation: Any) -> str:
    """The words of ``Annotated[..., Expected(...)] | None``."""
    return next(
        (words for part in annotation.__args__ if (words := _expected([*getattr(part, "__metadata__", ())]))), ""
    )
