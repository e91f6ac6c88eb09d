"""What kind of number a string of digits is: checks of the published formats, nothing about where it stands."""

from __future__ import annotations

import re

# The first two digits of an identity number (GB/T 2260, 1999-2024: provinces, Hong Kong, Macao, Taiwan, residents).
_REGION = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91")
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_CHECKS = "10X98765432"
_DATE = re.compile(r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_YEAR = re.compile(r"(?:19|20)\d\d")
_MOBILE = re.compile(r"(?:0|(?:00)?86)?1[3-9]\d{9}", re.ASCII)


def is_identity(digits: str) -> bool:
    """Whether `digits` can be an identity number of 18 (the last may be X) or 15 places: region and birthday fit."""
    if not _REGION.match(digits):
        return False
    if len(digits) == 18:
        return bool(_YEAR.fullmatch(digits[6:10]) and _DATE.fullmatch(digits[10:14]))
    return len(digits) == 15 and digits.isdecimal() and bool(_DATE.fullmatch(digits[8:12]))


def has_identity_check(digits: str) -> bool:
    """Whether the last place of 18 is the check of the others (GB 11643, ISO 7064 MOD 11-2)."""
    if len(digits) != 18:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits[:17], _IDENTITY_WEIGHTS, strict=True))
    return digits[17] == _IDENTITY_CHECKS[total % 11]


def is_mobile(digits: str) -> bool:
    """Whether `digits` is a mobile number of the mainland, bare or after 0, 86 or 0086."""
    return bool(_MOBILE.fullmatch(digits))


def has_luhn_check(digits: str) -> bool:
    """Whether the last digit is the check of the others as on bank cards (ISO/IEC 7812-1)."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(int(digit) for digit in digits[::-2]) + sum(doubled)) % 10 == 0


def is_year(digits: str) -> bool:
    """Whether `digits` reads as a year of our time."""
    return bool(_YEAR.fullmatch(digits))


def is_date(year: str, month: str, day: str = "01") -> bool:
    """Whether year, month and day, as they stand between separators, can be a date."""
    return is_year(year) and bool(_DATE.fullmatch(month.zfill(2) + day.zfill(2)))
