"""Forms of printed fields in which equal things are equal strings: titles, names, journals, numbers, pages.

Never guesses what is absent: an empty or unreadable field becomes an empty string.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

# Spelled out because databases differ in whether they print the letter or its name.
GREEK = {
    ord(letter): name
    for letters, name in (
        ("αΑ", "alpha"),
        ("βΒ", "beta"),
        ("γΓ", "gamma"),
        ("δΔ", "delta"),
        ("εΕ", "epsilon"),
        ("κΚ", "kappa"),
        ("λΛ", "lambda"),
        ("μΜµ", "mu"),
        ("ωΩ", "omega"),
    )
    for letter in letters
}
# Letters that Unicode does not decompose into a base letter and a mark.
LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "þ": "th", "ð": "d"})
# What databases append to a title; it says something of the entry, not of the work.
APPENDED = re.compile(
    r"\s*(?:[\[(](?:abstract(?:\s+(?:no|number)?[.:]?\s*[\w-]*)?|see comments?[^\])]*|comments?|review|"
    r"\d+ ref(?:erence)?s?|electronic resource|in process citation|"
    r"(?:published )?erratum appears[^\]]*|erratum in[^\]]*|retracted[^\])]*|corrected[^\])]*)[\])]"
    r"|\[?erratum appears in.*$|\bla: ?[a-z]{3}\b|<original>.*$)\s*\.?\s*$"
)
JOINED = str.maketrans({"&": " and ", "'": None, "’": None})
# A publisher's mark on the paper itself; the notice about it is worded otherwise ("Retraction of …").
MARKED = re.compile(r"^\W*(?:retracted|withdrawn|removed)(?: article| paper| chapter)?\s*[:\])]\s*(?=\S)")
TAG = re.compile(r"</?[a-z][^<>]{0,200}>")
REPEATED = 1 << 16  # names and journals come again and again; their forms are kept
WORD = re.compile(r"[^\W_]+")
ABSENT = ("unknown", "none", "null", "nan", "n/a", "na", "no pages", "n.pag", "n.pag.", "in press", "anonymous", "anon")
MONTHS = {name: str(n) for n, name in enumerate(WORD.findall("jan feb mar apr may jun jul aug sep oct nov dec"), 1)}
MONTH_RANGE = re.compile(r"(\d{1,2})-(" + "|".join(MONTHS) + r")|(" + "|".join(MONTHS) + r")-(\d{1,2})")
PAGE = re.compile(r"([a-z]*)[\s.]*?(\d+)")
START_LOST = re.compile(r"[a-z.\s]*-\s*\d+$")
PARTICLES = frozenset(WORD.findall("von van der den de del della di da dos du la le el al bin ibn ter ten zu zur"))
SUFFIXES = frozenset(WORD.findall("jr sr ii iii iv 2nd 3rd phd md dr prof mr mrs"))
CONTAINER_NOISE = frozenset(WORD.findall("the of and for in on de la le und der die des et fur proceedings annual"))


def folded(text: str) -> str:
    """Lower case, without accents, entities and tags; Greek letters by name."""
    if text.isascii() and "&" not in text and "<" not in text:
        return text.lower()
    text = html.unescape(text).lower().translate(GREEK).translate(LETTERS)
    text = TAG.sub("", text.replace("<original>", " [original] "))
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def printed(text: str) -> str:
    """The text, or nothing where the source only says that there is none."""
    stripped = text.strip()
    return "" if stripped.lower() in ABSENT else stripped


def title_forms(text: str) -> tuple[str, ...]:
    """The words of a title, and of each of its other-language versions, the whole one first.

    Versions stand in brackets, or after a semicolon or the mark <original>.
    """
    lowered = MARKED.sub("", folded(text).strip(" .\"'"))
    while (cut := APPENDED.sub("", lowered)) != lowered and cut.strip("[] "):
        lowered = cut
    whole = _words(lowered)
    forms = [whole]
    for part in _versions(lowered):
        words = _words(part)
        if len(words) >= 25 and words != whole and words not in forms:
            forms.append(words)
    return tuple(forms)


def squeezed(text: str) -> str:
    """A normalised text without its spaces, so that hyphens and blanks do not matter."""
    return text.replace(" ", "")


@lru_cache(maxsize=REPEATED)
def family_name(text: str) -> str:
    """The family name of one printed name, without particles, suffixes and blanks."""
    family, comma, _ = text.partition(",")
    words = _words(folded(family)).split()
    if not comma:  # "Smith J.", "Smith JA" or "John A. Smith": initials are short, the family name is not
        long = [word for word in words if len(word) > 2 and word not in SUFFIXES]
        printed_words = text.split()
        initials_last = len(printed_words) > 1 and len(printed_words[-1].replace(".", "").replace("-", "")) <= 2
        words = long if initials_last or len(long) < 2 else long[-1:]
    kept = [word for word in words if word not in PARTICLES and word not in SUFFIXES]
    return "".join(kept or words)


@lru_cache(maxsize=REPEATED)
def name_words(text: str) -> tuple[str, ...]:
    """Every word of a name with more than two letters: families and given names alike."""
    return tuple(word for word in _words(folded(text)).split() if len(word) > 2)


def year_of(text: str) -> int | None:
    """The first plausible year in the text."""
    found = re.search(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)", text)
    return int(found[1]) if found else None


def number_of(text: str) -> str:
    """A volume or an issue: its digits, without leading zeros and without what surrounds them."""
    found = re.search(r"\d+", folded(printed(text)))
    return found[0].lstrip("0") if found else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Where a work stands: numbers without the letters before them, which sources print or leave out (viii108, S27)."""

    first: str = ""
    last: str = ""
    electronic: bool = False  # an article number such as e24083: says nothing against printed pages


