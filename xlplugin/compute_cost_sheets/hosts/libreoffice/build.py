"""Builds the LibreOffice Calc add-in (.oxt) from the registry: self-contained, no software development kit needed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import compute_cost
from compute_cost import registry
from compute_cost.command import files
from compute_cost.registry import Doc
from compute_cost_sheets.hosts.libreoffice.names import IDENTIFIER, IMPLEMENTATION, WHY_METHOD, argument_name, method_name, typed_name
from compute_cost_sheets.spelling import WHY

HOST = Path(__file__).parent
SHEETS = HOST.parents[1]  # the package compute_cost_sheets
CORE = Path(compute_cost.__file__).parent
# What the add-in does without: commands, checks and other hosts.
LEFT_OUT = {
    CORE: ("command/", "accuracy/", "catalogue/schema", "catalogue/measured"),
    SHEETS: ("commands", "convert", "doctor", "readiness", "hosts/classic/", "hosts/lite/", "hosts/office_js/",
             *(f"hosts/libreoffice/{name}" for name in ("build", "check", "component", "driver", "evaluate", "install", "office"))),
}  # fmt: skip
WHY_INTERFACE = f"  any {WHY_METHOD}([in] com::sun::star::beans::XPropertySet document, [in] com::sun::star::table::XCellRange cell);"
WHY_SUMMARY = "Why a cell shows an error, in words: of its own call, or of the first cell that its error comes from."


def build(target: Path) -> Path:
    """Write the add-in to `target` and return it."""
    contents = {
        "META-INF/manifest.xml": _manifest(),
        "description.xml": _description(),
        "XComputeCost.idl": _interface(),
        "CalcAddIns.xcu": _functions(),
        "component.py": (HOST / "component.py").read_text(encoding="utf-8"),
        **{f"pythonpath/{name}": path.read_text(encoding="utf-8") for name, path in _package_files()},
    }
    target.parent.mkdir(parents=True, exist_ok=True)
    files.write(target, files.zipped({name: text.encode("utf-8") for name, text in sorted(contents.items())}))
    return target


def _package_files() -> Iterator[tuple[str, Path]]:
    """The modules and figures that cells need, by their place on the add-in's own path."""
    for package, left_out in LEFT_OUT.items():
        for path in sorted(package.rglob("*")):
            inside = path.relative_to(package).as_posix()
            if path.suffix in (".py", ".csv") and not inside.startswith(left_out):
                yield f"{package.name}/{inside}", path


def _interface() -> str:
    """The type library as plain interface text: any argument may be left out."""
    inside = "\n".join([*(method_interface(doc) for doc in registry.estimates().values()), WHY_INTERFACE])
    return f"module org {{ module computecost {{\ninterface XComputeCost : com::sun::star::uno::XInterface {{\n{inside}\n}};\n}}; }};\n"


def method_interface(doc: Doc) -> str:
    arguments = ", ".join(f"[in] any {argument_name(parameter.name)}" for parameter in doc.parameters)
    answer = "any" if doc.answers == "text" else "sequence< sequence<any> >"
    return f"  {answer} {method_name(doc)}({arguments});"


def _functions() -> str:
    nodes = "".join(function_help(doc) for doc in registry.estimates().values()) + _function_node(
        WHY_METHOD, WHY, WHY_SUMMARY, _argument_node("cell", "The cell with the error.")
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:component-data xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        'oor:name="CalcAddIns" oor:package="org.openoffice.Office"><node oor:name="AddInInfo">'
        f'<node oor:name="{IMPLEMENTATION}" oor:op="replace"><node oor:name="AddInFunctions">{nodes}</node></node></node>'
        "</oor:component-data>\n"
    )


def function_help(doc: Doc) -> str:
    """What Calc's function wizard shows of one function and its arguments."""
    arguments = "".join(_argument_node(parameter.name, parameter.help) for parameter in doc.parameters)
    return _function_node(method_name(doc), typed_name(doc), doc.summary, arguments)


def _argument_node(name: str, text: str) -> str:
    node = f'<node oor:name={quoteattr(argument_name(name))} oor:op="replace">'
    return f"{node}{_text('DisplayName', name)}{_text('Description', text)}</node>"


def _function_node(method: str, typed: str, summary: str, arguments: str) -> str:
    return (
        f'<node oor:name={quoteattr(method)} oor:op="replace">{_text("DisplayName", typed)}'
        f'{_text("Description", summary)}<prop oor:name="Category"><value>Add-In</value></prop>'
        # CompatibilityName lets newer LibreOffice find the function by its Excel name when it opens an .xlsx.
        f'{_text("CompatibilityName", typed)}<node oor:name="Parameters">{arguments}</node></node>'
    )


def _text(prop: str, text: str) -> str:
    return f'<prop oor:name="{prop}"><value xml:lang="en-US">{escape(text)}</value></prop>'


def _manifest() -> str:
    entries = {
        "XComputeCost.idl": "application/vnd.sun.star.uno-typelibrary;type=RDB",
        "CalcAddIns.xcu": "application/vnd.sun.star.configuration-data",
        "component.py": "application/vnd.sun.star.uno-component;type=Python",
    }
    lines = "".join(f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>' for name, kind in entries.items())
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">'
    return f"{head}{lines}</manifest:manifest>\n"


def _description() -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<description xmlns="http://openoffice.org/extensions/description/2006">'
        f'<version value="{compute_cost.__version__}"/><identifier value="{IDENTIFIER}"/>'
        '<display-name><name lang="en">Compute cost</name></display-name></description>\n'
    )
