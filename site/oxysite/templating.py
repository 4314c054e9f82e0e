"""The one template environment: escaping on, undefined names refused, numbers formatted by ``oxysite.numbers``.

Never reads the corpus; pages hand over what their templates show.
"""

from functools import cache
from typing import TYPE_CHECKING

from oxysite import numbers

if TYPE_CHECKING:
    from jinja2 import Environment

# Entries of the navigation: key of a page's ``nav``, text, path from the root of the site.
NAVIGATION = (
    ("answers", "Answers", "index.html"),
    ("studies", "Studies", "studies/index.html"),
    ("reports", "Reports", "reports/index.html"),
    ("ot", "OT methods", "ot-methods.html"),
    ("methods", "Methods", "methods.html"),
    ("updates", "Updates", "updates.html"),
    ("data", "Data", "data.html"),
)


@cache
def environment() -> "Environment":
    """The environment of every template, for pages and for figures."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("oxysite"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(
        num=numbers.number,
        signed=numbers.signed,
        significant=numbers.significant,
        interval=numbers.interval,
        span=numbers.span,
        percent=numbers.percent,
        p_value=numbers.p_value,
        count=numbers.count,
        file_size=numbers.file_size,
        share=_share,
        points=_points,
    )
    made.globals["navigation"] = NAVIGATION
    return made


def _share(value: float) -> str:
    """A share of a length as SVG and CSS take it: 0.25 is "25%"."""
    return f"{_plain(100 * value, 3)}%"


def _points(value: float) -> str:
    """A length in points or pixels, without idle zeros."""
    return _plain(value, 2)


def _plain(value: float, decimals: int) -> str:
    text = f"{value:.{decimals}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
