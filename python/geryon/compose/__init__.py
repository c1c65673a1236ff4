"""Files to one document: imports, definitions, and the shape of every section. Opens nothing itself."""

from geryon.compose.document import Definition, Document, File, Registry, absolute
from geryon.compose.load import compose

__all__ = ["Definition", "Document", "File", "Registry", "absolute", "compose"]