def pages_of(text: str) -> Pages:
    """Reads "97-9" as 97 to 99, a spreadsheet's "01-Apr" as 1 to 4, and "Suppl-12" as a range whose start was lost."""
    lowered = folded(printed(text)).replace("–", "-").replace("—", "-")
    if month := MONTH_RANGE.fullmatch(lowered):
        day, name = (month[1], month[2]) if month[1] else (month[4], month[3])
        first, last = sorted((day.lstrip("0"), MONTHS[name]), key=int)
        return Pages(first=first, last=last)
    found = [(letters, number.lstrip("0")) for letters, number in PAGE.findall(lowered)]
    if not found or not found[0][1]:
        return Pages()
    letters, first = found[0]
    if START_LOST.match(lowered):
        return Pages(last=first)
    last = found[1][1] if len(found) > 1 and "-" in lowered else ""
    if last and len(last) < len(first):
        last = first[: len(first) - len(last)] + last
    return Pages(first=first, last=last, electronic=not last and len(letters) in (1, 2) and letters[0] != "s")


@lru_cache(maxsize=REPEATED)
def container_forms(text: str) -> tuple[str, ...]:
    """The words of a journal's or conference's names; parallel names stand between "=" or ":"."""
    lowered = re.sub(r"\[[^\]]*\]|\([^)]*\)", " ", folded(printed(text)))
    lowered = re.sub(r"\d+(?:st|nd|rd|th)?", " ", lowered)
    forms = []
    for part in re.split(r"\s[=:]\s|: |\. (?=\w{3})|/", lowered):
        words = " ".join(word for word in _words(part).split() if word not in CONTAINER_NOISE)
        if words and words not in forms:
            forms.append(words)
    whole = " ".join(word for word in _words(lowered).split() if word not in CONTAINER_NOISE)
    return tuple(dict.fromkeys((whole, *forms))) if whole else ()


def is_abbreviation(short: str, long: str) -> bool:
    """Whether `short` is made of shortened words of `long`, in their order; some words may be left out.

    A word is shortened to its beginning, printed with or without blanks, or to letters of it (dtsch for deutsche).

    >>> is_abbreviation("dtsch med wochenschr", "deutsche medizinische wochenschrift")
    True
    >>> is_abbreviation("jthoraccardiovascsurg", "journal thoracic cardiovascular surgery")
    True
    >>> is_abbreviation("brain", "british medical journal")
    False
    """
    letters, words = squeezed(short), long.split()
    if len(letters) < 3 or len(words) < 2 or letters[0] != words[0][0]:
        return False
    return _of_beginnings(letters, words) or (" " in short and _of_letters(short.split(), words))


def _of_beginnings(letters: str, words: list[str]) -> bool:
    reached = {0}  # how many letters the words so far can account for
    for word in words:
        longer = set()
        for start in reached:
            for end in range(start, min(len(letters), start + len(word))):
                if letters[end] != word[end - start]:
                    break
                longer.add(end + 1)
        reached |= longer
    return len(letters) in reached


def _of_letters(shortened: list[str], words: list[str]) -> bool:
    remaining = iter(words)
    return all(any(_shortens(short, word) for word in remaining) for short in shortened)


def _shortens(short: str, word: str) -> bool:
    letters = iter(word)
    return short[0] == word[0] and all(letter in letters for letter in short)


def _words(text: str) -> str:
    return " ".join(WORD.findall(text.translate(JOINED)))


def _versions(text: str) -> Iterator[str]:
    for inside in re.findall(r"\[([^\[\]]{25,})\]", text):
        yield inside
        yield text.replace(f"[{inside}]", " ")
    for mark in (";", " = ", " / "):
        if mark in text:
            yield from text.split(mark)
