"""Made-up inputs for the figures of the deep analyses, and a page of them: for the tests, and for looking at.

Never part of the site: `python -m tests.site.showcase_analyses FOLDER` writes the page to a folder of your choice.
"""

import math
import random
import sys
import xml.etree.ElementTree as ET
from itertools import product
from pathlib import Path
from types import SimpleNamespace

from markupsafe import Markup

from oxysite.figures import (
    AlbatrossContour,
    AlbatrossPlot,
    AlbatrossPoint,
    ChoiceAxis,
    ChoiceOption,
    CumulativePlot,
    CumulativeRow,
    DensityCurve,
    DensityPlot,
    FunnelCone,
    FunnelDot,
    FunnelPlot,
    Interval,
    NextCell,
    NextTrialTable,
    Outlook,
    PendingRow,
    Sides,
    SpecificationCurve,
    SpecificationRow,
    draw_albatross,
    draw_cumulative,
    draw_densities,
    draw_funnel,
    draw_next_trial,
    draw_specification_curve,
)
from oxysite.templating import environment
from tests.site.showcase import ASSETS, HEDGES, Z95, ShowcasePage

AXES = (
    ChoiceAxis(
        label="Designs",
        options=(
            ChoiceOption(key="all", label="every design the question admits"),
            ChoiceOption(key="parallel", label="parallel randomised trials only"),
        ),
    ),
    ChoiceAxis(
        label="Where the figures were read",
        options=(
            ChoiceOption(key="any", label="whatever text"),
            ChoiceOption(key="full", label="full text or registry only"),
        ),
    ),
    ChoiceAxis(
        label="Risk of bias",
        options=(ChoiceOption(key="all", label="whatever it is"),),
        note="no effect has a judgement yet",
    ),
    ChoiceAxis(
        label="Outcome of a sample",
        options=(
            ChoiceOption(key="rule", label="the rule of the question"),
            ChoiceOption(key="primary", label="declared primary first"),
            ChoiceOption(key="largest", label="most people first"),
        ),
    ),
    ChoiceAxis(
        label="Variance between studies",
        options=tuple(ChoiceOption(key=name, label=name) for name in ("REML", "DL", "PM", "FE")),
    ),
    ChoiceAxis(
        label="Interval",
        options=(ChoiceOption(key="knha", label="Hartung–Knapp"), ChoiceOption(key="z", label="normal")),
    ),
)


def example_curve(repeats: int = 1, curve_id: str = "curve") -> SpecificationCurve:
    """So many times 96 specifications, the first of them the main analysis, two of the last on one sample."""
    draw = random.Random(7)
    rows = []
    for _ in range(repeats):
        for keys in product(*([option.key for option in axis.options] for axis in AXES)):
            design, source, _, outcome, method, test = keys
            estimate = 0.21 - 0.16 * (design == "parallel") + 0.1 * (source == "full") + draw.gauss(0, 0.07)
            estimate += {"rule": 0.0, "primary": 0.12, "largest": -0.05}[outcome] + 0.04 * (method == "FE")
            half = (0.4 if test == "knha" else 0.24) * (0.7 if method == "FE" else 1.0) * draw.uniform(0.8, 1.3)
            options: list[tuple[str, ...]] = [(key,) for key in keys]
            if outcome == "largest" and test == "z":
                options[3] = ("rule", "largest")
            interval = Interval(estimate, estimate - half, estimate + half)
            rows.append(SpecificationRow(interval=interval, options=tuple(options)))
    last = [
        SpecificationRow(interval=Interval(row.interval.estimate, -6.0, 6.0), options=row.options, one_sample=True)
        for row in rows[-2:]
    ]
    return SpecificationCurve(
        id=curve_id, title=f"{len(rows)} ways to analyse it (example)", scale=HEDGES, sides=Sides(), axes=AXES,
        specifications=(*rows[:-2], *last), main=0, smallest=0.2,
        note="With signs drawn at random, 18% of 500 patterns give a median as far from zero (example).",
    )  # fmt: skip


