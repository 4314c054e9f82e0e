"""A page with every figure, over metafor's BCG data and made-up words: for the tests, and for looking at.

Never part of the site: `python -m tests.site.showcase FOLDER` writes it to a folder of your choice.
"""

import json
import math
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

from markupsafe import Markup

from oxysite.figures import (
    Bar,
    BarFigure,
    BarKind,
    DirectionDot,
    DirectionPanel,
    EvidenceMap,
    ForestPlot,
    ForestRow,
    ForestSummary,
    Interval,
    LeaveOneOutPlot,
    MapCell,
    Miniature,
    PathFigure,
    PathStep,
    PValueRow,
    PValueStrip,
    Scale,
    ScaleKind,
    Sides,
    Towards,
    WithoutRow,
    draw_bars,
    draw_directions,
    draw_forest,
    draw_leave_one_out,
    draw_map,
    draw_miniature,
    draw_paths,
    draw_pvalues,
    forest_svg,
)
from oxysite.templating import environment

Z95 = 1.959963984540054
RISK_RATIO = Scale("Risk ratio", "RR", ScaleKind.LOG)
HEDGES = Scale("Hedges g", "g")
BCG_SIDES = Sides("favours vaccination", "favours control", oxytocin_is_high=False)
ASSETS = Path(__file__).resolve().parents[2] / "site" / "oxysite" / "assets"


@dataclass
class ShowcasePage:
    """What the shell needs of a page."""

    path: str = "index.html"
    title: str = "Figures"
    nav: str = "answers"
    crumbs: tuple[tuple[str, str], ...] = (("Answers", "index.html"),)
    root: str = ""
    context: dict[str, object] = field(default_factory=dict)


def bcg_plot(oracle: Path, plot_id: str = "bcg") -> ForestPlot:
    """The forest plot of dat.bcg under REML with Hartung-Knapp, every number metafor's."""
    data = json.loads((oracle / "dat.bcg.json").read_text())
    rows, raw, reml = data["data"], data["raw"]["columns"], data["expected"]["re"]["REML"]
    weights = [1 / (vi + reml["tau2"]) for vi in rows["vi"]]
    forest_rows = []
    for index, (yi, vi) in enumerate(zip(rows["yi"], rows["vi"], strict=True)):
        half = Z95 * math.sqrt(vi)
        forest_rows.append(
            ForestRow(
                name=f"{rows['author'][index]} {rows['year'][index]}",
                context=f"{rows['alloc'][index]} · latitude {rows['ablat'][index]}°",
                outcome="tuberculosis",
                n=f"{raw['tpos'][index]} of {raw['tpos'][index] + raw['tneg'][index]} / "
                f"{raw['cpos'][index]} of {raw['cpos'][index] + raw['cneg'][index]}",
                interval=Interval(yi, yi - half, yi + half),
                weight=100 * weights[index] / sum(weights),
                href=f"#study-{index}",
            )
        )
    knha, predicted, fixed = reml["knha"], data["expected"]["predict"]["REML_knha"]["default"], data["expected"]["fe"]
    return ForestPlot(
        id=plot_id,
        title="BCG vaccine against tuberculosis",
        scale=RISK_RATIO,
        sides=BCG_SIDES,
        rows=tuple(forest_rows),
        summaries=(
            ForestSummary(
                name="Pooled (REML, Hartung–Knapp)",
                interval=Interval(reml["beta"][0], knha["ci_lb"], knha["ci_ub"]),
                prediction=(predicted["pi_lb"], predicted["pi_ub"]),
                detail=f"Prediction interval {RISK_RATIO.text(predicted['pi_lb'])} to "
                f"{RISK_RATIO.text(predicted['pi_ub'])} · τ² {reml['tau2']:.3f} · I² {reml['I2']:.0f}% · k 13",
                weight="100%",
            ),
            ForestSummary(
                name="Fixed effect",
                interval=Interval(fixed["beta"][0], fixed["ci_lb"][0], fixed["ci_ub"][0]),
                detail="for comparison",
            ),
        ),
        heads=("Trial", "Outcome", "Cases, BCG / control"),
        short_n="cases",
    )


def bcg_leave_one_out(oracle: Path) -> LeaveOneOutPlot:
    """The fixed-effect result of dat.bcg without each trial."""
    plot = bcg_plot(oracle)
    left = json.loads((oracle / "dat.bcg.json").read_text())["expected"]["leave1out"]["FE"]
    return LeaveOneOutPlot(
        id="loo",
        title="Without each trial in turn",
        scale=RISK_RATIO,
        sides=BCG_SIDES,
        rows=tuple(
            WithoutRow(name=row.name, interval=Interval(est, est - Z95 * se, est + Z95 * se), href=row.href)
            for row, est, se in zip(plot.rows, left["estimate"], left["se"], strict=True)
        ),
        overall=plot.summaries[1].interval,
    )


