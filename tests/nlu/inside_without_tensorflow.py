"""Rasa without TensorFlow: it is imported whole, and nothing of TensorFlow is."""

import sys
from pathlib import Path

from bot import ROOT
from bot.nlu import without_tensorflow

FOLDER = Path(sys.argv[1])
OTHERS = {
    "a classifier of Rasa's": "pipeline:\n- name: DIETClassifier\npolicies:\n- name: RulePolicy\n",
    "a policy of Rasa's": "pipeline:\n- name: bot.nlu.X\npolicies:\n- name: TEDPolicy\n",
    "Rasa's own choice": "language: en\n",
}


def only_what_needs_none_is_run_without_it() -> None:
    assert without_tensorflow.fits(ROOT / "config.yml")
    for what, config in OTHERS.items():
        file = FOLDER / "config.yml"
        file.write_text(config)
        assert not without_tensorflow.fits(file), what


def rasa_is_imported_whole() -> None:
    without_tensorflow.install()
    before = list(sys.meta_path)
    without_tensorflow.install()
    assert sys.meta_path == before
    import rasa.core.run
    import rasa.model_training
    import rasa.server
    from rasa.engine.recipes.default_components import DEFAULT_COMPONENTS
    from rasa.engine.recipes.default_recipe import DefaultV1Recipe

    from bot.nlu.hot_path.fit import check_version

    check_version()
    known = DefaultV1Recipe._registered_components
    assert all(component.__name__ in known for component in DEFAULT_COMPONENTS)
    assert rasa.core.run and rasa.model_training and rasa.server


def nothing_of_tensorflow_is_there() -> None:
    for name in ("tensorflow", "keras", "jax"):
        module = sys.modules.get(name)
        assert getattr(module, "__file__", None) is None, name
    import thinc.compat

    assert not thinc.compat.has_tensorflow
    mapped = Path("/proc/self/maps").read_text()
    found = [line for line in mapped.splitlines() if "tensorflow" in line]
    assert not found, found


only_what_needs_none_is_run_without_it()
rasa_is_imported_whole()
nothing_of_tensorflow_is_there()
print("without tensorflow: good")
