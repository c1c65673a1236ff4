"""A small experiment and its program, kept in the corpus that both kernels answer for."""

from __future__ import annotations

import json

from geryon.compile import compile_experiment
from geryon.resolve.model import Command, Resolved
from support.programs import corpus
from support.resolved import ABSENT, argument, option, pack, predicate, resolved


def small_experiment() -> Resolved:
    """Something of everything that a program may hold."""
    return resolved(
        pack(
            "model",
            option("small", {"model.width": 8, "opt.lr": 0.1}, {"model": "mlp"}, tag="small"),
            option("large", {"model.width": 512, "opt": {}}, {"model": ["cnn", "head"]}, tag="large one"),
        ),
        pack("seed", option("0", {"seed": 0}), option("1", {"seed": 1})),
        pack("extra", option("none"), option("aug", {"data.aug": ["flip"], "opt.lr": ABSENT}, priority=1)),
        defaults={"opt.lr": 1.0, "data.aug": ["crop", "flip"], "name": "it's ${seed}"},
        tags=["base"],
        exclude=[{"model": ["small"], "seed": ["1"]}],
        predicates=[
            predicate("fits", '$width * 2 <= 1024 and pack("model") in ["small", "large"]', [_WIDTH]),
            predicate("rate", 'param("opt.lr", 1) >= 0.5 or has("data") and not seed == 1', on_error="false"),
        ],
        strategies={"data.aug": "append_unique", "model": "deep_merge"},
        command=Command("python", ("-m", "train"), prefix="", prefixes={"name": "++"}, wandb=True),
    )


_WIDTH = argument("width", "param", "model.width")


def test_the_program_of_a_small_experiment_is_golden() -> None:
    """Byte for byte: what changes here changes every plan, and the format's version with it."""
    case = corpus()["compiled_experiment"]
    assert json.loads(compile_experiment(small_experiment()).program) == case["program"]
