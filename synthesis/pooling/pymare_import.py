"""Bring in PyMARE's estimators without running the parts of its imports that fitting never touches.

Never changes what PyMARE computes: what is left aside runs in full the moment anyone reads a name of it.
"""

import importlib
import importlib.util
import sys
from typing import Any

# `pymare` itself pulls sympy in for effect sizes, its results pandas for tables: more than half of its import time.
_ASIDE = ("pandas", "scipy.stats", "pymare")


def pymare_estimators() -> Any:
    """The module ``pymare.estimators``. See docs/decisions/0003."""
    if "pymare" not in sys.modules:
        for name in _ASIDE:
            if name not in sys.modules:
                _register(name)
    return importlib.import_module("pymare.estimators")


def _register(name: str) -> None:
    """Put a module into ``sys.modules`` whose code runs when its first missing name is read (PEP 562).

    ``importlib.util.LazyLoader`` cannot do this: every later import statement reads ``__spec__``, and every import of a
    submodule reads ``__path__``; for LazyLoader that is a first use, while here both are simply there.
    """
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    loader = spec.loader
    module = importlib.util.module_from_spec(spec)

    def run_then_get(attribute: str) -> object:
        module.__dict__.pop("__getattr__", None)
        try:
            loader.exec_module(module)
        except BaseException:
            module.__dict__["__getattr__"] = run_then_get
            raise
        return getattr(module, attribute)

    module.__dict__["__getattr__"] = run_then_get
    sys.modules[name] = module
    parent, _, child = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, module)
