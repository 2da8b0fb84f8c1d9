"""Writes every file that is an output of the code and the data: python .ci/outputs.py [--release]

The stub that editors read, the golden file of Excel's VBA, the frozen answers (with what moved) and the README of each folder of
data; for a release the answers of the new version, the workbooks, the pictures and NOTICE too, which stay as they are in between. Look
at what git shows afterwards: a number that moved without being meant to is a bug.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RELEASE = "--release" in sys.argv[1:]
STEPS = [
    ("docs/build_stub.py",),
    ("tests/freeze.py", *(["--release"] if RELEASE else [])),
    ("tests/support/stub_excel.py", "--write"),
    ("docs/build_pages.py", *(["--pictures"] if RELEASE else [])),
    *([("workbooks/build_workbooks.py",), (".ci/notice.py",)] if RELEASE else []),
]

os.environ.pop("COMPUTE_COST_CATALOGUE", None)  # outputs are of the package's own catalogue
for step in STEPS:
    print(*step, flush=True)
    subprocess.run([sys.executable, *step], check=True, cwd=ROOT)
