from collections.abc import Callable, Iterator
from typing import Any

from geoplug._types import ArrowArray, ArrowStream

__version__: str
DATAFUSION_MAJOR: int

class ScalarFunction:
    @property
    def name(self) -> str: ...
    def __datafusion_scalar_udf__(self) -> object: ...

class AggregateFunction:
    @property
    def name(self) -> str: ...
    def __datafusion_aggregate_udf__(self) -> object: ...

class GatherRule:
    def __datafusion_physical_optimizer_rule__(self) -> object: ...

class HostCodec:
    def __datafusion_physical_extension_codec__(self, session: object) -> object: ...
    @staticmethod
    def learn(sample: bytes, decode: Callable[[bytes], object], encode: Callable[[Any], bytes]) -> None: ...

class Rule:
    def __datafusion_physical_optimizer_rule__(self) -> object: ...

def native_from(rows: int) -> int: ...
def join_conditions() -> list[str]: ...
def datafusion_functions() -> list[ScalarFunction | AggregateFunction]: ...
def signatures() -> list[tuple[str, list[tuple[str, str, bool]], bool]]: ...
def call(function: str, args: list[Any]) -> Any: ...
def join_predicates() -> list[str]: ...

class Pairs:
    @property
    def left(self) -> ArrowArray: ...
    @property
    def right(self) -> ArrowArray | None: ...
    @property
    def distance(self) -> ArrowArray | None: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[ArrowArray]: ...
    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]: ...

class JoinIndex:
    def __len__(self) -> int: ...
    def probe(
        self,
        geometries: ArrowArray | ArrowStream,
        how: str,
        distances: ArrowArray | ArrowStream | None = None,
        enough: int = ...,
    ) -> Iterator[Pairs]: ...
    def rows(self, matched: bool) -> ArrowArray: ...

class Join:
    def __init__(self, predicate: str, distance: float | None = None) -> None: ...
    @staticmethod
    def nearest(k: int, max_distance: float | None = None) -> Join: ...
    def check(
        self,
        left: ArrowArray | ArrowStream,
        right: ArrowArray | ArrowStream,
        distances: ArrowArray | ArrowStream | None = None,
    ) -> None: ...
    def pairs(
        self,
        left: ArrowArray | ArrowStream,
        right: ArrowArray | ArrowStream,
        distances: ArrowArray | ArrowStream | None = None,
        how: str = "inner",
        order: str = "left",
    ) -> Pairs: ...
    def index(
        self,
        geometries: ArrowArray | ArrowStream,
        side: str,
        distances: ArrowArray | ArrowStream | None = None,
    ) -> JoinIndex: ...

class FuzzyIndex:
    def __len__(self) -> int: ...
    def probe(
        self,
        texts: ArrowArray | ArrowStream,
        how: str,
        distances: ArrowArray | ArrowStream | None = None,
        enough: int = ...,
    ) -> Iterator[Pairs]: ...

class FuzzyJoin:
    def __init__(self, metric: str, max_distance: int | None = None, min_similarity: float | None = None) -> None: ...
    @property
    def counts(self) -> bool: ...
    def check(
        self,
        left: ArrowArray | ArrowStream,
        right: ArrowArray | ArrowStream,
        distances: ArrowArray | ArrowStream | None = None,
    ) -> None: ...
    def pairs(
        self,
        left: ArrowArray | ArrowStream,
        right: ArrowArray | ArrowStream,
        distances: ArrowArray | ArrowStream | None = None,
        how: str = "inner",
        order: str = "left",
        progress: Callable[[int, int], object] | None = None,
    ) -> Pairs: ...
    def index(
        self,
        texts: ArrowArray | ArrowStream,
        side: str,
        distances: ArrowArray | ArrowStream | None = None,
    ) -> FuzzyIndex: ...
