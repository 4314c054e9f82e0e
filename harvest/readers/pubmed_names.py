"""PubMed's own words: which of its relations are ours, and which elements carry no field of a record.

Never reads anything; a word that stands nowhere here is reported by the reader.
"""

from corpus.domain.harvested import RelationKind

# PubMed's RefType (NLM, "MEDLINE/PubMed Data Element Descriptions") as the relations this project knows.
RELATIONS = {
    "RetractionIn": RelationKind.RETRACTION_IN,
    "RetractionOf": RelationKind.RETRACTION_OF,
    "PartialRetractionIn": RelationKind.ERRATUM_IN,  # a part is withdrawn, the report stands
    "PartialRetractionOf": RelationKind.ERRATUM_FOR,
    "RetractedandRepublishedIn": RelationKind.RETRACTION_IN,
    "RetractedandRepublishedFrom": RelationKind.RETRACTION_OF,
    "ErratumIn": RelationKind.ERRATUM_IN,
    "ErratumFor": RelationKind.ERRATUM_FOR,
    "CorrectedandRepublishedIn": RelationKind.REPUBLISHED_IN,
    "CorrectedandRepublishedFrom": RelationKind.REPUBLISHED_FROM,
    "RepublishedIn": RelationKind.REPUBLISHED_IN,
    "RepublishedFrom": RelationKind.REPUBLISHED_FROM,
    "ExpressionOfConcernIn": RelationKind.EXPRESSION_OF_CONCERN_IN,
    "ExpressionOfConcernFor": RelationKind.EXPRESSION_OF_CONCERN_FOR,
    "UpdateIn": RelationKind.UPDATE_IN,
    "UpdateOf": RelationKind.UPDATE_OF,
    "CommentIn": RelationKind.COMMENT_IN,
    "CommentOn": RelationKind.COMMENT_ON,
    "PreprintIn": RelationKind.PREPRINT_IN,
    "PreprintOf": RelationKind.PREPRINT_OF,
    "Cites": RelationKind.CITES,
    "AssociatedDataset": RelationKind.RELATED,
    "AssociatedPublication": RelationKind.RELATED,
    "OriginalReportIn": RelationKind.RELATED,
    "ReprintIn": RelationKind.REPUBLISHED_IN,
    "ReprintOf": RelationKind.REPUBLISHED_FROM,
    "SummaryForPatientsIn": RelationKind.RELATED,
}
# Elements that are known and carry no field of the record. What is neither here nor read is reported.
UNUSED = frozenset(
    [
        "DateCreated",
        "DateCompleted",
        "DateRevised",
        "PersonalNameSubjectList",
        "GeneSymbolList",
        "NumberOfReferences",
        "SpaceFlightMission",
        "GeneralNote",
        "ChemicalList",
        "CitationSubset",
        "InvestigatorList",
        "OtherID",
        "CoiStatement",
        "GrantList",
        "ArticleDate",
        "History",
        "PublicationStatus",
        "ObjectList",
        "Sections",
        "ItemList",
        "ContributionDate",
        "LocationLabel",
        "Publisher",
        "CollectionTitle",
        "BeginningDate",
        "EndingDate",
        "Medium",
        "Edition",
        "ReportNumber",
        "VolumeTitle",
        "ChapterAbstract",
    ]
)
