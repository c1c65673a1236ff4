"""One function a use case: read, pure stages, write; the only place where values meet files, clocks and processes."""
