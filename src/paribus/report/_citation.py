"""What was done, in words that can stand in a paper, with numbered references."""

import math
from collections.abc import Sequence

from paribus.analyse import Analysis, Rule
from paribus.records import RunRecord
from paribus.report._numbers import Scale

_REFERENCES = {
    "student": "Student (1908). The probable error of a mean. Biometrika 6, 1-25.",
    "holm": "Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6, 65-70.",
    "max_t": "Westfall, P. H., Young, S. S. (1993). Resampling-based multiple testing. Wiley.",
    "tost": "Schuirmann, D. J. (1987). A comparison of the two one-sided tests procedure and the power approach for assessing the "
    "equivalence of average bioavailability. Journal of Pharmacokinetics and Biopharmaceutics 15, 657-680.",
    "flips": "Fisher, R. A. (1935). The design of experiments. Oliver and Boyd. Section 21.",
    "d_z": "Cohen, J. (1988). Statistical power analysis for the behavioral sciences, 2nd edition. Lawrence Erlbaum.",
    "spending": "Lan, K. K. G., DeMets, D. L. (1983). Discrete sequential boundaries for clinical trials. Biometrika 70, 659-663.",
    "repeated": "Jennison, C., Turnbull, B. W. (1989). Interim analyses: the repeated confidence interval approach. Journal of the "
    "Royal Statistical Society B 51, 305-361.",
    "anytime": "Wang, H., Ramdas, A. (2023). Anytime-valid t-tests and confidence sequences for Gaussian means with unknown "
    "variance. arXiv:2310.03722.",
    "crossed": "Searle, S. R., Casella, G., McCulloch, C. E. (1992). Variance components. Wiley. Chapter 4.",
    "keras": "Chollet, F., and others (2015). Keras. https://keras.io.",
    "jax": "Bradbury, J., and others (2018). JAX: composable transformations of Python and NumPy programs. https://github.com/jax-ml/jax.",
    "batchnorm": "Ioffe, S., Szegedy, C. (2015). Batch normalization: accelerating deep network training by reducing internal covariate "
    "shift. Proceedings of the 32nd International Conference on Machine Learning, 448-456.",
}


