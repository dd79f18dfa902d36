"""A diary of persons, streamed to Parquet while a run goes on.

``persons.parquet`` has a row for each person, written when they leave or at the end;
``moves.parquet`` a row for each transition of the persons whose way is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from corredor.engine.program import Program
from corredor.engine.random.philox import STEPS_A_DAY

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

ROWS_AT_ONCE = 1_000_000


class Diary:
    """Writes what becomes of persons; use it as a context manager.

    Parameters
    ----------
    program : Program
        What is run: its labels say what a state means.
    folder : Path
        An existing, empty folder.
    every : int
        Keep the whole way of one person in so many; 0 keeps nobody's.
    """

    def __init__(self, program: Program, folder: Path, every: int = 0) -> None:
        self.folder, self.every = folder, every
        self._begin = program.begin
        self._process = [f"{process}: {step.name}" for process, step in program.steps]
        self._labels = {name: _coded(values) for name, values in program.labels().items()}
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._waiting: dict[str, list[pa.RecordBatch]] = {"persons": [], "moves": []}
        self._rows = dict.fromkeys(self._waiting, 0)

    def note_persons(
        self,
        replicate: int,
        person: NDArray[np.uint32],
        entered: NDArray[np.int32],
        left: NDArray[np.int32],
        state: NDArray[np.int32],
        traits: Mapping[str, NDArray[np.int32]],
    ) -> None:
        """Keep persons: days of coming and leaving (-1: still there), last state, traits."""
        import pyarrow as pa

        columns = {
            "replicate": pa.array(np.full(len(person), replicate, np.int32)),
            "person": pa.array(person),
            "entered": pa.array(self._days(entered)),
            "left": pa.array(self._days(left), mask=left < 0),
            **self._named(state, "last_"),
            **{name: pa.array(values) for name, values in traits.items()},
        }
        self._keep("persons", columns)

    def note_moves(
        self,
        replicate: int,
        day_step: int,
        person: NDArray[np.uint32],
        source: NDArray[np.int32],
        destination: NDArray[np.int32],
    ) -> None:
        """Keep the transitions that persons made in one step of one day."""
        import pyarrow as pa

        day, position = divmod(day_step, STEPS_A_DAY)
        count = len(person)
        steps = pa.DictionaryArray.from_arrays(np.full(count, position, np.int32), self._process)
        columns = {
            "replicate": pa.array(np.full(count, replicate, np.int32)),
            "person": pa.array(person),
            "day": pa.array(self._days(np.full(count, day, np.int32))),
            "step": steps,
            **self._named(source, "from_"),
            **self._named(destination, "to_"),
        }
        self._keep("moves", columns)

    def _named(self, state: NDArray[np.int32], prefix: str) -> dict[str, Any]:
        import pyarrow as pa

        return {
            prefix + name: pa.DictionaryArray.from_arrays(codes[state], names)
            for name, (codes, names) in self._labels.items()
        }

    def _days(self, numbers: NDArray[np.int32]) -> NDArray[Any]:
        days: NDArray[Any] = np.datetime64(self._begin, "D") + numbers.astype(np.int64)
        return days

    def _keep(self, name: str, columns: Mapping[str, Any]) -> None:
        import pyarrow as pa

        batch = pa.RecordBatch.from_pydict(dict(columns))
        self._waiting[name].append(batch)
        self._rows[name] += batch.num_rows
        if self._rows[name] >= ROWS_AT_ONCE:
            self._flush(name)

    def _flush(self, name: str) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        batches, self._waiting[name], self._rows[name] = self._waiting[name], [], 0
        if not batches:
            return
        table = pa.Table.from_batches(batches)
        if name not in self._writers:
            self._writers[name] = pq.ParquetWriter(
                self.folder / f"{name}.parquet", table.schema, compression="zstd"
            )
        self._writers[name].write_table(table)

    def __enter__(self) -> Diary:
        """Open the diary."""
        return self

    def __exit__(self, *_: object) -> None:
        """Write what is waiting and close the files."""
        for name in self._waiting:
            self._flush(name)
        for writer in self._writers.values():
            writer.close()


def _coded(values: list[str]) -> tuple[NDArray[np.int32], pa.Array]:
    import pyarrow as pa

    names, codes = np.unique(np.array(values), return_inverse=True)
    return codes.astype(np.int32), pa.array(names.tolist())