def example_g() -> ForestPlot:
    """Example values on a linear scale: an unnamed outcome, one wild study, a clipped prediction interval."""
    values = [
        ("Alpha 2009", "social anxiety · exposure", "LSAS", "12 / 13", -0.32, 0.40),
        ("Beta 2013", "depression · one session", "STAI", "17 (crossover)", -0.41, 0.27),
        ("Gamma 2014", "autism · parent–child training", "CARS", "19 / 19", 0.23, 0.33),
        ("Delta 2018", "PTSD · prolonged exposure", "", "8 / 9", 0.46, 0.47),
        ("Epsilon 2023", "inpatients · psychodynamic", "HSCL", "44 / 43", 0.50, 0.22),
        ("Zeta 2024", "the wild one", "IDS", "6 / 5", 6.2, 1.1),
    ]
    weights = [1 / (se**2 + 0.09) for *_, se in values]
    return ForestPlot(
        id="example-g",
        title="Example values, not results",
        scale=HEDGES,
        sides=Sides(),
        rows=tuple(
            ForestRow(
                name=name,
                context=context,
                outcome=outcome,
                n=n,
                weight=100 * weight / sum(weights),
                href="#x",
                interval=Interval(g, g - Z95 * se, g + Z95 * se),
            )
            for (name, context, outcome, n, g, se), weight in zip(values, weights, strict=True)
        ),
        summaries=(
            ForestSummary(
                name="Pooled (REML, Hartung–Knapp)",
                interval=Interval(0.31, -0.35, 0.97),
                prediction=(-4.2, 4.8),
                detail="example",
                weight="100%",
            ),
        ),
    )


def example_directions() -> DirectionPanel:
    """One of each kind and more."""
    kinds = [Towards.OXYTOCIN] * 14 + [Towards.COMPARATOR] * 3 + [Towards.NONE] * 9 + [Towards.CONDITIONAL] * 4
    kinds += [Towards.HIGHER, Towards.UNKNOWN]
    dots = tuple(
        DirectionDot(name=f"Study {index}", detail="example", towards=kind, href="#x")
        for index, kind in enumerate(kinds)
    )
    return DirectionPanel(id="directions", title="Results with a direction only", dots=dots)


def example_pvalues() -> PValueStrip:
    """Exact, bounded, one-sided and undirected p-values."""
    return PValueStrip(
        id="pvalues",
        title="Results with a direction and a p",
        rows=(
            PValueRow(
                name="Alpha 2009", context="alliance", towards=Towards.OXYTOCIN, p=0.03, printed="p = .03", href="#x"
            ),
            PValueRow(
                name="Beta 2013",
                context="cohesion",
                towards=Towards.OXYTOCIN,
                p=0.001,
                relation="<",
                printed="p < .001",
                href="#x",
            ),
            PValueRow(
                name="Gamma 2014", context="attendance", towards=Towards.COMPARATOR, p=0.2, printed="p = .20", href="#x"
            ),
            PValueRow(
                name="Delta 2015",
                context="imagery",
                towards=Towards.COMPARATOR,
                p=0.05,
                relation=">",
                printed="p > .05",
                href="#x",
            ),
            PValueRow(
                name="Zeta 2016",
                context="empathy",
                towards=Towards.NONE,
                p=0.05,
                relation=">",
                printed="n.s. (p > .05)",
                href="#x",
            ),
            PValueRow(
                name="Eta 2017",
                context="empathy",
                towards=Towards.OXYTOCIN,
                p=0.01,
                sided=1,
                printed="p = .01, one-sided",
                href="#x",
            ),
        ),
        combined=PValueRow(
            name="Together (Stouffer)",
            context="six samples",
            towards=Towards.OXYTOCIN,
            p=0.02,
            sided=1,
            printed="p = 0.020",
        ),
    )


def example_paths() -> PathFigure:
    """A mediation with figures on two paths and none on the product."""
    return PathFigure(
        id="paths",
        title="Does the therapist’s oxytocin carry the effect?",
        predictor="patient’s negative emotions",
        mediator="therapist’s oxytocin after the session",
        outcome="depression at the next session",
        a=PathStep(
            letter="a", figures="B 0.10, 95% interval 0.01 to 0.19 (example)", words="more, then more", href="#x"
        ),
        b=PathStep(letter="b", figures="B −0.90 (example)", words="more, then less", href="#x"),
        indirect=PathStep(letter="a × b", figures="", words="through oxytocin, less depression", href="#x"),
    )


def example_map() -> EvidenceMap:
    """Eleven classes of outcome, the worst case for a telephone."""
    columns = ("Symptoms", "Substance use", "Functioning", "Alliance", "Cohesion", "Attendance", "Session experience",
               "Social cognition", "Behaviour", "Oxytocin", "Personality")  # fmt: skip
    rows = (
        "Nasal spray, before sessions",
        "Saliva, patient",
        "Saliva, therapist",
        "Plasma, patient",
        "OXTR methylation",
    )
    kinds = list(Towards)
    cells = tuple(
        MapCell(
            row=row, column=column, samples=1 + (3 * i + 5 * j) % 9, towards=kinds[(i + 2 * j) % len(kinds)], href="#x"
        )
        for i, row in enumerate(rows)
        for j, column in enumerate(columns)
        if (i + j) % 3 != 1
    )
    return EvidenceMap(
        id="map", title="How oxytocin was given or measured, by outcome", rows=rows, columns=columns, cells=cells
    )


