"""The lines of a plan's files."""

from __future__ import annotations

import csv
import hashlib
import io
import shlex
from dataclasses import dataclass
from functools import reduce

from support.oracle.merge import leaves, path_of
from support.oracle.values import Candidate, Document, canonical


@dataclass
class Files:
    """The lines of each file, and the ids, of the configurations that a plan keeps."""

    configs: list[bytes]
    ids: list[str]
    commands: list[bytes]
    manifest: list[bytes]
    csv: list[bytes]
    duplicates: int = 0


def render(document: Document, valid: list[Candidate], run_id: str, batch_size: int, dedupe: bool) -> Files:
    """Render these candidates."""
    files = Files([], [], [], [], [])
    for options in valid:
        entry = configuration(document, options)
        if dedupe and entry["id"] in files.ids:
            files.duplicates += 1
            continue
        batch, line = divmod(len(files.ids), batch_size)
        files.ids.append(entry["id"])
        shared = {key: entry[key] for key in ("choices", "params", "tags", "wandb_name")}
        places = {"run_id": run_id, "batch_index": batch, "line_index": line, "config_id": entry["id"]}
        own = {"command": entry["command"], "selected_options": entry["selected_options"]}
        files.configs.append(line_of(canonical({**shared, **places, **own})))
        files.commands.append(line_of(" ".join(shell(token) for token in entry["command"])))
        if not document["has_choices"]:
            del shared["choices"]
        files.manifest.append(line_of(canonical({**shared, "id": entry["id"]})))
        fields = [entry["id"], entry["wandb_name"], canonical(entry["tags"]), canonical(entry["params"])]
        fields += [canonical(entry["choices"])] if document["has_choices"] else []
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerow(fields)
        files.csv.append(text.getvalue().encode())
    return files


def line_of(text: str) -> bytes:
    return f"{text}\n".encode()


def configuration(document: Document, options: Candidate) -> Document:
    """One configuration as data."""
    merged = leaves(document, options)
    choices = {path[1]: leaf.value for path, leaf in merged.items() if not path[0]}
    params: Document = {}
    for path, leaf in merged.items():
        if path[0]:
            inner = reduce(lambda mapping, segment: mapping.setdefault(segment, {}), path[1:-1], params)
            inner[path[-1]] = leaf.value
    chosen = [pack["options"][option] for pack, option in zip(document["packs"], options, strict=True)]
    numbers = {*document["defaults"]["tags"], *(option["tag"] for option in chosen if option["tag"] is not None)}
    tags = sorted((document["tags"][number] for number in numbers), key=lambda tag: tag["tag"])
    identity: Document = {"params": params, "tags": [tag["tag"] for tag in tags]}
    if choices:
        identity["choices"] = choices
    digits = hashlib.sha256(canonical(identity).encode()).hexdigest()[:32]
    name = ("_".join(tag["name"] for tag in tags) if tags else "exp")[:119] + "_" + digits[:8]
    keys = {path_of(document, index): path["key"] for index, path in enumerate(document["paths"])}
    command = document["command"] + [keys[path] + leaf.token for path, leaf in merged.items()]
    if document["wandb"]:
        command.append(document["wandb"]["name"] + (name if name[0].isalpha() or name[0] == "_" else repr(name)))
        command.append(document["wandb"]["tags"] + "[" + ",".join(tag["token"] for tag in tags) + "]")
    selected = {pack["name"]: option["id"] for pack, option in zip(document["packs"], chosen, strict=True)}
    return {
        "id": digits,
        "choices": choices,
        "params": params,
        "tags": identity["tags"],
        "wandb_name": name,
        "command": command,
        "selected_options": selected,
    }


def shell(token: str) -> str:
    """A token as bash reads it."""
    if not any(ord(character) < 32 or ord(character) == 127 for character in token):
        return shlex.quote(token)
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\", "'": "\\'"}
    return (
        "$'" + "".join(named.get(c) or (f"\\x{ord(c):02x}" if ord(c) < 32 or ord(c) == 127 else c) for c in token) + "'"
    )
