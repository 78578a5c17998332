"""Lists of names on the command line: with commas, and each name once."""

import os
from collections.abc import Callable, Collection, Mapping, Sequence

from impasto.cli.arguments import UsageError, words


def check_commas(
    arguments: Sequence[str], lists: Mapping[str, Callable[[], Collection[str]]]
) -> None:
    """Refuse names with spaces between them: the second would be taken for a picture.

    `lists` are flags, and what gives the names that each of them knows.

    Raises:
        UsageError: a name follows a list that has ended.
    """
    for place, flag in enumerate(arguments):
        if flag not in lists:
            continue
        given = list(arguments[place + 1 : place + 2])
        for word in arguments[place + 2 :]:
            if (
                word.startswith("-")
                or os.path.exists(word)
                or not set(words(word)) & set(lists[flag]())
            ):
                break
            given.append(word)
        if len(given) > 1:
            names = [name for word in given for name in words(word) if name]
            raise UsageError(
                f"{flag} got {' '.join(given)}; expected commas between the names and no spaces: "
                f"{flag} {','.join(names)}"
            )


def read_names(text: str | None, flag: str) -> list[str]:
    """Return the names in a list; none if it wasn't given.

    Raises:
        UsageError: one is empty, or in it twice.
    """
    names = [] if text is None else words(text)
    for name in names:
        if not name:
            raise UsageError(
                f"{flag} is {text!r}; expected names with commas between them; name some, or leave "
                f"{flag} out"
            )
        if names.count(name) > 1:
            raise UsageError(f"{flag} names {name} twice; expected each name once; leave one out")
    return names
