"""The hot core in two twins, and the choice between them; nothing else imports the extension."""

from geryon.kernels.choose import core_choice, kernel
from geryon.kernels.protocol import CanonicalError, Chunk, Counter, Kernel, KernelError, Renderer, Sweep

__all__ = [
    "CanonicalError",
    "Chunk",
    "Counter",
    "Kernel",
    "KernelError",
    "Renderer",
    "Sweep",
    "core_choice",
    "kernel",
]