def example_funnel() -> FunnelPlot:
    """Twelve estimates, three mirror images."""
    draw = random.Random(3)
    dots = []
    for index in range(12):
        se = 0.12 + 0.035 * index
        estimate = 0.15 + draw.gauss(0.9, 0.6) * se
        dots.append(FunnelDot(name=f"Study {index + 1} 20{index + 10}", estimate=estimate, se=se, href="#x"))
    filled = tuple(
        FunnelDot(name=f"mirror image of {dot.name}", estimate=0.5 - dot.estimate, se=dot.se) for dot in dots[-3:]
    )
    most, centre = 1.05 * dots[-1].se, 0.31

    def cone(apex: float, p: float, z: float) -> FunnelCone:
        return FunnelCone(low=apex - z * most, high=apex + z * most, p=p)

    return FunnelPlot(
        id="funnel", title="Estimates by precision (example)", scale=HEDGES, sides=Sides(), dots=tuple(dots),
        se_max=most, centre=centre, region=cone(centre, 0.05, Z95), filled=filled, adjusted=0.22, random_effects=0.36,
        contours=(cone(0, 0.10, 1.6449), cone(0, 0.05, Z95), cone(0, 0.01, 2.5758)),
        cautions=("Twelve studies: tests for asymmetry have little power (example).",),
    )  # fmt: skip


def example_albatross() -> AlbatrossPlot:
    """Exact and bounded p, and contours of a difference between equal arms, by the normal distribution."""
    draw = random.Random(11)
    points = []
    for index in range(16):
        n = round(10 ** draw.uniform(1.15, 2.3))
        p = max(2e-4, min(0.98, draw.random() ** 2))
        sign = 1 if draw.random() < 0.7 else -1
        at = sign * -math.log10(p)
        points.append(
            AlbatrossPoint(
                name=f"Study {index + 1}", context="empathy", n=n, position=(at, at), printed=f"p = {p:.3f}", href="#x"
            )
        )
    bounds = [("Below", (1.301, None)), ("Above", (0.0, 1.301)), ("Below, left", (None, -2.0)), ("Side", (0.0, 0.0))]
    points += [
        AlbatrossPoint(
            name=name, context="alliance", n=44 + 20 * index, position=position, printed="p < .05", href="#x"
        )
        for index, (name, position) in enumerate(bounds)
    ]
    sizes = [10 * 1.12**step for step in range(34)]

    def position(effect: float, n: float) -> float:
        return math.copysign(-math.log10(math.erfc(abs(effect) * math.sqrt(n) / 2 / math.sqrt(2))), effect)

    contours = tuple(
        AlbatrossContour(
            label=f"{effect:g}".replace("-", "−"), n=tuple(sizes), position=tuple(position(effect, n) for n in sizes)
        )
        for effect in (-0.8, -0.5, -0.2, 0.2, 0.5, 0.8)
    )
    return AlbatrossPlot(
        id="albatross", title="Results with a p (example)", points=tuple(points), contours=contours,
        left_out=(("Study 30", "the sample size is not reported"),),
    )  # fmt: skip


