"""``tau2_ci``: Q-profile and profile-likelihood intervals of tau², with tau, I² and H².

Never estimates tau² by another method than the one each interval is stored under.
"""

from collections.abc import Iterator

from synthesis.pooling.heterogeneity import profile_likelihood_interval, q_profile_interval
from synthesis.pooling.pool import Method, pool
from tests.parity.comparing import Compared, Json, Rule
from tests.parity.univariate_rules import tau2_rule

EXCLUDED = {"tau2_ci/PL_REML/note": "text"}

Q_PROFILE = Rule(1e-12)  # seen: 4.9e-15 (I² of dat.raudenbush1985)


def compare(name: str, content: Json) -> Iterator[Compared]:
    data, expected = content["data"], content["expected"].get("tau2_ci", {})
    for method in (Method.REML, Method.DL):
        want = expected.get(f"QP_{method}")
        if want is None:
            continue
        fit = pool(data["yi"], data["vi"], method=method)
        path = ("tau2_ci", f"QP_{method}")
        yield Compared((*path, "tau2"), fit.tau2, want["tau2"], tau2_rule(data, want["tau2"]))
        interval = q_profile_interval(fit)
        forms = {"tau2": interval.tau2, "tau": interval.tau, "I2": interval.i2, "H2": interval.h2}
        for form, bounds in forms.items():
            for end, got in zip(("lb", "ub"), bounds or (None, None), strict=True):
                yield Compared((*path, f"{form}_{end}"), got, want[f"{form}_{end}"], Q_PROFILE)
    if "PL_REML" in expected:
        want = expected["PL_REML"]
        bounds = profile_likelihood_interval(data["yi"], data["vi"]).tau2
        # The reference stops at an absolute step of 1e-9 times the scale; seen: 2.4e-10 (dat.bangertdrowns2004).
        rule = Rule(1e-9, 1e-9 * max(fit.tau2 or 0.0, sum(data["vi"]) / len(data["vi"])))
        for end, got in zip(("tau2_lb", "tau2_ub"), bounds or (None, None), strict=True):
            yield Compared(("tau2_ci", "PL_REML", end), got, want[end], rule)
