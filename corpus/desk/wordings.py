"""How each kind of event of the audit trail is told.

Never knows an event: only the kind of what it is about, and the values that were kept of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from corpus.audit import of_corpus
from corpus.desk.formdata import in_words
from corpus.domain.links import LinkVerdict
from corpus.domain.matters import MatterKind, Outcome

Values = Mapping[str, Any]
Titles = Mapping[str, str]
LONGEST = 300  # characters of one text; all of it is kept beside the sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How events of one kind are told: what is done when it comes, changes or goes, what it is about, how it stands."""

    comes: str
    changes: str
    goes: str
    about: Callable[[str, Values, Titles], str]
    state: Callable[[Values], str]


def wording_of(kind: str, rest: str, values: Values) -> Wording:
    if of_corpus(f"{kind}/"):
        return replace(_CORPUS, about=lambda name, _, __: f"{kind} {name}")
    if kind == "screening" and values.get("settles"):
        return _SETTLED
    if kind == "draft" and rest.count("/") > 1:
        return _TYPED
    if kind == "invitation" and values.get("account"):
        return _RENEWAL
    return _WORDINGS.get(kind, _OTHER)


def short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()}…"


def _quoted(text: object) -> str:
    return f"“{short(str(text))}”" if text else ""


def _joined(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


def fields_of(values: Values) -> str:
    return _joined(
        *(f"{name.replace('_', ' ')}: {short(str(one))}" for name, one in values.items() if one not in ("", None))
    )


def _record(kind: str) -> Callable[[str, Values, Titles], str]:
    def about(rest: str, _: Values, titles: Titles) -> str:
        record = rest.rsplit("/", OF_RECORDS[kind])[0]
        return titles.get(record) or record

    return about


def _decision(values: Values) -> str:
    reason = f" ({str(values['reason']).replace('_', ' ')})" if values.get("reason") else ""
    return _joined(f"{values['verdict']}{reason}", _quoted(values.get("note")))


def _link(values: Values) -> str:
    held, reason = values.get("relation") or LinkVerdict(values["verdict"]).label, str(values.get("reason", ""))
    return short(reason) if reason.startswith(held) else _joined(held, _quoted(reason))


def _pair(rest: str, values: Values, titles: Titles) -> str:
    if not {"a", "b"} <= values.keys():
        return rest
    return " and ".join(titles.get(values[side]) or values[side] for side in "ab")


def _full_text(values: Values) -> str:
    gone = f", taken away by {values['taken_by']}" if values.get("taken_by") else ""
    return (values["url"] or f"{values['name']} ({values['size'] / 1000:.0f} kB)") + gone


def _account(values: Values) -> str:
    may = "enter" if values["active"] else "not enter"
    return f"{values['name']} is {values['role']} and may {may}{_aside(values)}"


def _aside(values: Values) -> str:
    return "" if values.get("screens", True) else ", does not screen"


OF_RECORDS = {"screening": 2, "skip": 2, "amendment": 0, "full_text": 1}  # parts of the entity after the record
MATTERS = {
    MatterKind.PAGE.value: "the page",
    MatterKind.NOTICE.value: "the notice",
    MatterKind.REPORTED.value: "the reader's report no.",
    MatterKind.AUTHORS.value: "asking the authors of",
}
_CASES = {
    "coding": "it is being coded",
    "comparing": "its codings are compared",
    "accepted": "it is in the corpus",
    "closed": "it was given up",
}
_WORDS = {"for": "speaks for inclusion", "against": "speaks for exclusion", "": "is not highlighted"}
_SIDES = {"desk": "the desk's stands", "files": "the files' stand"}
_CORPUS = Wording(
    comes="brought into the corpus",
    changes="changed in the corpus",
    goes="took out of the corpus",
    about=lambda rest, _, __: rest,
    state=fields_of,
)
_SETTLED = Wording(
    comes="settled {stage} of",
    changes="settled anew {stage} of",
    goes="took back what was settled at {stage} of",
    about=_record("screening"),
    state=_decision,
)
_TYPED = Wording(
    comes="typed in {case},",
    changes="typed anew in {case},",
    goes="emptied in {case},",
    about=lambda rest, _, __: in_words(rest.split("/", 2)[2], {}),
    state=lambda values: _quoted(values["value"]),
)
_RENEWAL = Wording(
    comes="made a link to a new password for",
    changes="changed the link to a new password for",
    goes="closed the link to a new password for",
    about=lambda _, values, __: values["name"],
    state=lambda values: f"until {str(values['expires'])[:16].replace('T', ' ')} UTC",
)
_OTHER = Wording(comes="entered", changes="changed", goes="took away", about=lambda rest, _, __: "", state=fields_of)
_WORDINGS: Mapping[str, Wording] = {
    "screening": Wording(
        comes="decided on {stage} of",
        changes="changed {whose} decision on {stage} of",
        goes="took back {whose} decision on {stage} of",
        about=_record("screening"),
        state=_decision,
    ),
    "skip": Wording(
        comes="put off {stage} of",
        changes="put off {stage} of",
        goes="took up {stage} of",
        about=_record("skip"),
        state=lambda _: "",
    ),
    "amendment": Wording(
        comes="added an abstract to",
        changes="changed the abstract of",
        goes="took the abstract away from",
        about=_record("amendment"),
        state=lambda values: _quoted(values["text"]),
    ),
    "full_text": Wording(
        comes="attached a full text to",
        changes="changed a full text of",
        goes="took a full text away from",
        about=_record("full_text"),
        state=_full_text,
    ),
    "highlight": Wording(
        comes="said of the word",
        changes="said anew of the word",
        goes="forgot the word",
        about=lambda rest, _, __: rest,
        state=lambda values: _WORDS[values["kind"]],
    ),
    "account": Wording(
        comes="entered the person",
        changes="changed the person",
        goes="took out the person",
        about=lambda rest, _, __: rest,
        state=_account,
    ),
    "invitation": Wording(
        comes="invited",
        changes="changed the invitation of",
        goes="closed the invitation of",
        about=lambda _, values, __: str(values.get("name", "")),
        state=lambda values: (
            f"{values['role']}{_aside(values)}, until {str(values['expires'])[:16].replace('T', ' ')} UTC"
        ),
    ),
    "session": Wording(
        comes="entered the desk,",
        changes="went on,",
        goes="ended a session,",
        about=lambda _, values, __: f"session of {values['account']}" if "account" in values else "a session",
        state=lambda _: "",
    ),
    "reader_report": Wording(
        comes="told that something is wrong with",
        changes="changed what was told of",
        goes="took away what was told of",
        about=lambda _, values, __: str(values.get("about") or "the site as a whole"),
        state=lambda values: _quoted(values["said"]),
    ),
    "matter": Wording(
        comes="said of {matter}",
        changes="said anew of {matter}",
        goes="took back what was said of {matter}",
        about=lambda rest, _, __: rest.partition("/")[2],
        state=lambda values: _joined(Outcome(values["outcome"]).label, _quoted(values["note"])),
    ),
    "link_proposal": Wording(
        comes="proposed what these are:",
        changes="proposed anew what these are:",
        goes="ended the proposal on",
        about=_pair,
        state=lambda values: f"{values['saying'].replace('_', ' ')}: {values['reason']}",
    ),
    "link": Wording(
        comes="said what these are:",
        changes="said anew what these are:",
        goes="unlinked",
        about=_pair,
        state=_link,
    ),
    "case": Wording(
        comes="opened the case",
        changes="moved the case",
        goes="took away the case",
        about=lambda rest, _, __: rest,
        state=lambda values: _CASES[values["state"]],
    ),
    "draft": Wording(
        comes="took up the coding of",
        changes="moved the coding of",
        goes="took away the coding of",
        about=lambda rest, _, __: rest.partition("/")[0],
        state=lambda values: f"{values['who']}'s coding is {values['state']}",
    ),
    "settlement": Wording(
        comes="settled in {case},",
        changes="settled anew in {case},",
        goes="took back what was settled in {case},",
        about=lambda rest, _, __: in_words(rest.partition("/")[2], {}),
        state=lambda values: _joined(_quoted(values["value"]) or "nothing", _quoted(values["reason"])),
    ),
    "files": Wording(
        comes="settled between desk and files",
        changes="settled between desk and files",
        goes="settled between desk and files",
        about=lambda rest, _, __: rest,
        state=lambda values: _SIDES[values["side"]],
    ),
}
