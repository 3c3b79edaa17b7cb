"""Native geometry and text matching for query engines.

Every function of the catalog works in three places, and is the same native code in each:

- SQL in DataFusion: ``geoplug.register_all(ctx)``, then ``SELECT st_area(geom) FROM t``
- Polars: ``pl.col("geom").geo.area()``, on expressions and on series
- Arrow: ``geoplug.area(array)``, over any object with the Arrow PyCapsule interface

Text is matched by functions, too: ``pl.col("name").fuzzy.levenshtein(other)``; and joined by
``geoplug.fuzzy_join(left, right, on="name", max_distance=2)``.

Spatial joins: ``df.geo.sjoin(other, on="geom")`` in Polars, ``geoplug.sjoin_indices(a, b)`` over Arrow.
"""

from geoplug import _functions, _polars
from geoplug._datafusion import register_all
from geoplug._functions import *  # noqa: F403
from geoplug._fuzzy import fuzzy_join, fuzzy_join_indices
from geoplug._geoplug import __version__
from geoplug._joins import sjoin_indices, sjoin_nearest_indices

__all__ = [
    "__version__",
    "fuzzy_join",
    "fuzzy_join_indices",
    "register_all",
    "sjoin_indices",
    "sjoin_nearest_indices",
    *_functions.__all__,
]

_polars.register_namespaces()
