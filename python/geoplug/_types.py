"""What arguments accept, for type hints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias, Union

if TYPE_CHECKING:
    import datafusion
    import polars as pl


class ArrowArray(Protocol):
    """An object with the Arrow PyCapsule interface for arrays."""

    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]: ...


class ArrowStream(Protocol):
    """An object with the Arrow PyCapsule interface for streams, such as a chunked array."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


class HasWkb(Protocol):
    """A Shapely geometry, or anything else that knows its WKB."""

    @property
    def wkb(self) -> bytes: ...


Column: TypeAlias = Union["pl.Expr", "pl.Series", "datafusion.Expr", ArrowArray, ArrowStream]
"""A column: an expression or series of Polars, an expression of DataFusion, an Arrow array."""

Geometry: TypeAlias = Column | HasWkb | bytes | str | None
"""A geometry column, the name of one, or one geometry as WKB or as a Shapely object."""

Number: TypeAlias = Column | float | str | None
"""A numeric column, the name of one, or a number."""

Text: TypeAlias = Column | str | None
"""A text column, or one text."""

Binary: TypeAlias = Column | bytes | str | None
"""A binary column, the name of one, or bytes."""
