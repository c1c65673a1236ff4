"""Resolved packs, constraints and merge policy to the program, which is all that the kernels know."""

from geryon.compile.experiment import Compiled, compile_experiment
from geryon.compile.overriding import Override

__all__ = ["Compiled", "Override", "compile_experiment"]
