"""The E-utilities: esearch into a history session, efetch from it or by id, elink."""

from collections.abc import Sequence
from html import escape

from tests.servers.apis import page, within
from tests.servers.faulty import Answer, Fault, Request
from tests.servers.works import Work

_HEAD = '<?xml version="1.0" encoding="UTF-8" ?>\n'
_SEARCH = '<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN" "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd">\n'
_LINK = '<!DOCTYPE eLinkResult PUBLIC "-//NLM//DTD elink 20101123//EN" "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20101123/elink.dtd">\n'
_SET = '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'


class EUtils:
    """esearch.fcgi, efetch.fcgi and elink.fcgi over one list of works."""

    def __init__(self, works: Sequence[Work]) -> None:
        self._works = works
        self._by_pmid = {work.pmid: work for work in works}
        self._sessions: dict[str, list[Work]] = {}

    def __call__(self, request: Request, fault: Fault | None) -> Answer:
        utility = request.path.rpartition("/")[2].removesuffix(".fcgi")
        return {"esearch": self._search, "efetch": self._fetch, "elink": self._link}[utility](request, fault)

    def _search(self, request: Request, fault: Fault | None) -> Answer:
        if fault is Fault.ERROR_DOCUMENT:
            return _xml(f"{_SEARCH}<eSearchResult><ERROR>Search Backend failed: no answer</ERROR></eSearchResult>")
        if fault is Fault.CHANGED_SCHEMA:
            return _xml(f"{_SEARCH}<eSearchResult><Total>3</Total></eSearchResult>")
        asked = request.query
        since, until = asked["mindate"].replace("/", "-"), asked["maxdate"].replace("/", "-")
        found = [] if fault is Fault.EMPTY else within(self._works, since, until)
        session = f"MCID_{len(self._sessions)}"
        self._sessions[session] = found
        return _xml(
            f"{_SEARCH}<eSearchResult><Count>{len(found)}</Count><RetMax>0</RetMax><RetStart>0</RetStart>"
            f"<QueryKey>1</QueryKey><WebEnv>{session}</WebEnv><IdList/><TranslationSet/>"
            "<QueryTranslation>made up</QueryTranslation></eSearchResult>"
        )

    def _fetch(self, request: Request, fault: Fault | None) -> Answer:
        if fault is Fault.ERROR_DOCUMENT:
            return Answer(body=b'{"error":"API rate limit exceeded","count":"4","limit":"3"}')
        if fault is Fault.CHANGED_SCHEMA:
            return _xml("<ArticleCollection><Article/></ArticleCollection>")
        asked = request.query
        if "id" in asked:
            held = [self._by_pmid[number] for number in asked["id"].split(",") if number in self._by_pmid]
        else:
            found = self._sessions.get(asked["WebEnv"])
            if found is None or fault is Fault.TOKEN_EXPIRED:
                return _xml(
                    "<eFetchResult><ERROR>Cannot retrieve history data. query_key: 1, WebEnv: "
                    f"{asked['WebEnv']}</ERROR></eFetchResult>"
                )
            held = page(found, int(asked["retstart"]), int(asked["retmax"]), fault)
        if fault is Fault.EMPTY:
            held = []
        return _xml(f"{_SET}<PubmedArticleSet>{''.join(map(article, held))}</PubmedArticleSet>")

    def _link(self, request: Request, fault: Fault | None) -> Answer:
        if fault is Fault.ERROR_DOCUMENT:
            return _xml(f"{_LINK}<eLinkResult><ERROR>Couldn't resolve #exLinkSrv2</ERROR></eLinkResult>")
        if fault is Fault.CHANGED_SCHEMA:
            return _xml("<eLinkSets/>")
        ids = [value for name, value in request.many if name == "id"]
        sets = "".join(self._set(number) for number in ([] if fault is Fault.EMPTY else ids))
        return _xml(f"{_LINK}<eLinkResult>{sets}</eLinkResult>")

    def _set(self, number: str) -> str:
        """Each work is near to the first two of the list."""
        links = "".join(f"<Link><Id>{work.pmid}</Id></Link>" for work in self._works[:2])
        return (
            f"<LinkSet><DbFrom>pubmed</DbFrom><IdList><Id>{number}</Id></IdList><LinkSetDb><DbTo>pubmed</DbTo>"
            f"<LinkName>pubmed_pubmed_five</LinkName>{links}</LinkSetDb></LinkSet>"
        )


def article(work: Work) -> str:
    """A PubmedArticle with the fields that PubMed gives."""
    first = work.published
    authors = "".join(
        f"<Author><LastName>{escape(family)}</LastName><ForeName>{given}</ForeName></Author>"
        for family, given in work.authors
    )
    notice = (
        '<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"><RefSource>Invented. 2027</RefSource>'
        f'<PMID Version="1">{int(work.pmid) + 5_000_000}</PMID></CommentsCorrections></CommentsCorrectionsList>'
        if work.retracted
        else ""
    )
    kinds = "".join(
        f'<PublicationType UI="D1">{kind}</PublicationType>'
        for kind in ["Journal Article", *(["Retracted Publication"] if work.retracted else [])]
    )
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{work.pmid}</PMID><Article>'
        f'<Journal><ISSN IssnType="Print">1234-5679</ISSN><JournalIssue><Volume>{work.volume}</Volume>'
        f"<PubDate><Year>{first.year}</Year><Month>{first.month}</Month><Day>{first.day}</Day></PubDate></JournalIssue>"
        f"<Title>{work.journal}</Title></Journal><ArticleTitle>{work.title}</ArticleTitle>"
        f"<Pagination><MedlinePgn>{work.pages}</MedlinePgn></Pagination>"
        f"<Abstract><AbstractText>{escape(work.abstract)}</AbstractText></Abstract>"
        f'<AuthorList CompleteYN="Y">{authors}</AuthorList><Language>eng</Language>'
        f"<PublicationTypeList>{kinds}</PublicationTypeList></Article>"
        f'{notice}</MedlineCitation><PubmedData><ArticleIdList><ArticleId IdType="pubmed">{work.pmid}</ArticleId>'
        f'<ArticleId IdType="doi">{work.doi}</ArticleId></ArticleIdList></PubmedData></PubmedArticle>'
    )


def _xml(text: str) -> Answer:
    return Answer(body=(_HEAD + text).encode(), kind="text/xml")
