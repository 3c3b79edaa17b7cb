# Generated from the catalog by `make generate`. Do not edit.
"""The methods of the Polars namespaces: each takes its column as the first argument."""

from __future__ import annotations

from typing import Any

from geoplug._signatures import given
from geoplug._types import Geometry, Number, Text


class FuzzyMethods:
    """Methods of the ``fuzzy`` namespace."""

    def _call(self, function: str, *args: Any) -> Any:
        raise NotImplementedError

    def damerau_levenshtein(self, b: Text, by: Text = "char") -> Any:
        """The least number of insertions, deletions, substitutions and exchanges of neighbours that turn one
        text into the other.

        The true distance, in which what was exchanged may be edited, too: 'abcd' becomes 'acb' by one exchange after one
        deletion. As in DuckDB (which compares bytes) and jellyfish; `osa_distance` is the simpler one.

        Parameters
        ----------
        b
            text.
        by
            what counts as one symbol, a literal: 'char', a Unicode scalar value, or 'grapheme', a grapheme
            cluster, which is what readers take for one character, and jellyfish, too (e and a combining acute
            accent are two scalar values, one cluster); 'char' if left out.

        Notes
        -----
        Units: Edits, of symbols as `by` has them.

        Nulls and empties: Null where any argument is null. From an empty text to another it is that one's
        length.

        Errors: `by` is something else.

        Examples
        --------
        >>> pl.select(geoplug.damerau_levenshtein("jellyifhs", "jellyfish")).item()
        2

        In SQL::

            SELECT damerau_levenshtein('abcd', 'acb')
            -- 2
        """
        return self._call("damerau_levenshtein", b, by)

    def damerau_levenshtein_normalized(self, b: Text, by: Text = "char") -> Any:
        """The distance that `damerau_levenshtein` gives as a part of the longer text's length.

        From 0, the texts are equal, to 1, they have nothing in common; 1 less it is the normalized similarity. As in
        rapidfuzz (`normalized_distance`); PostgreSQL, DuckDB and jellyfish have no such function.

        Parameters
        ----------
        b
            text.
        by
            what counts as one symbol, a literal: 'char', a Unicode scalar value, or 'grapheme', a grapheme
            cluster, which is what readers take for one character, and jellyfish, too (e and a combining acute
            accent are two scalar values, one cluster); 'char' if left out.

        Notes
        -----
        Units: None.

        Nulls and empties: Null where any argument is null; 0 for two empty texts, 1 for an empty text and
        another.

        Errors: `by` is something else.

        Examples
        --------
        >>> pl.select(geoplug.damerau_levenshtein_normalized("Bern", "Bren")).item()
        0.25

        In SQL::

            SELECT damerau_levenshtein_normalized('Bern', 'Bren')
            -- 0.25
        """
        return self._call("damerau_levenshtein_normalized", b, by)

    def double_metaphone(self) -> Any:
        """The primary Double Metaphone code of text: how it sounds in English, as at most four consonants.

        A vowel is written where text begins with it, as `A`; `X` stands for sh, `0` for th. Texts sound alike where one
        of their codes, this or `double_metaphone_alt`, is the same.

        As `dmetaphone` in PostgreSQL, in a database in UTF-8: letters are those of ASCII, others are left out. Philips
        and others have C with cedilla as `S` and N with tilde as `N`, and so has PostgreSQL in a database in Latin-1. One
        accident of PostgreSQL is not repeated: up to version 18 it takes the first byte of some letters in UTF-8 (most
        lower-case letters of Cyrillic) for one of these two.

        Notes
        -----
        Units: None.

        Nulls and empties: Null for null; empty for empty text, and for text without a letter of ASCII.

        Errors: None.

        Examples
        --------
        >>> pl.select(geoplug.double_metaphone("Smith")).item()
        SM0

        In SQL::

            SELECT double_metaphone('Thompson')
            -- TMPS
        """
        return self._call("double_metaphone")

    def double_metaphone_alt(self) -> Any:
        """The alternative Double Metaphone code of text: how it may sound in the language that it comes from.

        Where there is no other way to say it, it is the primary code, that of `double_metaphone`, whose reference says
        what letters are.

        Notes
        -----
        Units: None.

        Nulls and empties: Null for null; empty for empty text, and for text without a letter of ASCII.

        Errors: None.

        Examples
        --------
        >>> pl.select(geoplug.double_metaphone_alt("Smith")).item()
        XMT

        In SQL::

            SELECT double_metaphone_alt('Thompson')
            -- TMPS
        """
        return self._call("double_metaphone_alt")

    def hamming(self, b: Text, by: Text = "char", pad: bool = False) -> Any:
        """At how many places two texts of one length have different symbols.

        As in DuckDB, which compares bytes and refuses empty texts, too. jellyfish counts what the longer text has more:
        `pad` does that.

        Parameters
        ----------
        b
            text.
        by
            what counts as one symbol, a literal: 'char', a Unicode scalar value, or 'grapheme', a grapheme
            cluster, which is what readers take for one character, and jellyfish, too (e and a combining acute
            accent are two scalar values, one cluster); 'char' if left out.
        pad
            whether texts of different lengths are compared, as if blanks that equal nothing followed the
            shorter one, a literal; false if left out.

        Notes
        -----
        Units: Symbols, as `by` has them.

        Nulls and empties: Null where any argument is null; 0 for two empty texts.

        Errors: The texts have different lengths, and `pad` is not set; `by` is something else.

        Examples
        --------
        >>> pl.select(geoplug.hamming("karolin", "kathrin")).item()
        3

        In SQL::

            SELECT hamming('karolin', 'kathrin')
            -- 3
        """
        return self._call("hamming", b, by, pad)

    def hamming_normalized(self, b: Text, by: Text = "char", pad: bool = False) -> Any:
        """The distance that `hamming` gives as a part of the longer text's length.

        From 0, the texts are equal, to 1, no place holds the same symbol. As in rapidfuzz (`normalized_distance`);
        PostgreSQL, DuckDB and jellyfish have no such function.

        Parameters
        ----------
        b
            text.
        by
            what counts as one symbol, a literal: 'char', a Unicode scalar value, or 'grapheme', a grapheme
            cluster, which is what readers take for one character, and jellyfish, too (e and a combining acute
            accent are two scalar values, one cluster); 'char' if left out.
        pad
            whether texts of different lengths are compared, as if blanks that equal nothing followed the
            shorter one, a literal; false if left out.

        Notes
        -----
        Units: None.

        Nulls and empties: Null where any argument is null; 0 for two empty texts.

        Errors: The texts have different lengths, and `pad` is not set; `by` is something else.

        Examples
        --------
        >>> pl.select(geoplug.hamming_normalized("abcd", "abce")).item()
        0.25

        In SQL::

            SELECT hamming_normalized('abcd', 'abce')
            -- 0.25
        """
        return self._call("hamming_normalized", b, by, pad)

    def jaccard_similarity(self, b: Text, ngram: Number = 0, by: Text = "char") -> Any:
        """What two texts share of the pieces that they consist of: Jaccard's index of the two sets.

        Pieces are words, or runs of `ngram` symbols one after the other, the last one maybe shorter: 'night' consists of
        'ni', 'gh' and 't' where `ngram` is 2. As in jellyfish; DuckDB's `jaccard` is this with an `ngram` of 1 (of bytes),
        and polars-ds lets its pieces overlap.

        Parameters
        ----------
        b
            text.
        ngram
            symbols of a piece; 0 for words, which white space separates, and if left out.
        by
            what counts as one symbol, a literal: 'char', a Unicode scalar value, or 'grapheme', a grapheme
            cluster, which is what readers take for one character, and jellyfish, too (e and a combining acute
            accent are two scalar values, one cluster); 'char' if left out.

        Notes
        -----
        Units: None: from 0 to 1.

        Nulls and empties: Null where any argument is null; 0 where a text is empty.

        Errors: `ngram` is negative; `by` is something else.

        Examples
        --------
        >>> pl.select(geoplug.jaccard_similarity("night", "nacht", 2)).item()
        0.2

        In SQL::

            SELECT jaccard_similarity('John Smith', 'Smith John')
            -- 1.0
        """
        return self._call("jaccard_similarity", b, ngram, by)

    def jaro_similarity(self, b: Text, by: Text = "char") -> Any:
        """How much two texts have in common: symbols that are in both, not too far apart, and in the same
        order.

        Symbols count as common within half the longer length less one; half of those in another order count against it.
        As in DuckDB (which compares bytes and takes a least score as third argument) and jellyfish. Two empty texts have
        nothing in common, 0, as in both; rapidfuzz says 1.

        Parameters
        ----------
        b
            text.
        by
            what counts as one symbol, a literal: 'char', a Unicode scalar value, or 'grapheme', a grapheme
            cluster, which is what readers take for one character, and jellyfish, too (e and a combining acute
            accent are two scalar values, one cluster); 'char' if left out.

        Notes
        -----
        Units: None: from 0 to 1, equal.

        Nulls and empties: Null where any argument is null; 0 where a text is empty.

        Errors: `by` is something else.

        Examples
        --------
        >>> round(pl.select(geoplug.jaro_similarity("martha", "marhta")).item(), 4)
        0.9444

        In SQL::

            SELECT round(jaro_similarity('martha', 'marhta'), 4)
            -- 0.9444
        """
        return self._call("jaro_similarity", b, by)

    def jaro_winkler_similarity(self, b: Text, by: Text = "char", long_tolerance: bool = False) -> Any:
        """The Jaro similarity, raised where two texts start alike: for names.

        Where the Jaro similarity is above 0.7, each of up to four symbols shared at the start adds a tenth of what is
        missing to 1. As in DuckDB (which compares bytes and takes a least score as third argument) and jellyfish, whose
        `long_tolerance` raises long strings that have much in common once more. Two empty texts have nothing in common, 0,
        as in both; rapidfuzz says 1.

        Parameters
        ----------
        b
            text.
        by
            what counts as one symbol, a literal: 'char', a Unicode scalar value, or 'grapheme', a grapheme
            cluster, which is what readers take for one character, and jellyfish, too (e and a combining acute
            accent are two scalar values, one cluster); 'char' if left out.
        long_tolerance
            whether long texts are raised once more, a literal; false if left out.

        Notes
        -----
        Units: None: from 0 to 1, equal.

        Nulls and empties: Null where any argument is null; 0 where a text is empty.

        Errors: `by` is something else.

        Examples
        --------
        >>> round(pl.select(geoplug.jaro_winkler_similarity("martha", "marhta")).item(), 4)
        0.9611

        In SQL::

            SELECT round(jaro_winkler_similarity('martha', 'marhta'), 4)
            -- 0.9611
        """
        return self._call("jaro_winkler_similarity", b, by, long_tolerance)

    def levenshtein(self, b: Text, by: Text = "char") -> Any:
        """The least number of insertions, deletions and substitutions that turn one text into the other.

        As in PostgreSQL, whose limit of 255 bytes and whose costs as third to fifth argument are not here, and in
        jellyfish. DuckDB compares bytes, so that it counts more where texts are not ASCII.

        Parameters
        ----------
        b
            text.
        by
            what counts as one symbol, a literal: 'char', a Unicode scalar value, or 'grapheme', a grapheme
            cluster, which is what readers take for one character, and jellyfish, too (e and a combining acute
            accent are two scalar values, one cluster); 'char' if left out.

        Notes
        -----
        Units: Edits, of symbols as `by` has them.

        Nulls and empties: Null where any argument is null. From an empty text to another it is that one's
        length.

        Errors: `by` is something else.

        Examples
        --------
        >>> pl.select(geoplug.levenshtein("kitten", "sitting")).item()
        3

        In SQL::

            SELECT levenshtein('kitten', 'sitting')
            -- 3
        """
        return self._call("levenshtein", b, by)

    def levenshtein_less_equal(self, b: Text, max: Number, by: Text = "char") -> Any:
        """The Levenshtein distance where it is at most `max`; elsewhere a number above `max`.

        The number above is `max` + 1, as in PostgreSQL. With a small `max` it is cheaper than `levenshtein`.

        Parameters
        ----------
        b
            text.
        max
            the largest distance of interest.
        by
            what counts as one symbol, a literal: 'char', a Unicode scalar value, or 'grapheme', a grapheme
            cluster, which is what readers take for one character, and jellyfish, too (e and a combining acute
            accent are two scalar values, one cluster); 'char' if left out.

        Notes
        -----
        Units: Edits, of symbols as `by` has them.

        Nulls and empties: Null where any argument is null. From an empty text to another it is that one's
        length.

        Errors: `max` is negative; `by` is something else.

        Examples
        --------
        >>> pl.select(geoplug.levenshtein_less_equal("extensive", "exhaustive", 4)).item()
        4

        In SQL::

            SELECT levenshtein_less_equal('extensive', 'exhaustive', 2)
            -- 3
        """
        return self._call("levenshtein_less_equal", b, max, by)

    def levenshtein_normalized(self, b: Text, by: Text = "char") -> Any:
        """The distance that `levenshtein` gives as a part of the longer text's length.

        From 0, the texts are equal, to 1, they have nothing in common; 1 less it is the normalized similarity. As in
        rapidfuzz (`normalized_distance`); PostgreSQL, DuckDB and jellyfish have no such function.

        Parameters
        ----------
        b
            text.
        by
            what counts as one symbol, a literal: 'char', a Unicode scalar value, or 'grapheme', a grapheme
            cluster, which is what readers take for one character, and jellyfish, too (e and a combining acute
            accent are two scalar values, one cluster); 'char' if left out.

        Notes
        -----
        Units: None.

        Nulls and empties: Null where any argument is null; 0 for two empty texts, 1 for an empty text and
        another.

        Errors: `by` is something else.

        Examples
        --------
        >>> pl.select(geoplug.levenshtein_normalized("Berne", "Bern")).item()
        0.2

        In SQL::

            SELECT levenshtein_normalized('Berne', 'Bern')
            -- 0.2
        """
        return self._call("levenshtein_normalized", b, by)

    def match_rating_codex(self) -> Any:
        """The match rating code of text: its consonants, and a vowel at the beginning; of more than six
        letters the first three and the last three.

        `match_rating_comparison` says whether the codes of two names are near enough. As in jellyfish: a space counts as a
        consonant, a letter with an accent too. Text with anything but letters and spaces, on which jellyfish raises an
        error, has no code. Letters are counted; jellyfish counts bytes of UTF-8, so that a code of four to six letters
        of two bytes each has some of them twice there. PostgreSQL and DuckDB have no such function.

        Notes
        -----
        Units: None.

        Nulls and empties: Null for null, and for text with anything but letters and spaces; empty for empty
        text.

        Errors: None.

        Examples
        --------
        >>> pl.select(geoplug.match_rating_codex("Kathrynoglin")).item()
        KTHGLN

        In SQL::

            SELECT match_rating_codex('Catherine')
            -- CTHRN
        """
        return self._call("match_rating_codex")

    def match_rating_comparison(self, b: Text) -> Any:
        """Whether two names sound alike by the match rating approach: the shorter their codes, those of
        `match_rating_codex`, the fewer of their letters may differ.

        As in jellyfish, which has no answer either where the codes differ in length by more than two; it counts bytes
        of UTF-8 there, not letters. PostgreSQL and DuckDB have no such function.

        Parameters
        ----------
        b
            text.

        Notes
        -----
        Units: None.

        Nulls and empties: Null where an argument is null or has no code, and where the lengths of the codes
        differ by three or more; two empty texts sound alike.

        Errors: None.

        Examples
        --------
        >>> pl.select(geoplug.match_rating_comparison("Michael", "Mike")).item()
        False

        In SQL::

            SELECT match_rating_comparison('Catherine', 'Kathryn')
            -- true
        """
        return self._call("match_rating_comparison", b)

    def metaphone(self, max_output_length: Number = 2147483647, variant: Text = "postgresql") -> Any:
        """The Metaphone code of text: its consonants as they sound in English, and a vowel at the beginning.

        `X` stands for sh, `0` for th. `double_metaphone` is its successor.

        PostgreSQL and jellyfish disagree. In PostgreSQL letters are those of ASCII and anything else, spaces too, is left
        out; there the argument may have 255 bytes at most and the code 255 letters, limits that are not here, and
        `max_output_length` must be given. In jellyfish accents are taken off, words stay apart (`sunlight labs` is
        `SNLT LBS`, in PostgreSQL `SNLFTLBS`), every word keeps the vowel at its beginning, and CH, GH, GN, H, MB, SCH, TCH
        and WH follow other rules (`school` is `SXL`, in PostgreSQL `SKL`).

        Parameters
        ----------
        max_output_length
            most letters of the code; all if left out.
        variant
            whose code, a literal: 'postgresql' or 'jellyfish'; 'postgresql' if left out.

        Notes
        -----
        Units: None.

        Nulls and empties: Null where `source` or `max_output_length` is null; empty for empty text, and as
        in PostgreSQL for text without a letter of ASCII.

        Errors: `max_output_length` is less than 1; `variant` is something else.

        Examples
        --------
        >>> pl.select(geoplug.metaphone("sunlight labs", variant="jellyfish")).item()
        SNLT LBS

        In SQL::

            SELECT metaphone('Thompson', 4)
            -- 0MPS
        """
        return self._call("metaphone", max_output_length, variant)

    def nysiis(self) -> Any:
        """The NYSIIS code of text: the code of the New York State Identification and Intelligence System, a
        name spelt as it sounds, all vowels as A.

        As in jellyfish: the code is not cut to six letters, as the first version did; letters, which are grapheme clusters,
        digits and spaces that have no rule stay as they are, in upper case. A letter with an accent is no vowel.
        PostgreSQL and DuckDB have no such function.

        Notes
        -----
        Units: None.

        Nulls and empties: Null for null; empty for empty text.

        Errors: None.

        Examples
        --------
        >>> pl.select(geoplug.nysiis("Katherine")).item()
        CATARAN

        In SQL::

            SELECT nysiis('Montgomery')
            -- MANTGANARY
        """
        return self._call("nysiis")

    def osa_distance(self, b: Text, by: Text = "char") -> Any:
        """The least number of insertions, deletions, substitutions and exchanges of neighbours, none where
        another edit was.

        Optimal string alignment, also called restricted Damerau-Levenshtein distance: at least `damerau_levenshtein`, at
        most `levenshtein`. It breaks the triangle inequality. As in rapidfuzz; PostgreSQL, DuckDB and jellyfish have no
        such function.

        Parameters
        ----------
        b
            text.
        by
            what counts as one symbol, a literal: 'char', a Unicode scalar value, or 'grapheme', a grapheme
            cluster, which is what readers take for one character, and jellyfish, too (e and a combining acute
            accent are two scalar values, one cluster); 'char' if left out.

        Notes
        -----
        Units: Edits, of symbols as `by` has them.

        Nulls and empties: Null where any argument is null. From an empty text to another it is that one's
        length.

        Errors: `by` is something else.

        Examples
        --------
        >>> pl.select(geoplug.osa_distance("form", "from")).item()
        1

        In SQL::

            SELECT osa_distance('ca', 'abc')
            -- 3
        """
        return self._call("osa_distance", b, by)

    def osa_distance_normalized(self, b: Text, by: Text = "char") -> Any:
        """The distance that `osa_distance` gives as a part of the longer text's length.

        From 0, the texts are equal, to 1, they have nothing in common; 1 less it is the normalized similarity. As in
        rapidfuzz (`normalized_distance`); PostgreSQL, DuckDB and jellyfish have no such function.

        Parameters
        ----------
        b
            text.
        by
            what counts as one symbol, a literal: 'char', a Unicode scalar value, or 'grapheme', a grapheme
            cluster, which is what readers take for one character, and jellyfish, too (e and a combining acute
            accent are two scalar values, one cluster); 'char' if left out.

        Notes
        -----
        Units: None.

        Nulls and empties: Null where any argument is null; 0 for two empty texts, 1 for an empty text and
        another.

        Errors: `by` is something else.

        Examples
        --------
        >>> pl.select(geoplug.osa_distance_normalized("Bern", "Bren")).item()
        0.25

        In SQL::

            SELECT osa_distance_normalized('Bern', 'Bren')
            -- 0.25
        """
        return self._call("osa_distance_normalized", b, by)

    def soundex(self, variant: Text = "postgresql") -> Any:
        """The Soundex code of text: the first letter, and three digits for the consonants behind it.

        English names that sound alike mostly have the same code. Letters of a group (B F P V, C G J K Q S X Z, D T, L,
        M N, R) have one digit; a letter whose digit repeats that of the one before is left out; zeros fill the code up.

        Programs disagree on the rest. In PostgreSQL anything between two letters of one digit makes both count, also H
        and W (`Ashcroft` is `A226`); letters are those of ASCII, and what is in front of the first is left out; a digit
        in the text hides a letter of that digit behind it (`A1B` is `A000`). In jellyfish, as in the census of the
        United States, H and W do not count (`Ashcroft` is `A261`); accents are taken off; the first character is taken
        as it is, be it a letter or not.

        Parameters
        ----------
        variant
            whose code, a literal: 'postgresql' or 'jellyfish'; 'postgresql' if left out.

        Notes
        -----
        Units: None.

        Nulls and empties: Null for null; empty for empty text, and as in PostgreSQL for text without a
        letter of ASCII.

        Errors: `variant` is something else.

        Examples
        --------
        >>> pl.select(geoplug.soundex("Ashcroft", variant="jellyfish")).item()
        A261

        In SQL::

            SELECT soundex('Gutierrez')
            -- G362
        """
        return self._call("soundex", variant)


