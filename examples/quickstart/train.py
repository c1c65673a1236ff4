"""A small Hydra application: fit a sine with random features, in plain Python.

It stands for any training script: it reads its configuration from Hydra and writes `metrics.json` into its run
directory.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable
from pathlib import Path

import hydra
from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig

Update = Callable[[list[float], list[float], int], None]


def sgd(config: DictConfig, size: int) -> Update:
    """Gradient descent with momentum."""
    velocity = [0.0] * size

    def update(weights: list[float], gradient: list[float], step: int) -> None:
        for i, slope in enumerate(gradient):
            velocity[i] = config.momentum * velocity[i] - config.learning_rate * slope
            weights[i] += velocity[i]

    return update


def adam(config: DictConfig, size: int) -> Update:
    """Adam with bias correction."""
    mean, square = [0.0] * size, [0.0] * size

    def update(weights: list[float], gradient: list[float], step: int) -> None:
        for i, slope in enumerate(gradient):
            mean[i] += (1 - config.beta1) * (slope - mean[i])
            square[i] += (1 - config.beta2) * (slope * slope - square[i])
            unbiased = mean[i] / (1 - config.beta1**step)
            scale = math.sqrt(square[i] / (1 - config.beta2**step)) + 1e-8
            weights[i] -= config.learning_rate * unbiased / scale

    return update


OPTIMIZERS = {"sgd": sgd, "adam": adam}


def fit(config: DictConfig) -> dict[str, float]:
    """Train the output weights of one hidden layer of random tanh features; return the losses."""
    chance = random.Random(config.seed)
    width = config.model.width
    features = [(chance.uniform(-4, 4), chance.uniform(-2, 2)) for _ in range(width)]
    points = [chance.uniform(-1, 1) for _ in range(config.data.points)]
    inputs = [[math.tanh(scale * x + shift) for scale, shift in features] for x in points]
    targets = [math.sin(3 * x) for x in points]
    weights = [0.0] * width
    update = OPTIMIZERS[config.optimizer.name](config.optimizer, width)

    def residuals() -> list[float]:
        return [
            sum(w * f for w, f in zip(weights, row, strict=True)) - y for row, y in zip(inputs, targets, strict=True)
        ]

    def loss() -> float:
        return sum(r * r for r in residuals()) / len(points)

    first = loss()
    for step in range(1, config.training.steps + 1):
        errors = residuals()
        gradient = [
            2 / len(points) * sum(e * row[i] for e, row in zip(errors, inputs, strict=True)) for i in range(width)
        ]
        update(weights, gradient, step)
    return {"loss_before": first, "loss_after": loss()}


@hydra.main(version_base="1.3", config_path="conf", config_name="config")
def main(config: DictConfig) -> None:
    metrics = fit(config)
    run_dir = Path(HydraConfig.get().runtime.output_dir)
    (run_dir / "metrics.json").write_text(json.dumps(metrics) + "\n", encoding="utf-8")
    print(f"loss {metrics['loss_before']:.4f} -> {metrics['loss_after']:.4f}")


if __name__ == "__main__":
    main()
