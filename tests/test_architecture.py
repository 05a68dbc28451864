"""The shape of the code: who imports whom, how large things are, and that each operation is whole."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import grimp
import pytest

from pynetlab import ops

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "pynetlab"
MODULES = sorted(PACKAGE.rglob("*.py"))
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())
PURE = ("model", "gotext", "spec", "ops", "kernel", "sim", "engine", "drivers", "daemon", "tracer")
"""What a browser tab can run: the standard library and networkx."""

MODULE_LINES, FUNCTION_LINES, METHODS = 300, 50, 15


def nodes(*kinds):
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, kinds):
                yield pytest.param(path, node, id=f"{path.relative_to(ROOT)}:{node.lineno}:{node.name}")


FUNCTIONS = list(nodes(ast.FunctionDef, ast.AsyncFunctionDef))
CLASSES = [pytest.param(each.values[1], id=each.id) for each in nodes(ast.ClassDef)]


def relative(path):
    return str(path.relative_to(ROOT))


def contracts(*flags, root=ROOT):
    lint_imports = Path(sys.executable).parent / "lint-imports"
    return subprocess.run([lint_imports, "--no-cache", "--no-logo", *flags], cwd=root, capture_output=True, text=True, check=False)


def test_imports_point_one_way():
    done = contracts()
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("contract", "module", "line"),
    [
        ("layers", "model/state.py", "from pynetlab import kernel"),
        ("layers", "engine/__init__.py", "from pynetlab import sim"),
        ("kernels-know-no-docker", "sim/kernel.py", "from pynetlab import engine"),
        ("layers", "newcomer.py", "import this"),
        ("kernels-know-no-docker", "sim/link.py", "from pynetlab import spec"),
        ("reality", "sim/route.py", "import subprocess"),
        ("reality", "kernel.py", "import pyroute2"),
        ("drawing", "kernel.py", "import ipywidgets"),
    ],
)
def test_the_contracts_notice_a_wrong_import(tmp_path, contract, module, line):
    """The same contracts, held against a copy of the package with one import too many."""
    for path in MODULES:
        copy = tmp_path / relative(path)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(path.read_text())
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    assert contracts("--contract", contract, root=tmp_path).returncode == 0
    wrong = tmp_path / "pynetlab" / module
    wrong.write_text((wrong.read_text() if wrong.exists() else "") + f"\n{line}\n")
    assert contracts("--contract", contract, root=tmp_path).returncode == 1


def test_what_a_browser_runs_needs_nothing_that_it_lacks():
    graph = grimp.build_graph("pynetlab", include_external_packages=True)
    foreign = {
        (module, imported)
        for module in graph.modules
        if module.split(".")[1:2] and module.split(".")[1] in PURE
        for imported in graph.find_modules_directly_imported_by(module)
        if not imported.startswith("pynetlab") and imported not in sys.stdlib_module_names and imported != "networkx"
    }
    assert foreign == set()


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_a_module_is_short_and_says_what_it_is(path):
    text = path.read_text()
    assert text.count("\n") <= MODULE_LINES
    assert ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize(("path", "function"), FUNCTIONS)
def test_a_function_is_short_and_says_what_it_is(path, function):
    said = ast.get_docstring(function, clean=False) or ""
    assert function.end_lineno - function.lineno + 1 - said.count("\n") <= FUNCTION_LINES
    assert said or function.name.startswith("_") or _overload(function) or not _public(path, function)


def _overload(function):
    """Say whether it is only a signature of the function that follows."""
    return any(isinstance(each, ast.Name) and each.id == "overload" for each in function.decorator_list)


def _public(path, node):
    """Say whether a function stands in a module or a class, and not within another function."""
    tree = ast.parse(path.read_text())
    places = [tree, *(each for each in tree.body if isinstance(each, ast.ClassDef) and not each.name.startswith("_"))]
    return any(each.lineno == node.lineno for place in places for each in place.body)


@pytest.mark.parametrize("class_", CLASSES)
def test_a_class_is_small_and_says_what_it_is(class_):
    methods = [each for each in class_.body if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef))]
    assert len(methods) <= METHODS
    assert ast.get_docstring(class_) or class_.name.startswith("_")


def operations():
    named = [getattr(ops, name) for name in ops.__all__]
    classes = [each for each in named if isinstance(each, type) and issubclass(each, ops.Op)]
    return [each for each in classes if not any(other is not each and issubclass(other, each) for other in classes)]


@pytest.mark.parametrize("op", operations(), ids=lambda op: op.__name__)
def test_each_operation_is_whole(op):
    """It has a shell command and can be undone; and each kernel can carry it out, or answer it."""
    assert op.shell is not ops.Op.shell or op.command is not ops.Op.command
    assert op.undo is not ops.Op.undo
    if issubclass(op, ops.Question):
        assert op.answer is not ops.Question.answer
        return
    change = import_module("pynetlab.sim.change").change
    import_module("pynetlab.sim")
    assert change.dispatch(op) is not change.dispatch(object)


def test_every_operation_file_has_its_twin_in_each_kernel():
    plumbing = {"__init__", "base", "rebuild", "command"}
    files = {path.stem for path in (PACKAGE / "ops").glob("*.py")} - plumbing
    for kernel in ("sim", "live"):
        assert files <= {path.stem for path in (PACKAGE / kernel).glob("*.py")}, kernel


def test_every_test_is_in_the_order_of_the_run():
    """A folder of tests that pyproject.toml does not name would never run; benchmarks are run by themselves."""
    places = [ROOT / place for place in SETTINGS["tool"]["pytest"]["ini_options"]["testpaths"]]
    places.append(ROOT / "tests" / "benchmarks")
    strays = [path for path in (ROOT / "tests").rglob("test_*.py") if not any(path.is_relative_to(place) for place in places)]
    assert strays == []


def project_files():
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_nothing_is_left_open_and_no_file_names_a_workplace():
    # spelled in parts, so that this file is not its own finding
    wrong = re.compile(
        "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error", r"/(?:wo" + "rk|far" + "m|ro" + r"ot)/"])
    )
    found = [(relative(path), match.group()) for path in project_files() if (match := wrong.search(_text(path)))]
    assert found == []


def _text(path):
    try:
        return path.read_text()
    except UnicodeDecodeError:  # a picture
        return ""


def test_the_package_is_imported_without_anything_of_the_live_kernel():
    done = subprocess.run([sys.executable, "-c", "import sys, pynetlab; print(*sys.modules)"], capture_output=True, text=True, check=True)
    modules = done.stdout.split()
    unwanted = {"pyroute2", "iptc", "subprocess", "matplotlib", "ipywidgets", "asyncio", "threading"}
    assert unwanted & set(modules) == set()
    assert [name for name in modules if name.startswith("pynetlab.live")] == []


@pytest.mark.parametrize("op", operations(), ids=lambda op: op.__name__)
def test_the_live_kernel_knows_each_operation(op):
    """Questions are read, rules are committed together, removals too; every other operation has one handler of its own."""
    together = re.search(r"^REMOVALS = \((.*)\)$", (PACKAGE / "live" / "agent.py").read_text(), re.MULTILINE)[1].split(", ")
    if issubclass(op, (ops.Question, ops.FirewallOp)) or op.__name__ in together:
        return
    sources = [path.read_text() for path in (PACKAGE / "live").glob("*.py")]
    assert sum(f"@tell.register\ndef _(op: {op.__name__}, lab: Lab)" in source for source in sources) == 1