class GeoMethods:
    """Methods of the ``geo`` namespace."""

    def _call(self, function: str, *args: Any) -> Any:
        raise NotImplementedError

    def area(self) -> Any:
        """The planar area of the polygons in a geometry.

        Holes are subtracted. Points and lines have no area. Each ring counts with the size that it encloses, whatever
        its direction; a ring that crosses itself counts its loops with opposite signs, as in PostGIS and GEOS.

        Notes
        -----
        Units: Squared units of the coordinates: square metres in a metric CRS, square degrees (hardly what
        you want) in longitude and latitude.

        Nulls and empties: Null for null; 0 for an empty geometry.

        Errors: Malformed WKB.

        Examples
        --------
        >>> pl.select(geoplug.from_wkt("POLYGON((0 0, 4 0, 4 3, 0 3, 0 0))").geo.area()).item()
        12.0

        In SQL::

            SELECT st_area(st_geomfromtext('POLYGON((0 0, 4 0, 4 3, 0 3, 0 0))'))
            -- 12.0
        """
        return self._call("st_area")

    def to_wkb(self) -> Any:
        """The well-known binary (WKB) of a geometry.

        ISO WKB, little endian, with z and m, whatever the layout of the column; without SRID.

        Notes
        -----
        Units: Ordinates in units of the coordinates.

        Nulls and empties: Null for null; an empty point is a point of NaN.

        Errors: Malformed WKB.

        Examples
        --------
        >>> pl.select(geoplug.from_wkt("POINT(1 2)").geo.to_wkb()).item().hex()
        0101000000000000000000f03f0000000000000040

        In SQL::

            SELECT st_astext(st_asbinary(st_geomfromtext('POINT(1 2)')))
            -- POINT(1 2)
        """
        return self._call("st_asbinary")

    def to_geojson(self, maxdecimaldigits: Number = 9) -> Any:
        """The GeoJSON geometry object of a geometry.

        z is written, m is not. There is never a `crs` member: RFC 7946 knows longitude and latitude on WGS 84 only,
        and coordinates are written as they are. Collections in collections are written too; PostGIS refuses them.

        Parameters
        ----------
        maxdecimaldigits
            most digits behind the point (half to even); 9 if left out, 0 for a negative number.

        Notes
        -----
        Units: Ordinates in units of the coordinates; readers take them for degrees.

        Nulls and empties: Null where any argument is null; `"coordinates":[]` or `"geometries":[]` for an
        empty geometry.

        Errors: A NaN or infinite ordinate, for which JSON has no word; malformed WKB.

        Examples
        --------
        >>> pl.select(geoplug.from_wkt("POINT(1.23456 2)").geo.to_geojson(3)).item()
        {"type":"Point","coordinates":[1.235,2]}

        In SQL::

            SELECT st_asgeojson(st_geomfromtext('LINESTRING(0 0, 3 4.5)'))
            -- {"type":"LineString","coordinates":[[0,0],[3,4.5]]}
        """
        return self._call("st_asgeojson", maxdecimaldigits)

    def to_wkt(self, maxdecimaldigits: Number = 15) -> Any:
        """The well-known text (WKT) of a geometry.

        Numbers have the fewest digits that read back as the same, but at most `maxdecimaldigits` behind the point.
        Those of at least 1e15, and those of at most 1e-8, are written with an exponent. z and m are written, the SRID
        is not.

        Parameters
        ----------
        maxdecimaldigits
            most digits behind the point (half to even); 15 if left out, 0 for a negative number.

        Notes
        -----
        Units: Ordinates in units of the coordinates.

        Nulls and empties: Null where any argument is null; `POINT EMPTY` and the like for empty geometries,
        `EMPTY` for empty members.

        Errors: Malformed WKB.

        Examples
        --------
        >>> pl.select(geoplug.from_wkt("MULTIPOINT(0 0, 1 1)").geo.to_wkt()).item()
        MULTIPOINT((0 0),(1 1))

        In SQL::

            SELECT st_astext(st_geomfromtext('POINT(1.23456 -2.0)'), 3)
            -- POINT(1.235 -2)
        """
        return self._call("st_astext", maxdecimaldigits)

    def buffer(self, distance: Number, quad_segs: Number = 8) -> Any:
        """The area within a distance of a geometry, with round ends and corners.

        The result is a polygon or multipolygon. A negative distance shrinks polygons; of points and lines it leaves
        nothing. A distance of 0 leaves polygons, put right: of a ring that crosses itself every loop is kept, where
        PostGIS drops some. Arcs are drawn by `quad_segs` segments for each quarter of a circle.

        Parameters
        ----------
        distance
            how far; may be negative.
        quad_segs
            segments for each quarter of a circle, 1 to 10000; 8 if left out.

        Notes
        -----
        Units: `distance` is in units of the coordinates: degrees in longitude and latitude.

        Nulls and empties: Null where any argument is null; an empty polygon for an empty geometry.

        Errors: A distance that is NaN or beyond 1e100; `quad_segs` out of range; coordinates that are not
        finite or beyond 1e100; malformed WKB.

        Examples
        --------
        >>> pl.select(geoplug.point(0, 0).geo.buffer(1, 64).geo.area().round(3)).item()
        3.141

        In SQL::

            SELECT round(st_area(st_buffer(st_point(0, 0), 1, 64)), 3)
            -- 3.141
        """
        return self._call("st_buffer", distance, quad_segs)

    def centroid(self) -> Any:
        """The centre of mass of a geometry.

        Only the parts of the highest dimension count: polygons by their area; else lines by their length; else points.
        Polygons without area count as the lines around them, lines without length as points. The centroid need not lie
        on the geometry.

        Notes
        -----
        Units: Units of the coordinates.

        Nulls and empties: Null for null; an empty point for an empty geometry.

        Errors: Coordinates that are not finite or beyond 1e100; malformed WKB.

        Examples
        --------
        >>> pl.select(geoplug.from_wkt("POLYGON((0 0, 4 0, 4 3, 0 3, 0 0))").geo.centroid().geo.y()).item()
        1.5

        In SQL::

            SELECT st_astext(st_centroid(st_geomfromtext('POLYGON((0 0, 4 0, 4 3, 0 3, 0 0))')))
            -- POINT(2 1.5)
        """
        return self._call("st_centroid")

    def collect(self) -> Any:
        """All geometries of a group in one, each as it is.

        Points make a MULTIPOINT, line strings a MULTILINESTRING, polygons a MULTIPOLYGON, anything else a
        GEOMETRYCOLLECTION. Nothing is merged: `st_union` does that.

        Notes
        -----
        Units: Those of the coordinates, which are not changed; z and m are kept.

        Nulls and empties: Nulls are passed over, empty geometries are kept; null where nothing is left.

        Errors: Geometries with z or m beside others without; malformed WKB; SRIDs that differ.

        Examples
        --------
        >>> pl.DataFrame({"x": [1, 3], "y": [2, 0]}).select(geoplug.point("x", "y").geo.collect().geo.to_wkt()).item()
        MULTIPOINT((1 2),(3 0))

        In SQL::

            SELECT st_astext(st_collect(geom)) FROM (SELECT st_point(1, 2) AS geom UNION ALL SELECT st_point(1, 2))
            -- MULTIPOINT((1 2),(1 2))
        """
        return self._call("st_collect")

    def contains(self, b: Geometry) -> Any:
        """Whether the first geometry contains the second: no point of `b` lies outside of `a`, and their
        interiors meet.

        What lies in the boundary of `a` alone is not contained in it. The converse of `st_within`.

        Parameters
        ----------
        b
            the contained geometry, of any type.

        Notes
        -----
        Units: None: coordinates are compared exactly as stored, without tolerance.

        Nulls and empties: Null where an argument is null; false where one is empty or has a coordinate that
        is no finite number.

        Errors: Malformed WKB; SRIDs, or CRS, that differ.

        Examples
        --------
        >>> pl.select(geoplug.from_wkt("POLYGON((0 0, 4 0, 0 3, 0 0))").geo.contains(geoplug.from_wkt("POINT(4 0)"))).item()
        False

        In SQL::

            SELECT st_contains(st_geomfromtext('POLYGON((0 0, 4 0, 4 3, 0 3, 0 0))'), st_point(1, 1))
            -- true
        """
        return self._call("st_contains", b)

    def containsproperly(self, b: Geometry) -> Any:
        """Whether every point of the second geometry lies in the interior of the first.

        Unlike `st_contains`, nothing of `b` may touch the boundary of `a`: no polygon contains itself properly.

        Parameters
        ----------
        b
            the contained geometry, of any type.

        Notes
        -----
        Units: None: coordinates are compared exactly as stored, without tolerance.

        Nulls and empties: Null where an argument is null; false where one is empty or has a coordinate that
        is no finite number.

        Errors: Malformed WKB; SRIDs, or CRS, that differ.

        Examples
        --------
        >>> pl.select(geoplug.from_wkt("POLYGON((0 0, 4 0, 0 3, 0 0))").geo.containsproperly(geoplug.point(1, 1))).item()
        True

        In SQL::

            SELECT st_containsproperly(st_geomfromtext('POLYGON((0 0, 4 0, 4 3, 0 3, 0 0))'), st_geomfromtext('LINESTRING(1 1, 4 1)'))
            -- false
        """
        return self._call("st_containsproperly", b)

    def convexhull(self) -> Any:
        """The smallest convex geometry around a geometry.

        A polygon, clockwise from its lowest corner; the line or point that the hull of collinear or equal points is.
        Corners are corners of the input, found by exact arithmetic.

        Notes
        -----
        Units: Units of the coordinates.

        Nulls and empties: Null for null; an empty geometry is returned as it is.

        Errors: Coordinates that are not finite or beyond 1e100; malformed WKB.

        Examples
        --------
        >>> pl.select(geoplug.from_wkt("LINESTRING(0 0, 4 0, 1 1, 0 4)").geo.convexhull().geo.area()).item()
        8.0

        In SQL::

            SELECT st_astext(st_convexhull(st_geomfromtext('LINESTRING(0 0, 4 0, 1 1, 0 4)')))
            -- POLYGON((0 0,0 4,4 0,0 0))
        """
        return self._call("st_convexhull")

    def convexhull_agg(self) -> Any:
        """The smallest convex geometry around all geometries of a group.

        The same as `st_convexhull(st_collect(geom))`, but nothing is kept except corners of the hull so far.

        Notes
        -----
        Units: Units of the coordinates; z and m are left out.

        Nulls and empties: Nulls and empty geometries are passed over; null where nothing is left.

        Errors: Coordinates that are not finite or beyond 1e100; malformed WKB; SRIDs that differ.

        Examples
        --------
        >>> pl.DataFrame({"x": [0, 0, 2], "y": [0, 2, 0]}).select(geoplug.point("x", "y").geo.convexhull_agg().geo.area()).item()
        2.0

        In SQL::

            SELECT st_astext(st_convexhull_agg(geom)) FROM (SELECT st_point(1, 2) AS geom UNION ALL SELECT st_point(3, 0))
            -- LINESTRING(3 0,1 2)
        """
        return self._call("st_convexhull_agg")

    def coveredby(self, b: Geometry) -> Any:
        """Whether the first geometry is covered by the second: no point of `a` lies outside of `b`.

        Unlike `st_within`, it also holds of what lies in the boundary of `b` alone. The converse of `st_covers`.

        Parameters
        ----------
        b
            the covering geometry, of any type.

        Notes
        -----
        Units: None: coordinates are compared exactly as stored, without tolerance.

        Nulls and empties: Null where an argument is null; false where one is empty or has a coordinate that
        is no finite number.

        Errors: Malformed WKB; SRIDs, or CRS, that differ.

        Examples
        --------
        >>> pl.select(geoplug.point(5, 0).geo.coveredby(geoplug.from_wkt("LINESTRING(0 0, 4 0)"))).item()
        False

        In SQL::

            SELECT st_coveredby(st_point(4, 0), st_geomfromtext('POLYGON((0 0, 4 0, 4 3, 0 3, 0 0))'))
            -- true
        """
        return self._call("st_coveredby", b)

    def covers(self, b: Geometry) -> Any:
        """Whether the first geometry covers the second: no point of `b` lies outside of `a`.

        Unlike `st_contains`, it also holds of what lies in the boundary of `a` alone: a polygon covers its own edges. The
        converse of `st_coveredby`.

        Parameters
        ----------
        b
            the covered geometry, of any type.

        Notes
        -----
        Units: None: coordinates are compared exactly as stored, without tolerance.

        Nulls and empties: Null where an argument is null; false where one is empty or has a coordinate that
        is no finite number.

        Errors: Malformed WKB; SRIDs, or CRS, that differ.

        Examples
        --------
        >>> pl.select(geoplug.from_wkt("LINESTRING(0 0, 4 0)").geo.covers(geoplug.point(5, 0))).item()
        False

        In SQL::

            SELECT st_covers(st_geomfromtext('POLYGON((0 0, 4 0, 4 3, 0 3, 0 0))'), st_point(4, 0))
            -- true
        """
        return self._call("st_covers", b)

    def crosses(self, b: Geometry) -> Any:
        """Whether two geometries cross: their interiors meet in something of a lower dimension, and neither
        covers the other.

        Points cross a line or area that holds some of them in its interior, and others not; a line crosses an area that it
        both enters and leaves; two lines cross where their interiors meet in points only. Areas never cross, nor do points.

        Parameters
        ----------
        b
            any geometry.

        Notes
        -----
        Units: None: coordinates are compared exactly as stored, without tolerance.

        Nulls and empties: Null where an argument is null; false where one is empty or has a coordinate that
        is no finite number.

        Errors: Malformed WKB; SRIDs, or CRS, that differ.

        Examples
        --------
        >>> pl.select(geoplug.from_wkt("LINESTRING(1 1, 2 1)").geo.crosses(geoplug.makeenvelope(0, 0, 9, 9))).item()
        False

        In SQL::

            SELECT st_crosses(st_geomfromtext('LINESTRING(0 0, 2 2)'), st_geomfromtext('LINESTRING(0 2, 2 0)'))
            -- true
        """
        return self._call("st_crosses", b)

    def disjoint(self, b: Geometry) -> Any:
        """Whether two geometries share no point.

        The opposite of `st_intersects`: geometries that only touch are not disjoint.

        Parameters
        ----------
        b
            any geometry.

        Notes
        -----
        Units: None: coordinates are compared exactly as stored, without tolerance.

        Nulls and empties: Null where an argument is null; true where one is empty or has a coordinate that
        is no finite number.

        Errors: Malformed WKB; SRIDs, or CRS, that differ.

        Examples
        --------
        >>> pl.select(geoplug.from_wkt("LINESTRING(0 0, 2 2)").geo.disjoint(geoplug.from_wkt("POINT(1 0)"))).item()
        True

        In SQL::

            SELECT st_disjoint(st_geomfromtext('LINESTRING(0 0, 2 2)'), st_point(1, 0))
            -- true
        """
        return self._call("st_disjoint", b)

    def distance(self, b: Geometry) -> Any:
        """The smallest planar distance between two geometries.

        Geometries that share a point have distance 0, polygons including their interior.

        Parameters
        ----------
        b
            any geometry.

        Notes
        -----
        Units: Units of the coordinates: degrees, which are no measure of length, in longitude and latitude.
        Z is ignored.

        Nulls and empties: Null where an argument is null, or where one, or a member of one, is empty. NaN
        where a coordinate is no finite number.

        Errors: Malformed WKB; SRIDs, or CRS, that differ.

        Examples
        --------
        >>> pl.select(geoplug.point(0, 0).geo.distance(geoplug.point(3, 4))).item()
        5.0

        In SQL::

            SELECT st_distance(st_point(0, 0), st_geomfromtext('LINESTRING(3 -5, 3 5)'))
            -- 3.0
        """
        return self._call("st_distance", b)

    def dwithin(self, b: Geometry, distance: Number) -> Any:
        """Whether two geometries lie within a distance of each other.

        A distance of exactly `distance` counts. Faster than comparing `st_distance`, because pairs that are clearly near
        or far are not measured.

        Parameters
        ----------
        b
            any geometry.
        distance
            how far apart they may be, 0 or more.

        Notes
        -----
        Units: `distance` is in units of the coordinates: degrees in longitude and latitude.

        Nulls and empties: Null where an argument is null; false where a geometry, or a member of one, is
        empty or has a coordinate that is no finite number, and where `distance` is NaN.

        Errors: A negative distance; malformed WKB; SRIDs, or CRS, that differ.

        Examples
        --------
        >>> pl.select(geoplug.point(0, 0).geo.dwithin(geoplug.point(3, 4), 4.9)).item()
        False

        In SQL::

            SELECT st_dwithin(st_point(0, 0), st_point(3, 4), 5)
            -- true
        """
        return self._call("st_dwithin", b, distance)

    def envelope(self) -> Any:
        """The bounding box of a geometry, as a geometry.

        A polygon, clockwise from its lowest corner; the line or point that a box without height or width is.

        Notes
        -----
        Units: Units of the coordinates.

        Nulls and empties: Null for null; an empty geometry is returned as it is, and so is one that has no
        box because every x or every y is NaN.

        Errors: Malformed WKB.

        Examples
        --------
        >>> pl.select(geoplug.from_wkt("LINESTRING(1 9, 7 2)").geo.envelope().geo.area()).item()
        42.0

        In SQL::

            SELECT st_astext(st_envelope(st_geomfromtext('LINESTRING(1 9, 7 2)')))
            -- POLYGON((1 2,1 9,7 9,7 2,1 2))
        """
        return self._call("st_envelope")

    def equals(self, b: Geometry) -> Any:
        """Whether two geometries are the same set of points.

        Neither the order of vertices nor vertices on straight lines matter, nor how parts are grouped.

        Parameters
        ----------
        b
            any geometry.

        Notes
        -----
        Units: None: coordinates are compared exactly as stored, without tolerance.

        Nulls and empties: Null where an argument is null; true for two empty geometries, false for one;
        false where a coordinate is no finite number.

        Errors: Malformed WKB; SRIDs, or CRS, that differ.

        Examples
        --------
        >>> pl.select(geoplug.from_wkt("LINESTRING(0 0, 2 2)").geo.equals(geoplug.from_wkt("LINESTRING(2 2, 0 0)"))).item()
        True

        In SQL::

            SELECT st_equals(st_geomfromtext('LINESTRING(0 0, 2 2)'), st_geomfromtext('LINESTRING(2 2, 1 1, 0 0)'))
            -- true
        """
        return self._call("st_equals", b)

    def extent(self) -> Any:
        """The box around all geometries of a group.

        A polygon; where all coordinates are on one upright or level line, a line; where all are one position, a point.

        Notes
        -----
        Units: Units of the coordinates; z and m are left out.

        Nulls and empties: Nulls and empty geometries are passed over; null where nothing is left.

        Errors: Malformed WKB; SRIDs that differ.

        Examples
        --------
        >>> pl.DataFrame({"x": [1, 3], "y": [2, 0]}).select(geoplug.point("x", "y").geo.extent().geo.to_wkt()).item()
        POLYGON((1 0,1 2,3 2,3 0,1 0))

        In SQL::

            SELECT st_astext(st_extent(geom)) FROM (SELECT st_point(1, 2) AS geom UNION ALL SELECT st_point(3, 0))
            -- POLYGON((1 0,1 2,3 2,3 0,1 0))
        """
        return self._call("st_extent")

    def geometrytype(self) -> Any:
        """The type of a geometry, spelt as PostGIS does: `ST_Point`, `ST_LineString`, `ST_Polygon`,
        `ST_MultiPoint`, `ST_MultiLineString`, `ST_MultiPolygon` or `ST_GeometryCollection`.

        Notes
        -----
        Units: None.

        Nulls and empties: Null for null; an empty geometry has a type like any other.

        Errors: Malformed WKB.

        Examples
        --------
        >>> pl.select(geoplug.point(3, 4).geo.geometrytype()).item()
        ST_Point

        In SQL::

            SELECT st_geometrytype(st_point(3, 4))
            -- ST_Point
        """
        return self._call("st_geometrytype")

    def from_geojson(self, srid: int = 4326) -> Any:
        """A geometry from a GeoJSON geometry object.

        Coordinates are longitude and latitude on WGS 84, as RFC 7946 says, unless `srid` says otherwise. z is kept;
        where only some positions have one, it is 0 in the others. A `crs` member, of the format before RFC 7946, must
        name the CRS that `srid` does; if `srid` is 0, it becomes the SRID of the row.

        Parameters
        ----------
        srid
            number of the EPSG code that the result is in, a literal; 4326 if left out, 0 for unknown.

        Notes
        -----
        Units: Units of the CRS that `srid` names.

        Nulls and empties: Null where any argument is null; an empty list of coordinates or geometries gives
        an empty geometry.

        Errors: Text that is not JSON, or nested more than 128 deep; anything but a geometry object; a ring
        that is not closed or has fewer than 4 points; a line of 1 point; a `crs` that contradicts `srid`;
        `srid` above 999999.

        Examples
        --------
        >>> pl.select(geoplug.from_geojson('{"type": "Point", "coordinates": [1, 2, 3]}').geo.to_wkt()).item()
        POINT Z (1 2 3)

        In SQL::

            SELECT st_astext(st_geomfromgeojson('{"type": "Point", "coordinates": [1, 2]}'))
            -- POINT(1 2)
        """
        return self._call("st_geomfromgeojson", srid)

    def from_wkt(self, srid: int = 0) -> Any:
        """A geometry from its well-known text (WKT).

        Letter case does not matter. z and m may be tagged (`POINT Z (1 2 3)`, `POINTM(1 2 3)`) or be there untagged:
        three ordinates are x, y and z. `EMPTY` may stand for a geometry or for any part of one. EWKT is read too:
        where `srid` is left out or 0, a leading `SRID=4326;` becomes the SRID of the row. `POINT(NaN NaN)` is the
        empty point, because WKB cannot tell the two apart; PostGIS keeps them apart.

        Parameters
        ----------
        srid
            number of the EPSG code that the result is in, a literal; 0, which is unknown, if left out.

        Notes
        -----
        Units: Units of the CRS that `srid` names.

        Nulls and empties: Null where any argument is null; empty geometries are kept with their type.

        Errors: Text that is not WKT, with the character where it goes wrong; a ring that is not closed or
        has fewer than 4 points; a line of 1 point; collections nested more than 200 deep; curves; infinite
        ordinates; `srid` above 999999.

        Examples
        --------
        >>> pl.select(geoplug.from_wkt("LINESTRING(0 0, 3 4)").geo.to_wkt()).item()
        LINESTRING(0 0,3 4)

        In SQL::

            SELECT st_astext(st_geomfromtext('point z (1 2.50 3)'))
            -- POINT Z (1 2.5 3)
        """
        return self._call("st_geomfromtext", srid)

    def from_wkb(self, srid: int = 0) -> Any:
        """A geometry from well-known binary (WKB).

        Reads ISO WKB and EWKB of either byte order, with z and m, and checks it once, here. Where `srid` is left out
        or 0, the SRID of EWKB stays with the row. Bytes behind the geometry are ignored, as in PostGIS.

        Parameters
        ----------
        srid
            number of the EPSG code that the result is in, a literal; 0, which is unknown, if left out.

        Notes
        -----
        Units: Units of the CRS that `srid` names.

        Nulls and empties: Null where any argument is null; empty geometries are kept with their type.

        Errors: Malformed WKB; a ring that is not closed or has fewer than 4 points; a line of 1 point;
        collections nested more than 200 deep; curves; `srid` above 999999.

        Examples
        --------
        >>> pl.select(geoplug.from_wkt("POINT(1 2)").geo.to_wkb().geo.from_wkb().geo.to_wkt()).item()
        POINT(1 2)

        In SQL::

            SELECT st_astext(st_geomfromwkb(X'0101000000000000000000f03f0000000000000040'))
            -- POINT(1 2)
        """
        return self._call("st_geomfromwkb", srid)

    def intersection(self, b: Geometry) -> Any:
        """The intersection of two geometries: all points that lie in both.

        The result is the simplest type that can hold it: of polygons that touch, the edge or corner that they share.
        Lines are cut wherever they meet something.

        Parameters
        ----------
        b
            any geometry.

        Notes
        -----
        Units: Units of the coordinates. The result has x and y only.

        Nulls and empties: Null where an argument is null; an empty geometry where one is empty or they
        share no point.

        Errors: A polygon whose rings cross, where it must be cut; coordinates that are not finite or beyond
        1e100; malformed WKB; SRIDs, or CRS, that differ.

        Examples
        --------
        >>> pl.select(geoplug.from_wkt("LINESTRING(0 0, 2 2)").geo.intersection(geoplug.point(1, 1)).geo.to_wkt()).item()
        POINT(1 1)

        In SQL::

            SELECT st_astext(st_intersection(
                st_geomfromtext('LINESTRING(-1 1, 5 1)'),
                st_geomfromtext('POLYGON((0 0, 2 0, 2 2, 0 2, 0 0))')
            ))
            -- LINESTRING(0 1,2 1)
        """
        return self._call("st_intersection", b)

    def intersects(self, b: Geometry) -> Any:
        """Whether two geometries share a point.

        A point on a boundary counts. The opposite of `st_disjoint`.

        Parameters
        ----------
        b
            any geometry.

        Notes
        -----
        Units: None: coordinates are compared exactly as stored, without tolerance.

        Nulls and empties: Null where an argument is null; false where one is empty or has a coordinate that
        is no finite number.

        Errors: Malformed WKB; SRIDs, or CRS, that differ.

        Examples
        --------
        >>> pl.select(geoplug.from_wkt("POLYGON((0 0, 4 0, 0 3, 0 0))").geo.intersects(geoplug.from_wkt("POINT(4 0)"))).item()
        True

        In SQL::

            SELECT st_intersects(st_geomfromtext('POLYGON((0 0, 4 0, 4 3, 0 3, 0 0))'), st_point(4, 1))
            -- true
        """
        return self._call("st_intersects", b)

    def isempty(self) -> Any:
        """Whether a geometry holds no point.

        A collection of nothing but empty geometries is empty.

        Notes
        -----
        Units: None.

        Nulls and empties: Null for null; true for an empty geometry. A point whose x and y are both NaN is
        the empty point of WKB.

        Errors: Malformed WKB.

        Examples
        --------
        >>> pl.select(geoplug.from_wkt("POLYGON EMPTY").geo.isempty()).item()
        True

        In SQL::

            SELECT st_isempty(st_geomfromtext('POLYGON EMPTY'))
            -- true
        """
        return self._call("st_isempty")

    def length(self) -> Any:
        """The planar length of the lines in a geometry.

        Points have no length, and polygons none either: the length of their rings is `st_perimeter`. z is not counted.

        Notes
        -----
        Units: Units of the coordinates: metres in a metric CRS, degrees in longitude and latitude.

        Nulls and empties: Null for null; 0 for an empty geometry and for one without lines.

        Errors: Malformed WKB.

        Examples
        --------
        >>> pl.select(geoplug.from_wkt("LINESTRING(0 0, 3 4)").geo.length()).item()
        5.0

        In SQL::

            SELECT st_length(st_geomfromtext('LINESTRING(0 0, 3 4)'))
            -- 5.0
        """
        return self._call("st_length")

    def makeenvelope(self, ymin: Number, xmax: Number, ymax: Number, srid: int = 0) -> Any:
        """A rectangle from its sides.

        The result is always a polygon of five points, clockwise from its lowest corner; where sides meet or are
        swapped, it is written all the same, as in PostGIS.

        Parameters
        ----------
        ymin
            smallest y.
        xmax
            largest x.
        ymax
            largest y.
        srid
            EPSG code of the CRS that the result is typed with, a literal; 0 (unknown) if left out.

        Notes
        -----
        Units: Units of the CRS.

        Nulls and empties: Null where any argument is null.

        Errors: An `srid` that is not a literal between 0 and 999999.

        Examples
        --------
        >>> pl.select(geoplug.makeenvelope(0, 0, 4, 3).geo.area()).item()
        12.0

        In SQL::

            SELECT st_astext(st_makeenvelope(0, 0, 4, 3))
            -- POLYGON((0 0,0 3,4 3,4 0,0 0))
        """
        return self._call("st_makeenvelope", ymin, xmax, ymax, srid)

    def makeline(self, b: Geometry) -> Any:
        """The line through the positions of one geometry and then those of another.

        Where a line string is to go on from the position that the line has reached, that position is not repeated; points
        are taken as they are.

        Parameters
        ----------
        b
            a point, multipoint or line string.

        Notes
        -----
        Units: Those of the coordinates, which are not changed; z and m are kept.

        Nulls and empties: Null where an argument is null; an empty geometry adds no position, and of none
        the line is empty.

        Errors: Other types; only one position; z or m in one geometry and not in the other; malformed WKB;
        SRIDs, or CRS, that differ.

        Examples
        --------
        >>> pl.select(geoplug.point(0, 0).geo.makeline(geoplug.point(3, 4)).geo.to_wkt()).item()
        LINESTRING(0 0,3 4)

        In SQL::

            SELECT st_length(st_makeline(st_point(0, 0), st_point(3, 4)))
            -- 5.0
        """
        return self._call("st_makeline", b)

    def npoints(self) -> Any:
        """The number of coordinates in a geometry.

        Repeated ones count each time, so that the closing coordinate of a ring counts too.

        Notes
        -----
        Units: None.

        Nulls and empties: Null for null; 0 for an empty geometry. Empty points of a multipoint do not
        count.

        Errors: Malformed WKB.

        Examples
        --------
        >>> pl.select(geoplug.from_wkt("POLYGON((0 0, 4 0, 4 3, 0 0))").geo.npoints()).item()
        4

        In SQL::

            SELECT st_npoints(st_geomfromtext('POLYGON((0 0, 4 0, 4 3, 0 0))'))
            -- 4
        """
        return self._call("st_npoints")

    def overlaps(self, b: Geometry) -> Any:
        """Whether two geometries of one dimension overlap: their interiors share something of that dimension,
        and neither covers the other.

        Geometries of different dimensions never overlap: see `st_crosses`.

        Parameters
        ----------
        b
            any geometry.

        Notes
        -----
        Units: None: coordinates are compared exactly as stored, without tolerance.

        Nulls and empties: Null where an argument is null; false where one is empty or has a coordinate that
        is no finite number.

        Errors: Malformed WKB; SRIDs, or CRS, that differ.

        Examples
        --------
        >>> pl.select(geoplug.makeenvelope(0, 0, 9, 9).geo.overlaps(geoplug.makeenvelope(1, 1, 3, 3))).item()
        False

        In SQL::

            SELECT st_overlaps(st_makeenvelope(0, 0, 2, 2), st_makeenvelope(1, 1, 3, 3))
            -- true
        """
        return self._call("st_overlaps", b)

    def perimeter(self) -> Any:
        """The planar length of the boundaries of the polygons in a geometry.

        Shells and holes both count. Points and lines have no perimeter: the length of a line is `st_length`.

        Notes
        -----
        Units: Units of the coordinates: metres in a metric CRS, degrees in longitude and latitude.

        Nulls and empties: Null for null; 0 for an empty geometry and for one without polygons.

        Errors: Malformed WKB.

        Examples
        --------
        >>> pl.select(geoplug.from_wkt("POLYGON((0 0, 4 0, 4 3, 0 3, 0 0))").geo.perimeter()).item()
        14.0

        In SQL::

            SELECT st_perimeter(st_geomfromtext('POLYGON((0 0, 4 0, 4 3, 0 3, 0 0))'))
            -- 14.0
        """
        return self._call("st_perimeter")

    def point(self, y: Number, srid: int = 0) -> Any:
        """A point from its coordinates.

        Parameters
        ----------
        y
            y, or latitude.
        srid
            EPSG code of the CRS that the result is typed with, a literal; 0 (unknown) if left out.

        Notes
        -----
        Units: Units of the CRS.

        Nulls and empties: Null where any argument is null. A point whose x and y are both NaN is the empty
        point of WKB.

        Errors: An `srid` that is not a literal between 0 and 999999.

        Examples
        --------
        >>> pl.select(geoplug.point(1, 2).geo.x()).item()
        1.0

        In SQL::

            SELECT st_astext(st_point(1, 2))
            -- POINT(1 2)
        """
        return self._call("st_point", y, srid)

    def relate(self, b: Geometry, pattern: Text | None = None) -> Any:
        """The DE-9IM matrix of two geometries, or whether it matches a pattern.

        The matrix is nine characters: the dimension of what the interior, boundary and exterior of `a` (row by row) have
        in common with the interior, boundary and exterior of `b`: `0` points, `1` lines, `2` areas, `F` nothing. The
        boundary of lines follows the mod-2 rule: ends of an odd number of lines.

        Parameters
        ----------
        b
            any geometry.
        pattern
            nine characters, one for each cell of the matrix: `T` anything but `F`, `*` anything at all, or the
            very dimension (`0`, `1`, `2`, `F`). Where it is given, the result is true or false.

        Notes
        -----
        Units: None: coordinates are compared exactly as stored, without tolerance.

        Nulls and empties: Null where an argument is null. The interior and the boundary of an empty
        geometry have nothing in common with anything: two empty geometries give `FFFFFFFF2`. A geometry
        with a coordinate that is no finite number counts as empty.

        Errors: A pattern that is not nine of the characters `012TF*`; malformed WKB; SRIDs, or CRS, that
        differ.

        Examples
        --------
        >>> pl.select(geoplug.point(0, 0).geo.relate(geoplug.from_wkt("LINESTRING(0 0, 1 1)"), "F0FFFFTTT")).item()
        True

        In SQL::

            SELECT st_relate(st_makeenvelope(0, 0, 2, 2), st_makeenvelope(1, 1, 3, 3))
            -- 212101212
        """
        return self._call("st_relate", b, *given(pattern))

    def setsrid(self, srid: int) -> Any:
        """The same geometry, declared to be in another CRS. Coordinates stay as they are.

        The type of the result carries the CRS, for the column as a whole; SRIDs of single rows (EWKB) are taken off.

        Parameters
        ----------
        srid
            EPSG code of the CRS, a literal; 0 for unknown.

        Notes
        -----
        Units: None.

        Nulls and empties: Null where any argument is null; an empty geometry stays empty.

        Errors: An `srid` that is not a literal between 0 and 999999; malformed WKB.

        Examples
        --------
        >>> pl.select(geoplug.point(3, 4).geo.setsrid(3857).geo.srid()).item()
        3857

        In SQL::

            SELECT st_srid(st_setsrid(st_point(3, 4), 3857))
            -- 3857
        """
        return self._call("st_setsrid", srid)

    def simplify(self, tolerance: Number) -> Any:
        """A geometry with fewer vertices, none of which moves: the Douglas-Peucker algorithm.

        A vertex is left out if what replaces it passes within `tolerance` of it. The ends of a line stay, and so does
        the first vertex of a ring; points stay as they are, and z and m of what stays. The result may cross itself.

        Rings of which fewer than four vertices are left, and closed lines of which only the ends are left, disappear;
        a polygon disappears with its shell.

        Parameters
        ----------
        tolerance
            how far a vertex may lie from the result, at least 0.

        Notes
        -----
        Units: `tolerance` is in units of the coordinates: degrees in longitude and latitude.

        Nulls and empties: Null where any argument is null, and where all of the geometry disappears, as in
        PostGIS; an empty geometry is returned as it is.

        Errors: A `tolerance` that is negative or NaN (PostGIS drops the sign); coordinates that are not
        finite or beyond 1e100; malformed WKB.

        Examples
        --------
        >>> pl.select(geoplug.from_wkt("LINESTRING(0 0, 2 0.5, 4 0, 4 3)").geo.simplify(1).geo.npoints()).item()
        3

        In SQL::

            SELECT st_astext(st_simplify(st_geomfromtext('LINESTRING(0 0, 2 0.5, 4 0, 4 3)'), 1))
            -- LINESTRING(0 0,4 0,4 3)
        """
        return self._call("st_simplify", tolerance)

    def srid(self) -> Any:
        """The SRID of a geometry: that of its own EWKB, else the EPSG code of its column's CRS.

        Notes
        -----
        Units: None.

        Nulls and empties: Null for null; 0 where the CRS is unknown, or known but without a number.
        OGC:CRS84 counts as 4326.

        Errors: Malformed WKB.

        Examples
        --------
        >>> pl.select(geoplug.point(3, 4, 4326).geo.srid()).item()
        4326

        In SQL::

            SELECT st_srid(st_point(3, 4, 4326))
            -- 4326
        """
        return self._call("st_srid")

    def touches(self, b: Geometry) -> Any:
        """Whether two geometries touch: they share a point, but their interiors do not meet.

        Two points never touch, since they have no boundary.

        Parameters
        ----------
        b
            any geometry.

        Notes
        -----
        Units: None: coordinates are compared exactly as stored, without tolerance.

        Nulls and empties: Null where an argument is null; false where one is empty or has a coordinate that
        is no finite number.

        Errors: Malformed WKB; SRIDs, or CRS, that differ.

        Examples
        --------
        >>> pl.select(geoplug.from_wkt("LINESTRING(0 0, 2 2)").geo.touches(geoplug.from_wkt("LINESTRING(0 2, 2 0)"))).item()
        False

        In SQL::

            SELECT st_touches(st_makeenvelope(0, 0, 1, 1), st_makeenvelope(1, 0, 2, 1))
            -- true
        """
        return self._call("st_touches", b)

    def union(self, b: Geometry) -> Any:
        """The union of two geometries: all points that lie in either.

        The result is the simplest type that can hold it. Polygons that overlap or share an edge melt together; lines are
        cut wherever they meet something, and what is inside of a polygon goes up in it.

        Parameters
        ----------
        b
            any geometry.

        Notes
        -----
        Units: Units of the coordinates. The result has x and y only.

        Nulls and empties: Null where an argument is null; of an empty geometry and another, the other as it
        is.

        Errors: A polygon whose rings cross, where it must be cut; coordinates that are not finite or beyond
        1e100; malformed WKB; SRIDs, or CRS, that differ.

        Examples
        --------
        >>> pl.select(geoplug.point(0, 0).geo.union(geoplug.point(1, 2)).geo.to_wkt()).item()
        MULTIPOINT((0 0),(1 2))

        In SQL::

            SELECT st_area(st_union(
                st_geomfromtext('POLYGON((0 0, 2 0, 2 2, 0 2, 0 0))'),
                st_geomfromtext('POLYGON((1 1, 3 1, 3 3, 1 3, 1 1))')
            ))
            -- 7.0
        """
        return self._call("st_union", b)

    def union_agg(self) -> Any:
        """The union of all geometries of a group: all points that lie in any.

        The result is the simplest type that can hold it. Polygons that overlap or share an edge melt together; lines are
        cut wherever they meet something, and what is inside of a polygon goes up in it. Geometries are united as they
        come, so that a group takes little more memory than its union.

        Notes
        -----
        Units: Units of the coordinates. The result has x and y only.

        Nulls and empties: Nulls are passed over, and empty geometries too unless there is nothing else:
        then the result is an empty geometry of the highest type among them. Null where nothing is left.

        Errors: Coordinates that are not finite or beyond 1e100; malformed WKB; SRIDs that differ.

        Examples
        --------
        >>> pl.DataFrame({"x": [3, 1, 1], "y": [0, 2, 2]}).select(geoplug.point("x", "y").geo.union_agg().geo.to_wkt()).item()
        MULTIPOINT((1 2),(3 0))

        In SQL::

            SELECT st_area(st_union_agg(geom))
            FROM (SELECT st_makeenvelope(0, 0, 2, 2) AS geom UNION ALL SELECT st_makeenvelope(1, 1, 3, 3))
            -- 7.0
        """
        return self._call("st_union_agg")

    def within(self, b: Geometry) -> Any:
        """Whether the first geometry lies within the second: no point of `a` lies outside of `b`, and their
        interiors meet.

        What lies in the boundary of `b` alone is not within it. The converse of `st_contains`.

        Parameters
        ----------
        b
            the containing geometry, of any type.

        Notes
        -----
        Units: None: coordinates are compared exactly as stored, without tolerance.

        Nulls and empties: Null where an argument is null; false where one is empty or has a coordinate that
        is no finite number.

        Errors: Malformed WKB; SRIDs, or CRS, that differ.

        Examples
        --------
        >>> pl.select(geoplug.point(4, 0).geo.within(geoplug.from_wkt("POLYGON((0 0, 4 0, 0 3, 0 0))"))).item()
        False

        In SQL::

            SELECT st_within(st_point(1, 1), st_geomfromtext('POLYGON((0 0, 4 0, 4 3, 0 3, 0 0))'))
            -- true
        """
        return self._call("st_within", b)

    def x(self) -> Any:
        """The x coordinate of a point.

        Notes
        -----
        Units: Units of the coordinates; longitude in degrees where the CRS is geographic.

        Nulls and empties: Null for null and for an empty point.

        Errors: A geometry that is not a point; malformed WKB.

        Examples
        --------
        >>> pl.select(geoplug.point(3, 4).geo.x()).item()
        3.0

        In SQL::

            SELECT st_x(st_point(3, 4))
            -- 3.0
        """
        return self._call("st_x")

    def xmax(self) -> Any:
        """The largest x coordinate of a geometry.

        It is that side of the bounding box. Coordinates of NaN are passed over.

        Notes
        -----
        Units: Units of the coordinates.

        Nulls and empties: Null for null, for an empty geometry and where every x or every y is NaN.

        Errors: Malformed WKB.

        Examples
        --------
        >>> pl.select(geoplug.from_wkt("LINESTRING(1 9, 7 2)").geo.xmax()).item()
        7.0

        In SQL::

            SELECT st_xmax(st_geomfromtext('LINESTRING(1 9, 7 2)'))
            -- 7.0
        """
        return self._call("st_xmax")

    def xmin(self) -> Any:
        """The smallest x coordinate of a geometry.

        It is that side of the bounding box. Coordinates of NaN are passed over.

        Notes
        -----
        Units: Units of the coordinates.

        Nulls and empties: Null for null, for an empty geometry and where every x or every y is NaN.

        Errors: Malformed WKB.

        Examples
        --------
        >>> pl.select(geoplug.from_wkt("LINESTRING(1 9, 7 2)").geo.xmin()).item()
        1.0

        In SQL::

            SELECT st_xmin(st_geomfromtext('LINESTRING(1 9, 7 2)'))
            -- 1.0
        """
        return self._call("st_xmin")

    def y(self) -> Any:
        """The y coordinate of a point.

        Notes
        -----
        Units: Units of the coordinates; latitude in degrees where the CRS is geographic.

        Nulls and empties: Null for null and for an empty point.

        Errors: A geometry that is not a point; malformed WKB.

        Examples
        --------
        >>> pl.select(geoplug.point(3, 4).geo.y()).item()
        4.0

        In SQL::

            SELECT st_y(st_point(3, 4))
            -- 4.0
        """
        return self._call("st_y")

    def ymax(self) -> Any:
        """The largest y coordinate of a geometry.

        It is that side of the bounding box. Coordinates of NaN are passed over.

        Notes
        -----
        Units: Units of the coordinates.

        Nulls and empties: Null for null, for an empty geometry and where every x or every y is NaN.

        Errors: Malformed WKB.

        Examples
        --------
        >>> pl.select(geoplug.from_wkt("LINESTRING(1 9, 7 2)").geo.ymax()).item()
        9.0

        In SQL::

            SELECT st_ymax(st_geomfromtext('LINESTRING(1 9, 7 2)'))
            -- 9.0
        """
        return self._call("st_ymax")

    def ymin(self) -> Any:
        """The smallest y coordinate of a geometry.

        It is that side of the bounding box. Coordinates of NaN are passed over.

        Notes
        -----
        Units: Units of the coordinates.

        Nulls and empties: Null for null, for an empty geometry and where every x or every y is NaN.

        Errors: Malformed WKB.

        Examples
        --------
        >>> pl.select(geoplug.from_wkt("LINESTRING(1 9, 7 2)").geo.ymin()).item()
        2.0

        In SQL::

            SELECT st_ymin(st_geomfromtext('LINESTRING(1 9, 7 2)'))
            -- 2.0
        """
        return self._call("st_ymin")

    def try_from_geojson(self, srid: int = 4326) -> Any:
        """A geometry from a GeoJSON geometry object, or null where that is malformed.

        The same as `st_geomfromgeojson`, for data that may be dirty.

        Parameters
        ----------
        srid
            number of the EPSG code that the result is in, a literal; 4326 if left out, 0 for unknown.

        Notes
        -----
        Units: Units of the CRS that `srid` names.

        Nulls and empties: Null where any argument is null, and where `st_geomfromgeojson` fails on the row;
        empty geometries are kept with their type.

        Errors: `srid` above 999999.

        Examples
        --------
        >>> pl.select(geoplug.try_from_geojson('{"type": "Point"}').geo.to_wkt()).item()
        None

        In SQL::

            SELECT st_astext(try_st_geomfromgeojson('{"type": "Point"}'))
            -- NULL
        """
        return self._call("try_st_geomfromgeojson", srid)

    def try_from_wkt(self, srid: int = 0) -> Any:
        """A geometry from well-known text (WKT), or null where that is malformed.

        The same as `st_geomfromtext`, for data that may be dirty.

        Parameters
        ----------
        srid
            number of the EPSG code that the result is in, a literal; 0, which is unknown, if left out.

        Notes
        -----
        Units: Units of the CRS that `srid` names.

        Nulls and empties: Null where any argument is null, and where `st_geomfromtext` fails on the row;
        empty geometries are kept with their type.

        Errors: `srid` above 999999.

        Examples
        --------
        >>> pl.select(geoplug.try_from_wkt("POINT(1").geo.to_wkt()).item()
        None

        In SQL::

            SELECT st_astext(try_st_geomfromtext('POINT(1'))
            -- NULL
        """
        return self._call("try_st_geomfromtext", srid)

    def try_from_wkb(self, srid: int = 0) -> Any:
        r"""A geometry from well-known binary (WKB), or null where that is malformed.

        The same as `st_geomfromwkb`, for data that may be dirty.

        Parameters
        ----------
        srid
            number of the EPSG code that the result is in, a literal; 0, which is unknown, if left out.

        Notes
        -----
        Units: Units of the CRS that `srid` names.

        Nulls and empties: Null where any argument is null, and where `st_geomfromwkb` fails on the row;
        empty geometries are kept with their type.

        Errors: `srid` above 999999.

        Examples
        --------
        >>> pl.select(pl.lit(b"\x01\x01").geo.try_from_wkb().geo.to_wkt()).item()
        None

        In SQL::

            SELECT st_astext(try_st_geomfromwkb(X'0101'))
            -- NULL
        """
        return self._call("try_st_geomfromwkb", srid)


NAMESPACES: dict[str, type] = {
    "fuzzy": FuzzyMethods,
    "geo": GeoMethods,
}
