"""Deterministic experiment planner and executor for pack-based Hydra sweeps."""

__version__ = "0.1.0"
