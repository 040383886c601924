"""`sitstreak fit`, on small made-up data sets."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import processing
from processing.posture.fitted import FITTED
from processing.posture.posture_model import PostureModel
from sitstreak.fitting.parameters import TERMS
from sitstreak.fitting.write import NoCheckoutError, module_path, module_text
from tests.support.labelled_people import write_sets
from tests.support.run_cli import run_cli


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("sets")
    write_sets(place)
    return place


def model_of(text: str) -> PostureModel:
    names: dict[str, object] = {}
    exec(compile(text, "fitted", "exec"), names)
    model = names["FITTED"]
    assert isinstance(model, PostureModel)
    return model


def test_the_command_writes_numbers_that_the_product_can_read(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "fitted.py"
    ran = run_cli("fit", folder, "--out", out)
    assert ran.code == 0, ran.err
    assert f"written: {out}" in ran.out
    assert "fitted to 6 people" in ran.out
    again = tmp_path / "again.py"
    ran = run_cli("fit", folder, "--out", again, "--json")
    assert again.read_bytes() == out.read_bytes()
    told = json.loads(ran.out)
    assert told["n_people"] == 6
    assert told["written"] == str(again)
    assert tuple(told["posture"]["sit"]) == model_of(out.read_text()).sit


@pytest.mark.parametrize("model", [FITTED])
def test_a_module_holds_exactly_its_numbers(model: PostureModel) -> None:
    text = module_text(model)
    assert model_of(text) == model
    for terms in TERMS.values():
        assert all(f"# {term}\n" in text for term in terms)


def test_the_shipped_module_is_what_the_command_writes() -> None:
    assert module_path().read_text() == module_text(FITTED)


@pytest.mark.parametrize("check", [["format", "--check"], ["check"]])
def test_a_module_needs_no_formatting(check: list[str], tmp_path: Path) -> None:
    path = tmp_path / "fitted.py"
    path.write_text(module_text(FITTED))
    config = Path(processing.__file__).parents[1] / "pyproject.toml"
    ran = subprocess.run(
        [sys.executable, "-m", "ruff", *check, "--config", config, "--no-cache", path],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_a_folder_without_recordings_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "fitted.py"
    line = run_cli("fit", tmp_path, "--out", out).error_line
    assert "holds no hapt.parquet, harth_back.parquet, har70_back.parquet" in line
    assert not out.exists()


def test_a_recording_is_not_overwritten(folder: Path) -> None:
    target = folder / "hapt.parquet"
    before = target.read_bytes()
    assert "is the input file" in run_cli("fit", folder, "--out", target).error_line
    assert target.read_bytes() == before


def test_an_installed_copy_is_not_changed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, folder: Path
) -> None:
    installed = tmp_path / "processing"
    installed.mkdir()
    monkeypatch.setattr(processing, "__file__", str(installed / "__init__.py"))
    with pytest.raises(NoCheckoutError):
        module_path()
    assert "name a file for the numbers with --out" in run_cli("fit", folder).error_line
    assert not list(installed.iterdir())
