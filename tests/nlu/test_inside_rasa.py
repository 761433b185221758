"""What runs inside Rasa, run by Rasa's own Python: tests/nlu/inside_*.py hold the checks."""

import subprocess
from pathlib import Path

import pytest

from bot import ROOT
from bot.trained import RASA_PYTHON, rasa_environment
from tests.conftest import need_rasa

pytestmark = pytest.mark.slow
HERE = Path(__file__).parent


def run_inside(name: str, folder: Path) -> str:
    need_rasa()
    done = subprocess.run(
        [str(RASA_PYTHON), "-W", "ignore", str(HERE / name), str(folder)],
        cwd=ROOT, env=rasa_environment(), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout


def test_a_saved_tracker_keeps_its_state_and_never_grows(tmp_path: Path) -> None:
    assert "tracker store: good" in run_inside("inside_tracker_store.py", tmp_path)


def test_the_changes_to_rasa_fit_the_pinned_version_and_still_refuse_bad_answers(
    tmp_path: Path,
) -> None:
    assert "hot path: good" in run_inside("inside_hot_path.py", tmp_path)


def test_the_pipeline_understands_names_slips_and_what_it_was_never_trained_on(
    tmp_path: Path,
) -> None:
    assert "pipeline: good" in run_inside("inside_pipeline.py", tmp_path)


def test_the_domain_and_training_data_are_valid(tmp_path: Path) -> None:
    need_rasa()
    done = subprocess.run(
        [str(RASA_PYTHON), "-m", "rasa", "data", "validate", "--domain", "domain.yml",
         "--config", "config.yml", "--data", "data/nlu", "data/rules", "--fail-on-warnings"],
        cwd=ROOT, env=rasa_environment(), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
