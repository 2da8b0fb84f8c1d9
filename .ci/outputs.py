"""Writes every file that is an output of the code and the data: python .ci/outputs.py

The stub that editors read, reference pages and pictures, the workbooks, the golden file of Excel's VBA, the frozen answers (with
what moved). Look at what git shows afterwards: a number that moved without being meant to is a bug.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STEPS = (
    ("docs/build_stub.py",),
    ("tests/freeze.py",),
    ("tests/support/stub_excel.py", "--write"),
    ("workbooks/build_workbooks.py",),
    ("docs/build_pages.py",),
)

for step in STEPS:
    print(*step, flush=True)
    subprocess.run([sys.executable, *step], check=True, cwd=ROOT)