def bell(mean: float, sd: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """A normal density on 401 values over eight standard deviations."""
    x = tuple(mean + sd * (step - 200) / 50 for step in range(401))
    return x, tuple(math.exp(-(((value - mean) / sd) ** 2) / 2) / sd / math.sqrt(2 * math.pi) for value in x)


def example_densities() -> DensityPlot:
    """A posterior, a wider prior, and what a new study may show."""

    def curve(name: str, mean: float, sd: float, **more: object) -> DensityCurve:
        x, density = bell(mean, sd)
        interval = Interval(mean, mean - Z95 * sd, mean + Z95 * sd)
        return DensityCurve(name=name, x=x, density=density, interval=interval, **more)  # type: ignore[arg-type]

    return DensityPlot(
        id="densities", title="What to believe of the effect (example)", scale=HEDGES, sides=Sides(), smallest=0.2,
        curves=(
            curve("Posterior", 0.19, 0.15, above_zero=0.897, above_smallest=0.473),
            curve("Prior", 0.0, 1.0, above_zero=0.5, above_smallest=0.42, detail="normal, mean 0, standard deviation 1"),
            curve("Next study", 0.19, 0.34, above_zero=0.71),
        ),
    )  # fmt: skip


def example_cumulative() -> CumulativePlot:
    """Eight studies; the interval leaves zero once and comes back."""
    values = [
        (0.9, 0.75),
        (0.7, 0.55),
        (0.62, 0.42),
        (0.5, 0.33),
        (0.43, 0.28),
        (0.36, 0.27),
        (0.25, 0.28),
        (0.21, 0.26),
    ]
    return CumulativePlot(
        id="cumulative", title="As the evidence grew (example)", scale=HEDGES, sides=Sides(),
        rows=tuple(
            CumulativeRow(
                name=f"Study {index + 1}", date=str(2007 + 2 * index), studies=index + 1, href="#x",
                interval=Interval(estimate, estimate - half, estimate + half),
                anytime=(estimate - 1.7 * half, estimate + 1.7 * half) if index else None,
            )
            for index, (estimate, half) in enumerate(values)
        ),
        anytime="Anytime-valid under one common effect, by a normal mixture of variance 1 (example).",
    )  # fmt: skip


def example_next_trial() -> NextTrialTable:
    """Every outlook, and two pending trials."""
    sizes, effects = (20, 50, 100, 200, 400, 800), (-0.3, 0.0, 0.2, 0.3, 0.5)
    cells = []
    for effect in effects:
        row = []
        for size in sizes:
            weight = size / (size + 100)
            estimate, half = (1 - weight) * 0.21 + weight * effect, 0.4 * (1 - 0.8 * weight)
            low, high = estimate - half, estimate + half
            outlook = (
                Outlook.BEYOND
                if low > 0.2
                else Outlook.HIGH
                if low > 0
                else Outlook.LOW
                if high < 0
                else Outlook.INCLUDES
            )
            row.append(NextCell(outlook=outlook, interval=Interval(estimate, low, high)))
        cells.append(tuple(row))
    return NextTrialTable(
        id="next", title="After one more trial (example)", scale=HEDGES, sides=Sides(), now=Interval(0.21, -0.2, 0.61),
        sizes=sizes, effects=effects, cells=tuple(cells), smallest=0.2,
        pending=(
            PendingRow(name="NCT00000001 (example)", n="60 / 60", due="March 2027", by_current=0.31, by_smallest=0.22,
                       expected=(-0.05, 0.48), href="#x"),
            PendingRow(name="NCT00000002 (example)", n="–", note="its planned size was not read"),
        ),
        note="Two arms of equal size, analysed by Hedges g (example).",
    )  # fmt: skip


def every_analysis() -> list[str]:
    """All of them, drawn."""
    return [
        draw_specification_curve(example_curve()),
        draw_specification_curve(example_curve(21, "large")),
        draw_funnel(example_funnel()),
        draw_albatross(example_albatross()),
        draw_densities(example_densities()),
        draw_cumulative(example_cumulative()),
        draw_next_trial(example_next_trial()),
    ]


def parsed(markup: Markup | str) -> ET.Element:
    """The fragment as XML; raises where it is not well-formed."""
    text = f"<body>{markup}</body>".replace("&nbsp;", "\u00a0").replace("&shy;", "\u00ad")
    return ET.fromstring(text)


def words_of(markup: Markup | str) -> str:
    """The text a reader gets, on one line."""
    return " ".join("".join(parsed(markup).itertext()).split())


def write_analyses(folder: Path) -> Path:
    """The page with its style sheets; returns the page."""
    (folder / "assets").mkdir(parents=True, exist_ok=True)
    for name in ("style.css", "figures.css"):
        (folder / "assets" / name).write_bytes((ASSETS / name).read_bytes())
    site = SimpleNamespace(
        desk="",
        name="OxySynth",
        about="A living review of oxytocin and psychotherapy.",
        status=SimpleNamespace(kind="live", word="Live", detail="example"),
        build=(("Version", "0.1.0"),),
    )
    template = environment().from_string(
        '{% extends "base.html" %}{% block content %}<header class="page-head"><h1>Examples, not results</h1></header>'
        "{% for figure in figures %}<section><h2>Figure {{ loop.index }}</h2>{{ figure }}</section>{% endfor %}{% endblock %}"
    )
    page = folder / "index.html"
    page.write_text(template.render(page=ShowcasePage(), site=site, figures=every_analysis()), encoding="utf-8")
    return page


if __name__ == "__main__":
    print(write_analyses(Path(sys.argv[1])))
