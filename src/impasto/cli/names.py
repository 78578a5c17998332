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
            names = [name for word in given for name in words(word)]
            raise UsageError(
                f"{flag} got {' '.join(given)}; expected commas between the names and no spaces: "
                f"{flag} {','.join(names)}"
            )


def read_names(text: str, flag: str) -> list[str]:
    """Return the names in a list.

    Raises:
        UsageError: one is in it twice.
    """
    names = words(text)
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"{flag} names {name} twice; expected each name once; leave one out")
    return names
