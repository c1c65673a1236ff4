"""How a key and a value become one element of a Hydra command line."""

from geryon.hydra.keys import choice_key_error, key_error
from geryon.hydra.refusal import Refusal, shown
from geryon.hydra.rundir import run_dir_override
from geryon.hydra.values import (
    choice_value_error,
    encode,
    override_size_error,
    slow_value_warning,
    value_error,
    value_errors,
)

__all__ = [
    "Refusal",
    "choice_key_error",
    "choice_value_error",
    "encode",
    "key_error",
    "override_size_error",
    "run_dir_override",
    "shown",
    "slow_value_warning",
    "value_error",
    "value_errors",
]
