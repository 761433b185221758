"""Leave TensorFlow out of an assistant that has no use for it.

Why: Rasa imports TensorFlow, and with it Keras and JAX, wherever it runs, for components that
our config.yml does not have: 345 of an assistant's 530 MB, and half of the time of its imports.
What Rasa takes from them while it is imported (base classes, decorators, types) is stood in for
by empty ones. docs/decisions/0041 has the measurements.
"""

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, Iterator, Optional

import yaml

LEFT_OUT = (
    "jax",
    "jaxlib",
    "keras",
    "tensorboard",
    "tensorflow",
    "tensorflow_addons",
    "tensorflow_hub",
    "tensorflow_text",
)
RASA_COMPONENTS = frozenset({"RulePolicy"})
"""Rasa's own components that were seen to work without TensorFlow."""


def install() -> None:
    """Let imports of TensorFlow find the stand-in; RuntimeError if Rasa was imported before."""
    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return
    if "rasa" in sys.modules:
        raise RuntimeError("Rasa was imported before TensorFlow was left out.")
    # spaCy uses it where it is there, so spaCy is told first that it is not.
    sys.modules.update(dict.fromkeys(LEFT_OUT))  # type: ignore[arg-type]
    import spacy  # noqa: F401

    for name in LEFT_OUT:
        del sys.modules[name]
    sys.meta_path.insert(0, _Finder())


def fits(config: Path) -> bool:
    """Whether a config.yml names only components that do without TensorFlow."""
    return all(
        name in RASA_COMPONENTS or name.startswith("bot.nlu.") for name in _components(config)
    )


def _components(config: Path) -> Iterator[str]:
    content = yaml.safe_load(config.read_text(encoding="utf-8")) or {}
    for part in ("pipeline", "policies"):
        # Where Rasa finds none of a part, it chooses its own.
        for component in content.get(part) or [{"name": ""}]:
            yield str(component.get("name", ""))


class _Kind(type):
    """The type of the stand-in's classes: whatever is asked of them is another one."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        found = _made(name, f"{cls.__module__}.{cls.__name__}")
        setattr(cls, name, found)
        return found


class _Absent(metaclass=_Kind):
    """A class that can be inherited from, and a decorator that leaves things as they are."""

    def __new__(cls, *given: Any, **_: Any) -> Any:
        return given[0] if len(given) == 1 and callable(given[0]) else super().__new__(cls)

    def __call__(self, decorated: Any) -> Any:
        return decorated


def _made(name: str, where: str) -> _Kind:
    return _Kind(name, (_Absent,), {"__module__": where})


class _Module(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        found = _made(name, self.__name__)
        setattr(self, name, found)
        return found


class _Finder(MetaPathFinder, Loader):
    def find_spec(self, name: str, path: Any, target: Any = None) -> Optional[ModuleSpec]:
        if name.split(".")[0] not in LEFT_OUT:
            return None
        return ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing in it."""
