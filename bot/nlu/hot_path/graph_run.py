"""Run the prediction graph without dask.

Why: for five small steps in a row, dask builds a new graph and schedules it by threads' means at
each of the three predictions of a message: 2 ms of 12. The order never changes, so it is found
once for each target.
"""

from typing import Any, Dict, List, Optional, Tuple

from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner

from bot.nlu.hot_path.fit import check_source

REPLACES = "45f0f52f574f3aa9"
Order = List[Tuple[str, Tuple[str, ...]]]


def install() -> None:
    """Replace DaskGraphRunner.run."""
    if DaskGraphRunner.run is not _run:
        check_source(DaskGraphRunner.run, REPLACES)
        DaskGraphRunner.run = _run  # type: ignore[assignment]


def _run(
    self: DaskGraphRunner,
    inputs: Optional[Dict[str, Any]] = None,
    targets: Optional[List[str]] = None,
) -> Dict[str, Any]:
    wanted = tuple(targets or self._graph_schema.target_names)
    inputs = inputs or {}
    nodes = self._instantiated_nodes
    clashes = inputs.keys() & nodes.keys()
    if clashes:
        raise GraphRunError(f"Inputs with the name of a node: {sorted(clashes)}.")
    done: Dict[str, Any] = dict(inputs)
    try:
        for name, needs in _order_for(self, wanted):
            _, done[name] = nodes[name](*((need, done[need]) for need in needs if need in done))
    except RuntimeError as error:
        raise GraphRunError("Error running runner.") from error
    return {name: done[name] for name in wanted}


def _order_for(runner: DaskGraphRunner, targets: Tuple[str, ...]) -> Order:
    known: Dict[Tuple[str, ...], Order] = runner.__dict__.setdefault("_orders", {})
    if targets not in known:
        known[targets] = order_of(runner._graph_schema.minimal_graph_schema(list(targets)))
    return known[targets]


def order_of(schema: GraphSchema) -> Order:
    """The nodes with what each needs, every one after what it needs."""
    order: Order = []
    placed = set()

    def place(name: str) -> None:
        if name in placed or name not in schema.nodes:  # an input is there from the start
            return
        placed.add(name)
        needs = tuple(schema.nodes[name].needs.values())
        for need in needs:
            place(need)
        order.append((name, needs))

    for name in schema.nodes:
        place(name)
    return order