class _Bibliography:
    """Numbers references in the order in which they are first cited."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def cite(self, *keys: str) -> str:
        numbers = [self._numbers.setdefault(key, len(self._numbers) + 1) for key in keys]
        return f" [{', '.join(map(str, numbers))}]"

    def listed(self) -> tuple[str, ...]:
        return tuple(f"[{number}] {_REFERENCES[key]}" for key, number in self._numbers.items())


def methods(analysis: Analysis, records: Sequence[RunRecord]) -> str:
    """Return a paragraph on what was done, and its references, from what ran.

    Args:
        analysis: What was found.
        records: The runs it rests on.
    """
    paragraph, references = methods_parts(analysis, records)
    return "\n".join([paragraph, "", *references]) + "\n"


def methods_parts(analysis: Analysis, records: Sequence[RunRecord]) -> tuple[str, tuple[str, ...]]:
    """Return the same paragraph, and the references."""
    books = _Bibliography()
    paragraph = " ".join(
        [*_training(analysis, records, books), *_design(analysis, books), *_judgement(analysis, books)]
    )
    return paragraph, books.listed()


def _training(analysis: Analysis, records: Sequence[RunRecord], books: _Bibliography) -> list[str]:
    study, data, recipe = analysis.study, analysis.study.dataset, analysis.study.recipe
    optimizer = recipe.optimizer if isinstance(recipe.optimizer, str) else recipe.optimizer["class_name"]
    arms = ", ".join(
        f"{arm.arm} ({arm.parameters.total:,} parameters)" if arm.parameters else arm.arm
        for arm in analysis.arms
    )
    sentences = [
        f"We compared {len(study.arms)} architectures: {arms}.",
        (
            f"All were trained on the same {data.n_train:,} examples of {data.name} ({'pixels divided by 255' if data.pixels == 'unit' else 'raw values'}; "
            f"SHA-256 {data.fingerprint[:12]}) with {optimizer} for {recipe.epochs} epochs at batch size {recipe.batch_size}, in a batch order that "
            f"is the same for all architectures within a seed, validated on {data.n_validation:,} and tested once, after the last epoch, on "
            f"{data.n_test:,} further examples."
        ),
    ]
    if recipe.batchnorm == "recalibrate":
        sentences.append(
            f"Statistics of batch normalization{books.cite('batchnorm')} were estimated anew on the training data before every evaluation, "
            "for all architectures alike."
        )
    machines = sorted({f"{run.environment.processor}, {run.environment.device}" for run in records})
    cited = books.cite("keras", "jax") if study.engine.startswith("jax") else books.cite("keras")
    trained = f" on {'; '.join(machines)}" if machines else ""
    return [
        *sentences,
        f"Training used {study.engine}{cited}{trained}, with random streams of their own for initial weights, order and dropout.",
    ]


def _design(analysis: Analysis, books: _Bibliography) -> list[str]:
    stage, design = analysis.stage, analysis.stage.design
    completed = [len(arm.seeds) for arm in analysis.arms]
    counted = (
        f"{min(completed)} to {max(completed)}"
        if min(completed, default=0) != max(completed, default=0)
        else f"{max(completed, default=0)}"
    )
    sentences = [f"Each architecture was trained with {counted} seeds."]
    if stage.rule is Rule.FIXED:
        sentences.append("The number of seeds was fixed before training.")
    elif stage.rule is Rule.LOOKS:
        looks = ", ".join(map(str, design.looks))
        sentences.append(
            f"Results were looked at after {looks} of at most {len(design.seeds)} seeds as planned before training, up to look "
            f"{len(stage.looks)} of {len(design.looks)}; error was spent by the O'Brien-Fleming-type function of Lan and DeMets{books.cite('spending')}, "
            f"and intervals are repeated confidence intervals{books.cite('repeated')}."
        )
    else:
        sentences.append(
            f"As the number of seeds was not fixed before results were seen, tests and intervals are anytime-valid{books.cite('anytime')}."
        )
    if analysis.missing:
        told = "; ".join(f"{run.arm}, seed {run.seed}: {run.reason}" for run in analysis.missing)
        sentences.append(
            f"{len(analysis.missing)} planned runs have no score ({told}), and their pairs were left out."
        )
    return sentences


def _judgement(analysis: Analysis, books: _Bibliography) -> list[str]:
    study = analysis.study
    if not study.contrasts:
        return []
    primary = [contrast for contrast in study.contrasts if contrast.metric == study.primary]
    test = (
        "Student's t" + books.cite("student")
        if analysis.stage.rule is not Rule.ANYTIME
        else "the anytime-valid t"
    )
    sentences = [
        f"Differences in {study.primary.replace('_', ' ')}, paired by seed, were tested by {test}, two-sided at .05"
        + _adjusted(analysis, len(primary), books)
        + "."
    ]
    margins = {contrast.margin for contrast in primary if contrast.margin is not None}
    if margins:
        scale = Scale(study.primary)
        told = ", ".join(scale.plain(margin) for margin in sorted(margins))
        known = analysis.stage.design.margins
        before = all(known.get(contrast.label, math.nan) == contrast.margin for contrast in primary)
        declared = ", declared before training," if before else ""
        sentences.append(
            f"Equivalence within {told}{declared} was tested by two one-sided tests at .05{books.cite('tost')}."
        )
    others = sorted(
        {contrast.metric.replace("_", " ") for contrast in study.contrasts}
        - {study.primary.replace("_", " ")}
    )
    if others:
        sentences.append(
            f"Contrasts in {', '.join(others)} are secondary, and were adjusted as families of their own."
        )
    pairs = max((result.n for result in analysis.contrasts), default=0)
    if pairs >= 6:
        sentences.append(
            f"Exact sign-flip tests{books.cite('flips')} served as a check that assumes no distribution."
        )
    sentences.append(
        f"Standardised effects are mean differences over the standard deviation of the differences{books.cite('d_z')}."
    )
    if any(result.examples is not None for result in analysis.contrasts):
        sentences.append(
            f"Intervals over new test examples, too, treat seeds and examples as crossed random effects{books.cite('crossed')}."
        )
    return sentences


def _adjusted(analysis: Analysis, contrasts: int, books: _Bibliography) -> str:
    if contrasts < 2:
        return ""
    if analysis.study.adjust == "max_t" and analysis.stage.rule is Rule.FIXED:
        return f", adjusted for {contrasts} contrasts by the largest |t| under joint changes of sign{books.cite('max_t')}"
    return f", adjusted for {contrasts} contrasts by Holm's procedure{books.cite('holm')}"
