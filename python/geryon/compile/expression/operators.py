"""The operations of expressions: names, numbers of operands, and how strings spell them."""

from __future__ import annotations

MAX_NODES = 4096
MAX_DEPTH = 64

# name -> (fewest operands, most operands or None)
OPERATORS: dict[str, tuple[int, int | None]] = {
    "and": (1, None),
    "or": (1, None),
    "not": (1, 1),
    "eq": (2, 2),
    "ne": (2, 2),
    "lt": (2, 2),
    "lte": (2, 2),
    "gt": (2, 2),
    "gte": (2, 2),
    "in": (2, 2),
    "not_in": (2, 2),
    "between": (3, 3),
    "add": (2, None),
    "sub": (2, 2),
    "mul": (2, None),
    "div": (2, 2),
    "floordiv": (2, 2),
    "ceildiv": (2, 2),
    "mod": (2, 2),
    "pow": (2, 2),
    "neg": (1, 1),
    "abs": (1, 1),
    "min": (2, None),
    "max": (2, None),
    "sqrt": (1, 1),
    "len": (1, 1),
}

# in strings, these are called like functions
FUNCTIONS = ("abs", "between", "ceildiv", "len", "max", "min", "pow", "sqrt")
REFERENCES = ("choice", "has", "pack", "param")

COMPARISONS = {
    "==": "eq",
    "!=": "ne",
    "<": "lt",
    "<=": "lte",
    ">": "gt",
    ">=": "gte",
    "in": "in",
    "not in": "not_in",
}
ARITHMETIC = {"+": "add", "-": "sub", "*": "mul", "/": "div", "//": "floordiv", "%": "mod", "**": "pow"}


def arity_problem(name: str, count: int) -> str | None:
    """What is wrong with that number of operands, as the end of a sentence, or None."""
    fewest, most = OPERATORS[name]
    if count >= fewest and (most is None or count <= most):
        return None
    if most is None:
        wanted = f"{fewest} or more operands" if fewest > 1 else "one or more operands"
    else:
        wanted = "one operand" if most == 1 else f"{most} operands"
    return f"`{name}` takes {wanted}, not {count}"