def example_bars() -> BarFigure:
    """Example counts."""
    return BarFigure(
        id="bars",
        title="Effects by what can be done with them",
        bars=(
            Bar(label="Estimate with variance", count=24, unit="effects", kind=BarKind.NUMBERS, href="#x"),
            Bar(label="Direction and p", count=31, unit="effects", kind=BarKind.PARTIAL, href="#x"),
            Bar(label="Direction only", count=61, unit="effects", kind=BarKind.DIRECTION, href="#x"),
            Bar(
                label="Trials awaiting numbers",
                count=11,
                unit="trials",
                kind=BarKind.WAITING,
                detail="nothing readable yet",
            ),
            Bar(label="Records not yet assessed", count=0, unit="records", kind=BarKind.WAITING),
        ),
    )


def example_miniature(number: int = 1, *, pooled: bool = True) -> Miniature:
    """A card's picture."""
    return Miniature(
        id=f"mini-{number}", title="Symptoms under added oxytocin", scale=HEDGES, sides=Sides(), pooled=pooled,
        interval=Interval(0.21, -0.20, 0.61), prediction=(-0.64, 1.06) if pooled else None,
    )  # fmt: skip


def showcase_page(oracle: Path) -> str:
    """The page."""
    page = ShowcasePage()
    site = SimpleNamespace(
        desk="",
        name="OxySynth",
        about="A living review of oxytocin and psychotherapy.",
        status=SimpleNamespace(kind="live", word="Live", detail="last search 16 November 2026 · next due 23 November"),
        build=(("Version", "0.1.0"), ("Studies", "54")),
    )
    one = ForestPlot(id="one", title="One estimate", scale=HEDGES, sides=Sides(), rows=example_g().rows[:1])
    none = ForestPlot(id="none", title="No estimate", scale=HEDGES, sides=Sides(), rows=())
    cards = Markup('<div class="cards">{}</div>').format(
        Markup("").join(
            Markup(
                '<article class="card"><h3 class="kicker"><a href="#x">Does oxytocin ease symptoms?</a></h3><p class="finding">'
                "Oxytocin may ease symptoms a little; the next trial could show anything from harm to a large benefit.</p>{}"
                '<p class="numbers">Seven trials: g 0.21, 95% interval −0.20 to 0.61.</p><p class="card-foot">example</p></article>'
            ).format(draw_miniature(example_miniature(n, pooled=n == 1)))
            for n in (1, 2)
        )
    )
    strip = Markup(
        '<dl class="strip"><div><dt>Estimate</dt><dd><strong>0.49</strong><span>risk ratio, 0.33 to 0.73</span></dd></div>'
        "<div><dt>Next study</dt><dd><strong>0.14 to 1.76</strong><span>95% prediction interval</span></dd></div>"
        "<div><dt>Rests on</dt><dd><strong>13 trials</strong><span>357,347 people</span></dd></div>"
        "<div><dt>Certainty</dt><dd><strong>not rated</strong><span>example</span></dd></div>"
        "<div><dt>Would change it</dt><dd><strong>one more</strong><span>example</span></dd></div></dl>"
    )
    figures = [
        strip, draw_forest(bcg_plot(oracle)), draw_forest(example_g()), draw_forest(one), draw_forest(none), cards,
        draw_bars(example_bars()), draw_directions(example_directions()), draw_pvalues(example_pvalues()),
        draw_paths(example_paths()), draw_map(example_map()), draw_leave_one_out(bcg_leave_one_out(oracle)),
    ]  # fmt: skip
    template = environment().from_string(
        '{% extends "base.html" %}{% block content %}<header class="page-head"><p class="kicker">Showcase</p>'
        '<h1>Vaccination halves the risk, and the next trial may still find nothing</h1><p class="lede">Metafor’s numbers'
        " on thirteen trials, drawn by this site; below, examples of every other figure.</p></header>"
        "{% for figure in figures %}{{ figure }}{% endfor %}{% endblock %}"
    )
    return template.render(page=page, site=site, figures=figures)


def write_showcase(oracle: Path, folder: Path) -> Path:
    """The page with its style sheets, and the forest plot as a file; returns the page."""
    (folder / "assets").mkdir(parents=True, exist_ok=True)
    for name in ("style.css", "figures.css"):
        (folder / "assets" / name).write_bytes((ASSETS / name).read_bytes())
    (folder / "bcg.svg").write_text(forest_svg(bcg_plot(oracle), "OxySynth, example"), encoding="utf-8")
    (folder / "g.svg").write_text(forest_svg(example_g()), encoding="utf-8")
    page = folder / "index.html"
    page.write_text(showcase_page(oracle), encoding="utf-8")
    return page


if __name__ == "__main__":
    target = Path(sys.argv[1])
    print(write_showcase(Path(__file__).resolve().parents[3] / "shared" / "oracle", target))
