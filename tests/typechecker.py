"""Checks types and shapes while tests run: beartype, to which an int is a float as to PEP 484."""

from beartype import BeartypeConf, beartype

check = beartype(conf=BeartypeConf(is_pep484_tower=True))
