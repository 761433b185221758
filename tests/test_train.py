"""A model is named after all it was trained from: it is trained when missing, and never outdated."""

import ast
import gzip
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot import ROOT, run, train, trained
from bot.plan.documents import documents
from bot.plan.indexing import digest
from bot.plan.load import load
from bot.run import CannotStart, trained_model
from bot.settings import Settings
from bot.trained import MODELS, fingerprint, model_path
from tests.test_supervise import is_running


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A copy of all inputs, in which a test may change something."""
    for name in trained._INPUTS:
        source, target = ROOT / name, tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy(source, target)
    monkeypatch.setattr(trained, "ROOT", tmp_path)
    return tmp_path


# The name


def test_the_same_inputs_give_the_same_name_wherever_they_are(copied, monkeypatch):
    here = fingerprint()
    monkeypatch.setattr(trained, "ROOT", ROOT)
    assert fingerprint() == here


def test_every_input_that_is_a_file_is_there():
    assert [
        name for name in trained._INPUTS if Path(name).suffix and not (ROOT / name).is_file()
    ] == []


def test_a_change_of_any_input_changes_the_name(copied):
    names = {fingerprint()}
    for name in trained._INPUTS:
        path = copied / name
        file = (
            path
            if path.suffix
            else next((f for f in sorted(path.rglob("*")) if f.is_file()), path / "new")
        )
        file.parent.mkdir(exist_ok=True)
        with file.open("ab") as content:
            content.write(b"\n")
        assert fingerprint() not in names, name
        names.add(fingerprint())


def test_a_file_that_is_added_renamed_or_removed_changes_the_name(copied):
    names = [fingerprint()]
    file = copied / "data" / "nlu" / "new.yml"
    file.write_text("version: '3.1'\n")
    names.append(fingerprint())
    file = file.rename(file.with_name("newer.yml"))
    names.append(fingerprint())
    file.unlink()
    assert len(set(names)) == 3
    assert fingerprint() == names[0]


def test_what_python_leaves_behind_does_not(copied):
    before = fingerprint()
    (copied / "bot" / "nlu" / "__pycache__").mkdir()
    (copied / "bot" / "nlu" / "__pycache__" / "channel.pyc").touch()
    assert fingerprint() == before


def test_the_name_of_the_file_holds_the_fingerprint(tmp_path):
    assert model_path(tmp_path) == tmp_path / f"assistant-{fingerprint()}.tar.gz"


def imported(path):
    """The modules of bot.language that a file imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bot.language."):
            yield ROOT / f"{node.module.replace('.', '/')}.py"


def test_every_module_that_runs_inside_rasa_is_an_input():
    seen, open_ = set(), sorted((ROOT / "bot" / "nlu").glob("*.py"))
    while open_:
        new = set(imported(open_.pop())) - seen
        seen |= new
        open_ += new
    assert seen
    assert {str(path.relative_to(ROOT)) for path in seen} <= set(trained._INPUTS)


def test_rasa_runs_without_our_settings_and_without_telemetry(monkeypatch):
    monkeypatch.setenv("BOT_SECRET_KEY", "x")
    environment = trained.rasa_environment()
    assert environment["RASA_MAX_CACHE_SIZE"] == "0"  # it would keep what other code trained
    assert "BOT_SECRET_KEY" not in environment
    assert environment["RASA_TELEMETRY_ENABLED"] == "false"


# Training, with a stand-in for Rasa


@pytest.fixture
def rasa(tmp_path, monkeypatch):
    """A program that takes Rasa's arguments and writes a model; `calls` notes them."""
    program, calls = tmp_path / "rasa", tmp_path / "calls"
    program.write_text(
        f"#!{sys.executable}\n"
        "import pathlib, sys\n"
        "given = sys.argv[1:]\n"
        f"pathlib.Path({str(calls)!r}).open('a').write(' '.join(given) + '\\n')\n"
        "name = given[given.index('--fixed-model-name') + 1]\n"
        "(pathlib.Path(given[given.index('--out') + 1]) / f'{name}.tar.gz').write_text('a model')\n"
    )
    program.chmod(0o755)
    monkeypatch.setattr(train, "RASA_PYTHON", program)
    return calls


@pytest.fixture(scope="module")
def knowledge():
    return load()


@pytest.fixture(scope="module")
def index(knowledge):
    """The folder of the search index, beside the real models."""
    train.load_index(knowledge)
    return MODELS / f"index-{digest(documents(knowledge))}"


@pytest.fixture
def models(tmp_path, index, knowledge, monkeypatch):
    """A folder for models, with the search index as it stands beside the real ones."""
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / index.name).symlink_to(index)
    monkeypatch.setattr(train, "load", lambda: knowledge)
    return folder


@pytest.mark.slow
def test_a_missing_model_is_trained(rasa, models, tmp_path):
    model = train.train(models=models, work=tmp_path / "work")
    assert model == model_path(models)
    assert model.read_text() == "a model"
    call = rasa.read_text()
    assert call.startswith("-m bot.nlu.rasa train ")
    assert "data/nlu data/rules" in call
    assert (tmp_path / "work" / "facts.yml").exists()


def test_a_model_that_is_there_is_not_trained_again(rasa, models, tmp_path):
    model_path(models).write_text("trained before")
    assert train.train(models=models, work=tmp_path / "work").read_text() == "trained before"
    assert not rasa.exists()


