"""The names by which Excel knows the add-in and its functions."""

from __future__ import annotations

from compute_cost_sheets.spelling import PREFIX

# Excel tells add-ins apart by this number: it never changes.
ADDIN_ID = "9a1d3f52-6c47-4b8e-9f0e-52c1c7a0d6b4"
# Excel puts it before every function of an add-in; LibreOffice's add-in goes by the same word.
NAMESPACE = PREFIX
