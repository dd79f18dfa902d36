"""The words by which people name the columns of a table of counts, in English and Spanish."""

from __future__ import annotations

import re

from corredor.record.readers.cells import fold, text, without_footnote

_WORDS = {
    "month": ("month", "mes", "months", "meses", "period", "periodo", "year month", "month year",
              "año mes", "mes año", "mes y año", "año y mes"),
    "date": ("date", "fecha", "day", "día", "dates", "fechas"),
    "year": ("year", "año", "anio", "ano"),
    "start": ("start", "inicio", "comienzo", "desde", "from", "begin", "start date", "first day",
              "date start", "date from", "fecha inicio", "fecha de inicio", "fecha inicial",
              "fecha desde", "primer día"),
    "end": ("end", "fin", "final", "término", "hasta", "to", "until", "end date", "last day",
            "date end", "date to", "fecha fin", "fecha de fin", "fecha final", "fecha hasta",
            "fecha de término", "último día"),
    "place": ("place", "lugar", "sitio", "site", "location", "ubicación", "localidad",
              "municipality", "municipio", "city", "ciudad", "shelter", "albergue", "camp",
              "campamento"),
    "category": ("category", "categoría", "group", "grupo", "nationality", "nacionalidad",
                 "citizenship", "class", "clase"),
    "value": ("value", "valor", "total", "count", "counts", "conteo", "cantidad", "number",
              "número", "n", "figure", "cifra", "people", "personas", "persons", "events",
              "eventos", "cases", "casos", "arrivals", "llegadas", "entries", "entradas",
              "ingresos", "encounters", "encuentros", "detentions", "detenciones", "migrants",
              "migrantes"),
    "unit": ("unit", "units", "unidad", "unidades", "unidad de medida"),
    "note": ("note", "notes", "nota", "notas", "comment", "comments", "comentario", "comentarios",
             "remarks", "observaciones"),
    "edition": ("edition", "edición"),
    "source": ("source", "sources", "fuente", "fuentes"),
}  # fmt: skip
_ROLES = {fold(word): role for role, words in _WORDS.items() for word in words}
_IN_BRACKETS = re.compile(r"\s*[\[(][^\])]*[\])]\s*$")
TOTALS = {
    fold(word)
    for word in ("total", "totals", "totales", "grand total", "total general", "sum", "suma",
                 "subtotal", "all", "todos", "todas", "overall")
}  # fmt: skip
THOUSANDS = {"thousand", "thousands", "miles", "millares"}


def role(heading: object) -> str:
    """Return what a column is by its heading; empty where the heading is none of the known words.

    Returns
    -------
    str
        ``month``, ``date``, ``year``, ``start``, ``end``, ``place``, ``category``, ``value``,
        ``unit``, ``note``, ``edition`` or ``source``.

    Examples
    --------
    >>> role("Fecha de inicio"), role("Valor (personas)"), role("sex")
    ('start', 'value', '')
    """
    name = without_footnote(text(heading))
    return _ROLES.get(fold(name)) or _ROLES.get(fold(_IN_BRACKETS.sub("", name)), "")


def is_total(cell: object) -> bool:
    """Return whether a cell stands for the whole of something: ``Total``, ``todos``, ``all``."""
    return fold(text(cell)) in TOTALS


def speaks_of_thousands(cell: object) -> bool:
    """Return whether a heading or a unit says that figures are in thousands."""
    return bool(THOUSANDS & set(fold(text(cell)).split()))
