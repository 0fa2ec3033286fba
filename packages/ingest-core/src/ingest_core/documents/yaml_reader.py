"""Strict YAML with a line and a column for every key.

Built on PyYAML's node tree (https://pyyaml.org/wiki/PyYAMLDocumentation), since its constructed objects have lost the
places. Refused: duplicate keys, tags, keys that are no strings, aliases that would multiply.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ingest_core.documents.names import shortened
from ingest_core.documents.surveying import LOADER, MAX_LEVELS, MAX_VALUES, survey
from ingest_core.documents.text import read_text
from ingest_core.errors import Fault, JobError, Key

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|!\S+")


@dataclass(frozen=True)
class Document:
    """A parsed file.

    Args:
        path: The file.
        data: Its content as plain mappings, lists and scalars.
        places: Line and column, counted from 1, of every key.
    """

    path: Path
    data: Any
    places: Mapping[Key, tuple[int, int]]

    def where(self, key: Key) -> str:
        """Give ``path:line:column`` of a key, or of the nearest key above it that is in the file."""
        line, column = self.place(key)
        return f"{self.path}:{line}:{column}" if line else str(self.path)

    def place(self, key: Key) -> tuple[int, int]:
        """Give line and column of a key, or of the nearest key above it; 0 in an empty file."""
        return next((self.places[key[:end]] for end in range(len(key), -1, -1) if key[:end] in self.places), (0, 0))


def read_yaml(path: Path) -> Document:
    """Read one YAML document.

    Raises:
        JobError: The file is missing, unreadable, too large, no YAML, or uses what is refused here; all faults at once.
    """
    text = read_text(path)
    reader = _Reader(path)
    try:
        reader.faults += survey(path, text)
        node = yaml.compose(text, Loader=LOADER)
    except yaml.YAMLError as error:
        raise JobError.of([_unreadable(path, error)]) from None
    data = reader.build(node, ()) if node is not None else None
    if reader.faults:
        raise JobError.of(sorted(reader.faults, key=lambda fault: _line_of(fault.where)))
    return Document(path, data, reader.places)


def _unreadable(path: Path, error: yaml.YAMLError) -> Fault:
    """Tell what the parser says, and where. It may quote the text, and the text may hold a secret."""
    mark = getattr(error, "problem_mark", None)
    where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
    problem = _QUOTED.sub(_unquoted, str(getattr(error, "problem", None) or "odd characters"))
    return Fault(f"not valid YAML: {problem}", _MENDS.get(problem, ""), where=where)


def _unquoted(match: re.Match[str]) -> str:
    """Keep what is quoted of YAML's own marks, and nothing of a text."""
    return "..." if re.search(r"\w", match[0]) else match[0]


_MENDS = {
    "found undefined alias": "a text that begins with '*' needs quotes",
    "found character that cannot start any token": "put the text in quotes",
    "mapping values are not allowed in this context": "mend the indentation; a text that holds ': ' needs quotes",
    "found unexpected end of stream": "close the quotes",
    "did not find expected ',' or ']'": "close the list",
    "did not find expected ',' or '}'": "close the mapping",
    "but found another document": "put one document in a file",
}


def _line_of(where: str) -> tuple[int, int]:
    line, column = where.rsplit(":", 2)[1:]
    return int(line), int(column)


@dataclass
class _Reader:
    """Builds plain values of nodes, and notes places and faults on the way."""

    path: Path
    places: dict[Key, tuple[int, int]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    seen: int = 0

    def build(self, node: yaml.Node, key: Key) -> Any:  # noqa: ANN401  # YAML holds anything
        self.seen += 1
        # Without aliases the survey has seen to both already.
        if self.seen > MAX_VALUES or len(key) > MAX_LEVELS:
            raise JobError.of([Fault("aliases multiply what is in the file", "write it out", where=self._where(node))])
        self.places.setdefault(key, _place(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, key)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*key, place)) for place, child in enumerate(node.value)]
        return self._scalar(node, key) if isinstance(node, yaml.ScalarNode) else None

    def _mapping(self, node: yaml.MappingNode, key: Key) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for name_node, child in node.value:
            if not isinstance(name_node, yaml.ScalarNode):
                self._fault("a key must be a plain word", name_node, key)
                continue
            name = str(name_node.value)
            place = (*key, name)
            if name in built:
                first = ":".join(map(str, self.places[place]))
                problem = f"the key {shortened(name)!r} stands twice; first at {first}"
                self._fault(problem, name_node, key, "keep one of the two")
            else:
                self.places[place] = _place(name_node)
                built[name] = self.build(child, place)
        return built

    def _scalar(self, node: yaml.ScalarNode, key: Key) -> Any:  # noqa: ANN401  # YAML holds anything
        if node.tag not in _SCALARS:
            return None  # the survey has told of the tag
        try:
            return _SCALARS[node.tag](yaml.SafeLoader(""), node)
        except (ValueError, OverflowError, LookupError, AttributeError):  # whatever PyYAML meets in an odd value
            self._fault("not a value that YAML knows", node, key, "put it in quotes")
            return None

    def _fault(self, problem: str, node: yaml.Node, key: Key, mend: str = "") -> None:
        self.faults.append(Fault(problem, mend, key, self._where(node)))

    def _where(self, node: yaml.Node) -> str:
        line, column = _place(node)
        return f"{self.path}:{line}:{column}"


def _place(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


_SCALARS = {
    "tag:yaml.org,2002:str": yaml.SafeLoader.construct_yaml_str,
    "tag:yaml.org,2002:int": yaml.SafeLoader.construct_yaml_int,
    "tag:yaml.org,2002:float": yaml.SafeLoader.construct_yaml_float,
    "tag:yaml.org,2002:bool": yaml.SafeLoader.construct_yaml_bool,
    "tag:yaml.org,2002:null": yaml.SafeLoader.construct_yaml_null,
    "tag:yaml.org,2002:timestamp": yaml.SafeLoader.construct_yaml_timestamp,
}