@pytest.mark.slow
def test_an_outdated_model_is_never_used_and_goes(rasa, models, tmp_path):
    old = models / "assistant-0123456789abcdef.tar.gz"
    old.write_text("outdated")
    assert train.train(models=models, work=tmp_path / "work").read_text() == "a model"
    assert not old.exists()


@pytest.mark.slow
def test_a_model_is_trained_again_when_an_input_has_changed(rasa, models, tmp_path, monkeypatch):
    first = train.train(models=models, work=tmp_path / "work")
    monkeypatch.setattr("bot.trained.fingerprint", lambda: "0123456789abcdef")
    second = train.train(models=models, work=tmp_path / "work")
    assert second != first
    assert len(rasa.read_text().splitlines()) == 2


@pytest.mark.slow
def test_a_training_that_fails_leaves_no_model_and_names_the_log(models, tmp_path, monkeypatch):
    monkeypatch.setattr(train, "RASA_PYTHON", Path("/bin/false"))
    with pytest.raises(train.TrainingFailed, match=str(tmp_path / "work" / "train.log")):
        train.train(models=models, work=tmp_path / "work")
    assert not model_path(models).exists()


def test_without_rasas_environment_the_way_to_make_it_is_told(models, tmp_path, monkeypatch):
    monkeypatch.setattr(train, "RASA_PYTHON", tmp_path / "missing")
    with pytest.raises(train.TrainingFailed, match="make install"):
        train.train(models=models, work=tmp_path / "work")


# The supervisor trains before it starts


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path / "var", secret_key="k")


@pytest.fixture
def model(tmp_path, monkeypatch):
    """Where the model of the present data is to be."""
    path = tmp_path / "assistant-now.tar.gz"
    monkeypatch.setattr(run, "model_path", lambda: path)
    return path


def python(monkeypatch, code):
    monkeypatch.setattr(run, "training", lambda settings: [sys.executable, "-c", code])


def test_a_missing_model_is_trained_before_the_start(settings, model, monkeypatch, capsys):
    python(monkeypatch, f"open({str(model)!r}, 'w').write('trained')")
    assert trained_model(settings).read_text() == "trained"
    assert "Training the assistant" in capsys.readouterr().err


def test_a_model_that_is_there_needs_no_words(settings, model, monkeypatch, capsys):
    model.write_bytes(gzip.compress(b"trained before"))
    python(monkeypatch, "pass")
    assert gzip.decompress(trained_model(settings).read_bytes()) == b"trained before"
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("harm", ["cut short", "changed", "empty"])
def test_a_damaged_model_is_made_again(settings, model, monkeypatch, capsys, harm):
    whole = gzip.compress(b"trained before" * 1000)
    changed = whole[:-8] + bytes([whole[-8] ^ 1]) + whole[-7:]
    model.write_bytes(
        {"cut short": whole[: len(whole) // 2], "changed": changed, "empty": b""}[harm]
    )
    python(monkeypatch, f"open({str(model)!r}, 'w').write('trained')")
    assert trained_model(settings).read_text() == "trained"
    assert "is damaged and is made again" in capsys.readouterr().err


def test_why_training_failed_is_told_in_its_last_line(settings, model, monkeypatch):
    python(
        monkeypatch, "import sys; sys.exit('a warning\\nTraining failed. The reason is in x.log')"
    )
    with pytest.raises(CannotStart, match="^Training failed. The reason is in x.log$"):
        trained_model(settings)


def test_a_training_that_gives_no_model_stops_the_start(settings, model, monkeypatch):
    python(monkeypatch, "pass")
    with pytest.raises(CannotStart, match="Training failed"):
        trained_model(settings)


def test_a_bad_knowledge_base_stops_the_start_even_when_a_model_is_there(
    settings, model, monkeypatch
):
    model.write_bytes(gzip.compress(b"trained before"))
    python(monkeypatch, "import sys; sys.exit('data/plan/facts/plan.yml:3: mend it')")
    with pytest.raises(CannotStart, match="plan.yml:3"):
        trained_model(settings)


STOPPED = """
import sys
from pathlib import Path
from bot import run
from bot.settings import Settings
folder = Path(sys.argv[1])
child = "import time; time.sleep(60)"
code = f"import subprocess, sys, time; p = subprocess.Popen([sys.executable, '-c', {child!r}]); " \\
       f"open('{folder}/pid', 'w').write(str(p.pid)); time.sleep(60)"
run.training = lambda settings: [sys.executable, "-c", code]
run.model_path = lambda: folder / "none"
try:
    run.trained_model(Settings(data_dir=folder))
except run.CannotStart as error:
    sys.exit(str(error))
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_during_training_leaves_nothing_running(tmp_path, number):
    process = subprocess.Popen(
        [sys.executable, "-c", STOPPED, str(tmp_path)], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    pid = tmp_path / "pid"
    limit = time.monotonic() + 10
    while not (pid.exists() and pid.read_text()):
        assert time.monotonic() < limit
        time.sleep(0.05)
    began = time.monotonic()
    process.send_signal(number)
    _, errors = process.communicate(timeout=15)
    assert time.monotonic() - began < 10
    assert process.returncode == 1
    assert errors.splitlines()[-1] == "Stopped before the assistant was trained."
    limit = time.monotonic() + 3
    while is_running(int(pid.read_text())) and time.monotonic() < limit:
        time.sleep(0.05)
    assert not is_running(int(pid.read_text()))
