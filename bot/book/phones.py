"""Read the numbers of a 咨询电话、监督电话 section."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Numbers of 威海 (0631) have seven digits, elsewhere seven or eight; 12333 and its like have no area code.
NUMBER = r"(?:0631-\d{7}|0(?!631-)\d{2,3}-\d{7,8}|12\d{3})(?!\d)"
BETWEEN = r"[、，；。/\s]"
LABELLED = re.compile(rf"(?P<label>[^\d：、，；。/\s]+)：(?P<numbers>{NUMBER}(?:{BETWEEN}+{NUMBER})*)")


@dataclass(frozen=True)
class Phone:
    """A number as printed with its label: Phone("咨询电话", "0631-5198106")."""

    label: str
    number: str


def find_phones(text: str) -> tuple[Phone, ...]:
    """Return every number with the label it stands under, in the order printed; a line may hold several."""
    return tuple(
        Phone(match["label"], number)
        for match in LABELLED.finditer(text)
        for number in re.findall(NUMBER, match["numbers"])
    )


def is_phone_line(line: str) -> bool:
    """Whether the line is made of labels and well-formed numbers, and of nothing else."""
    return bool(LABELLED.search(line)) and not re.sub(BETWEEN, "", LABELLED.sub("", line))
