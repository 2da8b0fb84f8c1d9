"""Prints one section of CONTRIBUTING.md: python .ci/steps.py "Add a price" """

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

_, title = sys.argv
sections = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("\n## ")
[section] = [one for one in sections if one.partition("\n")[0].partition(":")[0] == title]
sys.stdout.reconfigure(encoding="utf-8")
print(section.strip())
