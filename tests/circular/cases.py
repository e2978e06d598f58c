"""All YAML cases of the circular in one list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

CASES: list[dict[str, Any]] = [
    case
    for file in sorted(Path(__file__).parent.glob("*.yaml"))
    for case in yaml.safe_load(file.read_text(encoding="utf-8"))
]
