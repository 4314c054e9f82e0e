"""Reads the registrations of ClinicalTrials.gov, version 2 of its interface.

Never reads posted results: a registration says what is planned, and names the reports of what came of it.
"""

from typing import Any

from corpus.domain.harvested import HarvestedRecord, Rejected, RelationKind
from harvest.readers import dates
from harvest.readers.draft import Draft, unique
from harvest.readers.fields import Fields, plain, read_document
from harvest.readers.reading import BadReply, Reading

SOURCE = "ctgov"

# DERIVED references are found by the registry itself, because a publication names the trial's number.
_REFERENCES = {
    "RESULT": RelationKind.RESULT_OF,
    "DERIVED": RelationKind.RESULT_OF,
    "BACKGROUND": RelationKind.BACKGROUND_OF,
}
_MODULES = frozenset(
    """armsInterventionsModule contactsLocationsModule eligibilityModule ipdSharingStatementModule outcomesModule
    oversightModule""".split()
)


def read(payload: bytes, *, url: str = "") -> Reading:
    """A page of studies, or one study. Raises BadReply where the reply is neither."""
    name = url or "ClinicalTrials.gov reply"
    data = read_document(payload, name)
    if "protocolSection" in data and "studies" not in data:
        record = _record(data)
        if record is None:
            raise BadReply(f"{name}: a study without an NCT number")
        return Reading(records=(record,), total=1)
    items = data.get("studies")
    if not isinstance(items, list):
        raise BadReply(f"{name}: studies expected; saw {', '.join(sorted(data)[:8]) or 'an empty object'}")
    records: list[HarvestedRecord] = []
    rejected: list[Rejected] = []
    for item in items:
        record = _record(item)
        if record is None:
            rejected.append(Rejected(file=name, line=None, reason="a study without an NCT number"))
        else:
            records.append(record)
    total, token = data.get("totalCount"), data.get("nextPageToken")
    return Reading(
        records=tuple(records),
        rejected=tuple(rejected),
        total=total if isinstance(total, int) else None,
        next=token if isinstance(token, str) and token else None,
    )


def _record(item: Any) -> HarvestedRecord | None:
    draft = Draft(SOURCE)
    study = Fields(item, draft.warn).part("protocolSection")
    identification = study.part("identificationModule")
    draft.give_nct(identification.text("nctId"))
    if not draft.nct:
        return None
    draft.source_id, draft.url = str(draft.nct[0]), draft.nct[0].url
    brief, official = plain(identification.text("briefTitle")), plain(identification.text("officialTitle"))
    draft.title = official or brief
    status = study.part("statusModule")
    draft.date = dates.printed(status.part("startDateStruct").text("date")) or dates.printed(
        status.part("studyFirstSubmitDate").text("date")
    )
    sponsor = study.part("sponsorCollaboratorsModule").part("leadSponsor").text("name")
    draft.give_author(collective=plain(sponsor))
    description = study.part("descriptionModule")
    draft.abstract = plain(description.text("briefSummary"))
    conditions = study.part("conditionsModule")
    interventions = [one.text("name") for one in study.part("armsInterventionsModule").parts("interventions")]
    draft.keywords += unique(
        plain(word) for word in (*conditions.texts("conditions"), *conditions.texts("keywords"), *interventions)
    )
    design = study.part("designModule")
    draft.types += ["registration", *filter(None, [design.text("studyType").lower()])]
    draft.types += [phase.lower() for phase in design.texts("phases") if phase != "NA"]
    for branch in ("conditionBrowseModule", "interventionBrowseModule"):
        draft.mesh += [mesh.text("term") for mesh in Fields(_derived(item, branch), draft.warn).parts("meshes")]
    for reference in study.part("referencesModule").parts("references"):
        kind = _REFERENCES.get(reference.text("type").upper(), RelationKind.RELATED)
        draft.relate(kind, pmid=reference.text("pmid") or None, text=plain(reference.text("citation")))
    study.finish(_MODULES)
    return draft.record()


def _derived(item: Any, branch: str) -> Any:
    section = item.get("derivedSection") if isinstance(item, dict) else None
    return section.get(branch) if isinstance(section, dict) else None
