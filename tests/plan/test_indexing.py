"""An index is made once, whoever asks for it first; what was read before is not read again."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from bot import ROOT
from bot.language.encoder import SentenceEncoder
from bot.plan.indexing import Document, build, digest, load_or_build
from bot.plan.search import Index
from tests.plan.little import DOCUMENTS, with_follow_ups


def test_follow_ups_are_kept_with_the_index(encoder, tmp_path):
    built = build(with_follow_ups(money=(("comments", "what did that cost?"),)), encoder)
    built.save(tmp_path / "kept")
    loaded = Index.load(tmp_path / "kept", encoder)
    found = [one.search("what did it cost", shown=("comments",)) for one in (built, loaded)]
    assert found[0] == found[1]


def test_a_saved_index_gives_the_same_results(index, encoder, tmp_path):
    index.save(tmp_path / "index")
    loaded = Index.load(tmp_path / "index", encoder)
    for question in ("pilars", "when did it close", "¿cuánto?", "hacked"):
        assert loaded.search(question) == index.search(question)
        assert loaded.search(question, ["the plan"], {"money": 0.1}) == index.search(
            question, ["the plan"], {"money": 0.1}
        )


def test_load_or_build_builds_once(index, encoder, tmp_path):
    load_or_build(DOCUMENTS, encoder, tmp_path)
    files = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    again = load_or_build(DOCUMENTS, encoder, tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == files
    assert again.search("pilars") == index.search("pilars")


def test_other_documents_have_another_index(encoder, tmp_path):
    load_or_build(DOCUMENTS, encoder, tmp_path)
    load_or_build(DOCUMENTS[:3], encoder, tmp_path)
    assert len(list(tmp_path.iterdir())) == 2
    assert digest(DOCUMENTS) != digest(DOCUMENTS[:3])


class Counting(SentenceEncoder):
    """Notes what it reads."""

    def __init__(self):
        super().__init__()
        self.read = []

    def encode_after(self, title, sentence):
        self.read.append((title, sentence))
        return super().encode_after(title, sentence)


NEW = Document("weather", tuple(f"will it {word}?" for word in ("rain", "snow", "hail", "storm")),
               ("It may rain.",), title="Weather")  # fmt: skip


@pytest.mark.parametrize("place", ["in the same folder", "beside it"])
def test_an_index_that_is_made_anew_reads_only_what_is_new(tmp_path, place):
    older = with_follow_ups(money=(("attack", "and the damage?"),))
    encoder, cache = Counting(), tmp_path / "cache"
    load_or_build(older, encoder, cache if place == "in the same folder" else tmp_path)
    encoder.read.clear()
    made = load_or_build([*older, NEW], encoder, cache, () if cache.exists() else (tmp_path,))
    assert sorted(text for _, text in encoder.read) == sorted((*NEW.asks, *NEW.body))
    afresh = build([*older, NEW], encoder)
    for question in ("will it rain", "what did the pillars cost", "and the damage?"):
        for shown in ((), ("attack",)):
            assert made.search(question, shown=shown) == afresh.search(question, shown=shown)


@pytest.mark.parametrize("damage", ["another encoder", "cut off", "no texts", "no text of it"])
def test_what_an_index_has_read_is_read_again_if_it_is_of_no_use(tmp_path, damage):
    encoder = Counting()
    load_or_build(DOCUMENTS, encoder, tmp_path)
    folder = the_only_index(tmp_path)
    if damage == "another encoder":
        texts = (folder / "texts.json").read_text().replace('"mark": "', '"mark": "0')
        (folder / "texts.json").write_text(texts)
    elif damage == "cut off":
        whole = (folder / "index.joblib").read_bytes()
        (folder / "index.joblib").write_bytes(whole[: len(whole) // 2])
    elif damage == "no texts":
        (folder / "texts.json").unlink()
    else:
        (folder / "texts.json").write_text("{")
    encoder.read.clear()
    made = load_or_build([*DOCUMENTS, NEW], encoder, tmp_path)
    assert len(encoder.read) == sum(len(d.asks) + len(d.body) for d in [*DOCUMENTS, NEW])
    assert made.search("pilars")[0].id == "pillars"


def the_only_index(cache):
    folders = list(cache.iterdir())
    assert [folder.name for folder in folders] == [f"index-{digest(DOCUMENTS)}"]
    return folders[0]


def test_threads_that_build_at_once_leave_one_whole_index(index, encoder, tmp_path):
    start = Barrier(4)

    def build(_):
        start.wait()
        return load_or_build(DOCUMENTS, encoder, tmp_path)

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(build, range(4)))
    made.append(Index.load(the_only_index(tmp_path), encoder))
    for one in made:
        assert one.search("pilars")[0].id == "pillars"
        assert one.scores("pilars").tolist() == index.scores("pilars").tolist()


def test_two_processes_that_build_at_once_leave_one_whole_index(index, encoder, tmp_path):
    program = (
        "import pathlib, sys, time\n"
        "from bot.language.encoder import SentenceEncoder\n"
        "from bot.plan.indexing import load_or_build\n"
        "from tests.plan.little import DOCUMENTS\n"
        "cache, go = map(pathlib.Path, sys.argv[1:])\n"
        "encoder = SentenceEncoder()\n"
        "print('ready', flush=True)\n"
        "while not go.exists(): time.sleep(0.001)\n"
        "print(load_or_build(DOCUMENTS, encoder, cache).search('pilars')[0].id)\n"
    )
    cache, go = tmp_path / "cache", tmp_path / "go"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(cache), str(go)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    go.touch()
    found = [process.communicate(timeout=30)[0].strip() for process in processes]
    assert found == ["pillars", "pillars"]
    loaded = Index.load(the_only_index(cache), encoder)
    assert loaded.search("pilars") == index.search("pilars")


def test_to_load_an_index_takes_a_part_of_what_it_takes_to_build_it(encoder, tmp_path):
    many = [
        Document(f"d{n}", (), (f"Project {n} brings fiber to block {n * 7}.",)) for n in range(300)
    ]

    def seconds():
        began = time.perf_counter()
        load_or_build(many, encoder, tmp_path)
        return time.perf_counter() - began

    building = seconds()
    assert min(seconds() for _ in range(3)) < building / 4
