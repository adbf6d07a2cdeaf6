"""What is asked for again and again, worked out once."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Once(dict[Key, Value]):
    """A value for each key, worked out when it is first asked for.

    >>> sizes = Once(len, {None: 0})
    >>> sizes["three"], sizes[None], sizes
    (5, 0, {None: 0, 'three': 5})
    """

    def __init__(self, work_out: Callable[[Any], Value], known: Mapping[Key, Value] = {}) -> None:
        super().__init__(known)
        self._work_out = work_out

    def __missing__(self, key: Key) -> Value:
        value = self[key] = self._work_out(key)
        return value
