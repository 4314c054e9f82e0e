"""The document behind `oxysynth pool`: anyone's CSV in, the JSON of the contract out.

Never drops a row: a value that cannot be used stops the run with its line, column and remedy.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from corpus.errors import InvalidInput
from synthesis import pool_parts
from synthesis.csv_table import labels, moderator, numbers, read_table
from synthesis.pooling.pool import Method, Test, pool

Choice = TypeVar("Choice", Method, Test)


def pool_file(
    path: Path,
    *,
    yi: str = "yi",
    vi: str = "vi",
    study: str | None = None,
    cluster: str | None = None,
    moderators: Sequence[str] = (),
    method: str = "REML",
    test: str = "knha",
    bias: bool = False,
    influence: bool = False,
) -> dict[str, object]:
    """Pool the effects of a CSV file (UTF-8, with comma, semicolon or tab).

    Parameters
    ----------
    path : Path
        The file; one row per effect, column names in the first line.
    yi, vi, study, cluster : str
        Names of the columns of estimates and sampling variances; of the study of each effect, for `multilevel`; and of
        its sample, for `robust`.
    moderators : sequence of str
        Columns for `regression`: a number where every cell is one, else a factor; "a:b" is the interaction of two.
    method, test : str
        A `Method` and a `Test` by value.
    bias, influence : bool
        Adds the analyses of small-study effects; leave-one-out and deletion diagnostics.

    Returns
    -------
    dict
        The document of `oxysynth pool`; None where a quantity is not defined, never NaN.

    Raises
    ------
    InvalidInput
        For anything in the file or the options that cannot be used; one line, with file, line, column, value and remedy.
    """
    chosen_method, chosen_test = _choice(Method, "--method", method), _choice(Test, "--test", test)
    table = read_table(path)
    estimates, variances = numbers(table, yi), numbers(table, vi)
    for (line, _), variance in zip(table.rows, variances, strict=True):
        if variance <= 0:
            raise InvalidInput(
                f"{path}, line {line}, column {vi!r}: {variance:g} is not above 0; give the sampling variance (se²)"
            )
    samples = labels(table, cluster) if cluster is not None else None
    studies = labels(table, study, "name the study of each effect") if study is not None else None
    columns = {name: moderator(table, name) for term in moderators for name in term.split(":")}
    try:
        pooled = pool(estimates, variances, method=chosen_method, test=chosen_test)
        document = pool_parts.pooled(pooled)
        if samples is not None:
            document["robust"] = pool_parts.robust(estimates, variances, samples, pooled)
        if studies is not None:
            document["multilevel"] = pool_parts.multilevel(estimates, variances, studies)
        if moderators:
            document["regression"] = pool_parts.regression(
                estimates, variances, moderators, columns, chosen_method, chosen_test
            )
        if bias:
            document["bias"] = pool_parts.bias(estimates, variances, samples or studies, chosen_method, chosen_test)
        if influence:
            document["influence"] = pool_parts.influence(estimates, variances, chosen_method, chosen_test)
    except InvalidInput as error:
        raise InvalidInput(f"{path}: {error}") from None
    return document


def _choice(kind: type[Choice], option: str, value: str) -> Choice:
    try:
        return kind(value)
    except ValueError:
        raise InvalidInput(f"{option} {value!r} does not exist; choose one of {', '.join(kind)}") from None
