"""What a user installs with: environment.yml and Binder say the same as pyproject.toml."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest
import rattler
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text())

CONDA = [line for line in ENVIRONMENT["dependencies"] if isinstance(line, str)]
PIP = [text for part in ENVIRONMENT["dependencies"] if isinstance(part, dict) for text in part["pip"]]
"""What conda-forge may not have; pip then takes it from PyPI."""

CONDA_NAMES = {"matplotlib": "matplotlib-base"}
"""Where conda-forge has another name than PyPI."""

EXTRAS = ("plot", "lab", "cli", "compose", "capture", "frame")
"""What Binder needs: simulation only, so nothing of live."""


def wanted() -> dict[str, SpecifierSet]:
    texts = [*PROJECT["dependencies"], *(text for extra in EXTRAS for text in PROJECT["optional-dependencies"][extra])]
    requirements = [Requirement(text) for text in texts]
    return {CONDA_NAMES.get(each.name, each.name): each.specifier for each in requirements}


def given() -> dict[str, SpecifierSet]:
    pairs = [re.fullmatch(r"([a-z0-9-]+)(.*)", text).groups() for text in [*CONDA, *PIP]]
    return {name: SpecifierSet(bounds) for name, bounds in pairs if name not in ("python", "pip")}


def test_the_same_packages_with_the_same_bounds():
    assert given() == wanted()


@pytest.mark.parametrize("spec", CONDA)
def test_conda_understands_each_line(spec):
    assert rattler.MatchSpec(spec, strict=True).name


def test_its_python_is_one_that_the_project_takes():
    (python,) = [text for text in CONDA if text.startswith("python=")]
    assert Version(python.partition("=")[2]) in SpecifierSet(PROJECT["requires-python"])


def test_binder_reads_the_same_file():
    link = ROOT / "binder" / "environment.yml"
    assert link.is_symlink()
    assert link.resolve() == ROOT / "environment.yml"


def test_binder_builds_from_it():
    done = subprocess.run(
        [Path(sys.executable).parent / "jupyter-repo2docker", "--no-build", "--debug", ROOT],
        capture_output=True, text=True, timeout=60, check=True, env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )  # fmt: skip
    dockerfile = done.stdout + done.stderr
    assert '"binder/environment.yml"' in dockerfile
    assert "binder/postBuild" in dockerfile
    assert os.access(ROOT / "binder" / "postBuild", os.X_OK)


def test_every_requirement_has_a_lower_and_an_upper_bound():
    groups = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    for text in (text for group in groups for text in group if not text.startswith("pynetlab[")):
        operators = {bound.operator for bound in Requirement(text).specifier}
        assert operators == {">=", "<"}, text


def test_all_is_all():
    extras = PROJECT["optional-dependencies"]
    (everything,) = extras["all"]
    assert Requirement(everything).extras == set(extras) - {"all"}


def project_files() -> list[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return [name for name in names if name and (ROOT / name).exists()]


@pytest.mark.slow
def test_what_binder_runs_after_the_build_installs_every_file(tmp_path):
    copy, fresh = tmp_path / "copy", tmp_path / "venv"
    for name in project_files():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, copy / name, follow_symlinks=False)
    venv.create(fresh, with_pip=True)
    site = next((fresh / "lib").glob("python3*")) / "site-packages"
    # the packages of environment.yml stand beside us already; only the project itself is to be installed
    (site / "beside.pth").write_text("\n".join(path for path in sys.path if path.endswith("site-packages")))
    env = {"HOME": str(tmp_path), "PATH": f"{fresh}/bin:{Path(sys.executable).parent}:/usr/bin:/bin"}
    subprocess.run(["./binder/postBuild"], cwd=copy, env=env, check=True, timeout=300)
    done = subprocess.run(
        ["python", "-c", "import pynetlab; print(pynetlab.__file__)"], check=True, cwd=tmp_path, env=env, capture_output=True, text=True
    )
    assert done.stdout.strip() == str(site / "pynetlab" / "__init__.py")
    assert [name for name in project_files() if name.startswith("pynetlab/") and not (site / name).exists()] == []
