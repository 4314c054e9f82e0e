"""The databases of the store's tests, for the harvest."""

from tests.store.conftest import postgres, url

__all__ = ["postgres", "url"]
