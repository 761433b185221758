"""What runs inside Rasa, run by Rasa's own Python: tests/nlu/inside_*.py hold the checks."""

import subprocess
from pathlib import Path

import pytest

from bot import ROOT
from bot.trained import RASA_PYTHON, rasa_environment
from tests.conftest import need_rasa
from tests.services import Postgres, Redis

pytestmark = pytest.mark.slow
HERE = Path(__file__).parent


def run_inside(name: str, folder: Path, *more: str) -> str:
    need_rasa()
    done = subprocess.run(
        [str(RASA_PYTHON), "-W", "ignore", str(HERE / name), str(folder), *more],
        cwd=ROOT, env=rasa_environment(), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout


def test_a_saved_tracker_keeps_its_state_and_never_grows(tmp_path: Path) -> None:
    assert "tracker store: good" in run_inside("inside_tracker_store.py", tmp_path)


def test_the_same_holds_in_postgresql(tmp_path: Path, postgres: Postgres) -> None:
    name = postgres.fresh()
    url = postgres.url(name, "postgresql+psycopg2")
    assert "tracker store: good" in run_inside("inside_tracker_store.py", tmp_path, url)
    assert postgres.sql("SELECT count(*) FROM trackers", name) == "1"


def test_two_assistants_never_work_on_one_conversation_and_redis_may_go_and_come(
    tmp_path: Path, own_redis: Redis
) -> None:
    need_rasa()
    inside = subprocess.Popen(
        [str(RASA_PYTHON), "-W", "ignore", str(HERE / "inside_lock_store.py"), str(tmp_path),
         str(own_redis.port)],
        cwd=ROOT, env=rasa_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert inside.stdin is not None and inside.stdout is not None
    said = []
    for line in inside.stdout:
        said.append(line.strip())
        if said[-1] in {"stop", "start"}:
            own_redis.stop() if said[-1] == "stop" else own_redis.start()
            inside.stdin.write("done\n")
            inside.stdin.flush()
    assert inside.wait(60) == 0
    assert said == ["stop", "start", "lock store: good"]


def test_the_changes_to_rasa_fit_the_pinned_version_and_still_refuse_bad_answers(
    tmp_path: Path,
) -> None:
    assert "hot path: good" in run_inside("inside_hot_path.py", tmp_path)


def test_rasa_runs_whole_without_tensorflow_where_no_component_needs_it(tmp_path: Path) -> None:
    assert "without tensorflow: good" in run_inside("inside_without_tensorflow.py", tmp_path)


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
