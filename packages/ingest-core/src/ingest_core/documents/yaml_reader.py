"""Strict YAML with a line for every key.

Built on PyYAML's node tree (https://pyyaml.org/wiki/PyYAMLDocumentation), since its constructed objects have lost the
lines. Refused: duplicate keys, tags, keys that are no strings, aliases that would multiply.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ingest_core.documents.names import nearest
from ingest_core.errors import Fault, JobError, Key

MAX_NODES = 100_000
"""A file that people wrote has far fewer; an alias bomb has far more."""


@dataclass(frozen=True)
class Document:
    """A parsed file.

    Args:
        path: The file.
        data: Its content as plain mappings, lists and scalars.
        lines: The line, counted from 1, of every key.
    """

    path: Path
    data: Any
    lines: Mapping[Key, int]

    def where(self, key: Key) -> str:
        """Give ``path:line`` of a key, or of the nearest key above it that is in the file."""
        for end in range(len(key), -1, -1):
            if line := self.lines.get(key[:end]):
                return f"{self.path}:{line}"
        return str(self.path)


def read_yaml(path: Path) -> Document:
    """Read one YAML document.

    Raises:
        JobError: The file is missing, unreadable, no YAML, or uses what is refused here; all faults at once.
    """
    text = _read_text(path)
    reader = _Reader(path)
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = reader.build(node, ()) if node is not None else None
    except yaml.MarkedYAMLError as error:
        # The parser's own text quotes the line, and a line may hold a secret: only its position is told.
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise JobError.of([Fault(f"not valid YAML: {error.problem}", where=f"{path}:{line}")]) from None
    except (yaml.YAMLError, RecursionError):
        raise JobError.of([Fault("not valid YAML: odd characters, or nested too deep", where=str(path))]) from None
    if reader.faults:
        raise JobError.of(reader.faults)
    return Document(path, data, reader.lines)


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise JobError.of([Fault("no such file", _similar(path), where=str(path))]) from None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise JobError.of([Fault(f"cannot be read: {reason}", where=str(path))]) from error


def _similar(path: Path) -> str:
    """Name the file in the same folder whose name is nearest, if one is near."""
    names = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
    return f"did you mean {path.parent / close}?" if (close := nearest(path.name, names)) else ""


@dataclass
class _Reader:
    """Builds plain values of nodes, and notes lines and faults on the way."""

    path: Path
    lines: dict[Key, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    seen: int = 0

    def build(self, node: yaml.Node, key: Key) -> Any:  # noqa: ANN401  # YAML holds anything
        self.seen += 1
        if self.seen > MAX_NODES:
            raise JobError.of([Fault(f"more than {MAX_NODES} values; aliases multiply", where=str(self.path))])
        self.lines.setdefault(key, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, key)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*key, place)) for place, child in enumerate(node.value)]
        return self._scalar(node, key) if isinstance(node, yaml.ScalarNode) else None

    def _mapping(self, node: yaml.MappingNode, key: Key) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for name_node, child in node.value:
            name = str(name_node.value)
            place = (*key, name)
            if not isinstance(name_node, yaml.ScalarNode):
                self._fault("a key must be a plain word", name_node, key)
            elif name in built:
                self._fault(f"the key {name!r} stands twice", name_node, key, "keep one of the two")
            else:
                self.lines[place] = name_node.start_mark.line + 1
                built[name] = self.build(child, place)
        return built

    def _scalar(self, node: yaml.ScalarNode, key: Key) -> Any:  # noqa: ANN401  # YAML holds anything
        if node.tag not in _SCALARS:
            self._fault(f"the tag {node.tag} is not allowed", node, key, "write a plain value")
            return None
        try:
            return _SCALARS[node.tag](yaml.SafeLoader(""), node)
        except ValueError:
            self._fault("not a value that YAML knows", node, key, "put it in quotes")
            return None

    def _fault(self, problem: str, node: yaml.Node, key: Key, mend: str = "") -> None:
        self.faults.append(Fault(problem, mend, key, f"{self.path}:{node.start_mark.line + 1}"))


_SCALARS = {
    "tag:yaml.org,2002:str": yaml.SafeLoader.construct_yaml_str,
    "tag:yaml.org,2002:int": yaml.SafeLoader.construct_yaml_int,
    "tag:yaml.org,2002:float": yaml.SafeLoader.construct_yaml_float,
    "tag:yaml.org,2002:bool": yaml.SafeLoader.construct_yaml_bool,
    "tag:yaml.org,2002:null": yaml.SafeLoader.construct_yaml_null,
    "tag:yaml.org,2002:timestamp": yaml.SafeLoader.construct_yaml_timestamp,
}
