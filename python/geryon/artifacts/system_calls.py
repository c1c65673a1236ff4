"""Two things that the operating system can do and Python's `os` does not offer."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from pathlib import Path

AT_FDCWD = -100
RENAME_NOREPLACE = 1
RENAME_EXCL = 4

# What a kernel, a C library or a file system says that does not know the call or the flag.
_UNSUPPORTED = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}


def rename_exclusive(source: Path, target: Path) -> bool:
    """Rename in one step, and only if the target does not exist; False where the system cannot do that.

    Raises:
        FileExistsError: the target exists.
        OSError: any other failure; nothing was renamed.
    """
    name = {"linux": "renameat2", "darwin": "renamex_np"}.get(sys.platform, "")
    library = ctypes.CDLL(None, use_errno=True)
    function = getattr(library, name, None) if name else None
    if function is None:
        return False
    old, new = os.fsencode(source), os.fsencode(target)
    if name == "renameat2":
        failed = function(AT_FDCWD, old, AT_FDCWD, new, ctypes.c_uint(RENAME_NOREPLACE))
    else:
        failed = function(old, new, ctypes.c_uint(RENAME_EXCL))
    if not failed:
        return True
    code = ctypes.get_errno()
    if code in _UNSUPPORTED:
        return False
    raise OSError(code, os.strerror(code), str(target))


def sync_file_system(path: Path) -> bool:
    """Write out the whole file system on which a directory lies; False where the system cannot do that.

    Raises:
        OSError: something could not be written.
    """
    library = ctypes.CDLL(None, use_errno=True)
    function = getattr(library, "syncfs", None)
    if function is None:
        return False
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if function(descriptor):
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code), str(path))
    finally:
        os.close(descriptor)
    return True
