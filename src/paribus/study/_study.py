"""The study: a question, and everything that must be equal while it is asked."""

import operator
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from paribus.datasets import Dataset
from paribus.errors import StudyError, listed, nearest
from paribus.probes import Probe
from paribus.rich_display import html
from paribus.study._arm import Arm, budget_tuple
from paribus.study._aspects import KINDS, unknown_aspects
from paribus.study._budget import Budget
from paribus.study._budget_checks import budget_problems, references
from paribus.study._contrast import Contrast
from paribus.study._probe_checks import directed, foreign_probes, probe_problems
from paribus.study._recipe import Recipe
from paribus.study._record import Adjust

if TYPE_CHECKING:
    from paribus.lab import Audit, Result


_SEED_END = 2**63


class QuickLook(NamedTuple):
    """The most that a quick look takes of each."""

    train: int
    validation: int
    test: int
    epochs: int
    seeds: int


QUICK = QuickLook(train=1_280, validation=500, test=500, epochs=3, seeds=2)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class Study:
    """A question, and everything that must be equal while it is asked.

    Args:
        question: What the comparison is to answer.
        arms: At least two architectures.
        dataset: What all of them learn.
        recipe: How all of them are trained.
        budget: What the arms are equalised on: one budget, or several at once. Arms that can be resized are sized to it, except
            those that a budget is like; without a budget, all keep the sizes of their defaults.
        contrasts: The differences that are asked about.
        probes: What is measured on every trained model besides, after the last epoch, on the test examples. Their metrics can be asked for by
            contrasts. A probe changes no number of a run, so one more is measured where weights are kept, and nothing is trained again.
        concedes: Findings that are known and accepted, by kind ("parameters", "class_imbalance"), and why; they are printed as
            notes, with the reason.
        seeds: How many (5 means 0..4), or which; where it is looked in between, the most there can be.
        looks: At how many seeds it is looked whether every contrast is decided, and stopped if so, rising up to all seeds. All looks
            together err as often as one. Without any, all seeds are trained, and then judged.
        adjust: For the number of contrasts on one metric: "holm", or "max_t", by joint changes of sign, which needs six seeds and finds
            more where many contrasts share arms.
        keep_weights: Whether every run's weights are kept beside the store, so that further probes need no training.
        name: Finds the study again in the store; a file's studies are named after the file.
        quick: Whether this is a quick look, whose numbers are no evidence; `quick_look()` sets it.

    Raises:
        StudyError: It contradicts itself; every contradiction is named.
    """

    question: str
    arms: tuple[Arm, ...]
    dataset: Dataset
    recipe: Recipe
    budget: Budget | Sequence[Budget] = ()
    contrasts: tuple[Contrast, ...] = ()
    probes: Sequence[Probe] = ()
    concedes: Mapping[str, str] = field(default_factory=dict[str, str])
    seeds: int | Sequence[int] = 5
    looks: Sequence[int] = ()
    adjust: Adjust = "holm"
    keep_weights: bool = False
    name: str = "study"
    quick: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "arms", tuple(self.arms))
        object.__setattr__(self, "budget", budget_tuple(self.budget))
        object.__setattr__(self, "contrasts", tuple(self.contrasts))
        object.__setattr__(self, "probes", tuple(self.probes))
        object.__setattr__(self, "concedes", dict(self.concedes))
        object.__setattr__(self, "seeds", _plain_seeds(self.seeds))
        object.__setattr__(self, "looks", tuple(self.looks))
        problems = [
            *_wrong_types(self),
            *_too_few_arms(self),
            *_repeated_arms(self),
            *_unknown_arms(self),
            *budget_problems(self.arms, budget_tuple(self.budget)),
            *_repeated_contrasts(self),
            *probe_problems(self.probes, self.recipe.scores, self.dataset.example_shape),
            *_bad_concessions(self.concedes),
            *_bad_seeds(self.seeds),
            *_bad_adjustment(self.adjust),
            *_nothing_to_decide(self),
            *_oversized_batch(self),
            *_unknown_metrics(self),
            *_unknown_classes(self),
        ]
        problems += [] if problems else _bad_looks(self.looks, len(self.seed_list))
        if problems:
            raise StudyError(problems)
        object.__setattr__(self, "contrasts", directed(self.contrasts, self.probes))

    def __repr__(self) -> str:
        arms = ", ".join(arm.name for arm in self.arms)
        contrasts = ", ".join(contrast.label for contrast in self.contrasts) or "none"
        return (
            f"Study {self.name}: {self.question}\n  arms: {arms}\n  contrasts: {contrasts}\n  data: {self.dataset.name}, "
            f"{len(self.dataset.train):,} training examples\n  seeds: {len(self.seed_list)}"
        )

    def _repr_html_(self) -> str:
        return html(self)

    @property
    def seed_list(self) -> tuple[int, ...]:
        """The seeds, each one a replication of all arms."""
        return tuple(range(self.seeds)) if isinstance(self.seeds, int) else tuple(self.seeds)

    @property
    def scores(self) -> tuple[str, ...]:
        """What a run is scored on: by the recipe, and by probes."""
        return (*self.recipe.scores, *(metric for probe in self.probes for metric in probe.metrics))

    def arm(self, name: str) -> Arm:
        """Return the arm of that name."""
        return next(arm for arm in self.arms if arm.name == name)

    def budgets_of(self, arm_name: str) -> tuple[Budget, ...]:
        """Return the budgets that concern the arm of that name: its own, or the study's."""
        own = self.arm(arm_name).budgets
        return budget_tuple(self.budget) if own is None else own

    @property
    def references(self) -> tuple[str, ...]:
        """Names of the arms that others are sized like; they keep the sizes of their defaults."""
        return references(self.arms, budget_tuple(self.budget))

    @property
    def resized(self) -> tuple[Arm, ...]:
        """The arms whose sizes budgets decide."""
        kept = self.references
        return tuple(
            arm for arm in self.arms if arm.knobs and arm.name not in kept and self.budgets_of(arm.name)
        )

    def quick_look(self) -> "Study":
        """Return a small version of the study: fewer examples, epochs and seeds, and marked as no evidence."""
        dataset = self.dataset.thinned(train=QUICK.train, validation=QUICK.validation, test=QUICK.test)
        recipe = replace(
            self.recipe,
            epochs=min(self.recipe.epochs, QUICK.epochs),
            batch_size=min(self.recipe.batch_size, len(dataset.train)),
        )
        return replace(
            self, dataset=dataset, recipe=recipe, seeds=self.seed_list[: QUICK.seeds], looks=(), quick=True
        )

    def audit(self) -> "Audit":
        """Build every arm without training it, and return its layers and sizes."""
        from paribus import lab

        return lab.audit(self)

    def run(self, **options: Any) -> "Result":
        """Train what is not yet in the store and return the result; keyword arguments as in `paribus.run`."""
        from paribus import lab

        return lab.run(self, **options)


def _wrong_types(study: Study) -> list[str]:
    expected = {"name": str, "question": str, "dataset": Dataset, "recipe": Recipe}
    problems = [
        f"{field}: expected a {kind.__name__}, got a {type(getattr(study, field)).__name__}."
        for field, kind in expected.items()
        if not isinstance(getattr(study, field), kind)
    ]
    items = {"arms": Arm, "budget": Budget, "contrasts": Contrast}
    problems += [
        f"{field}: expected {kind.__name__}s, got a {type(item).__name__}."
        for field, kind in items.items()
        for item in getattr(study, field)
        if not isinstance(item, kind)
    ]
    problems += foreign_probes(study.probes)
    if problems:  # nothing else can be said of it
        raise StudyError(problems)
    return problems


def _too_few_arms(study: Study) -> list[str]:
    if len(study.arms) < 2:
        return [f"arms: a comparison needs at least two; there are {len(study.arms)}."]
    return []


def _repeated_arms(study: Study) -> list[str]:
    counts = Counter(arm.name for arm in study.arms)
    return [
        f"arms: '{name}' is declared {count} times; names label columns and must differ."
        for name, count in counts.items()
        if count > 1
    ]


def _unknown_arms(study: Study) -> list[str]:
    names = [arm.name for arm in study.arms]
    asked = dict.fromkeys(
        name for contrast in study.contrasts for name in (contrast.treatment, contrast.control)
    )
    return [
        f"contrasts: '{name}' is not an arm; the arms are {listed(names)}.{nearest(name, names)}"
        for name in asked
        if name not in names
    ]


def _repeated_contrasts(study: Study) -> list[str]:
    counts = Counter((contrast.treatment, contrast.control, contrast.metric) for contrast in study.contrasts)
    return [
        f"contrasts: {treatment} against {control} on {metric} is asked {count} times."
        for (treatment, control, metric), count in counts.items()
        if count > 1
    ]


def _bad_concessions(concedes: Mapping[str, str]) -> list[str]:
    empty = [kind for kind, reason in concedes.items() if not (isinstance(reason, str) and reason.strip())]  # pyright: ignore[reportUnnecessaryIsInstance] -- what users give
    return [
        *unknown_aspects("concedes", concedes, known=KINDS),
        *(
            f"concedes: '{kind}' needs a reason, in words; it is printed beside the finding."
            for kind in empty
        ),
    ]


def _plain_seeds(seeds: int | Sequence[int]) -> int | tuple[int, ...]:
    """Return NumPy's and other whole numbers as Python's; what is none stays to be refused."""
    try:
        return operator.index(seeds)  # pyright: ignore[reportArgumentType] -- a sequence is tried next
    except TypeError:
        given = tuple(seeds) if isinstance(seeds, Iterable) else (seeds,)
        return tuple(operator.index(seed) if hasattr(seed, "__index__") else seed for seed in given)


def _bad_seeds(seeds: int | Sequence[int]) -> list[str]:
    if isinstance(seeds, int):
        return [] if seeds >= 1 else [f"seeds: {seeds} of them train nothing; at least 1 is needed."]
    if not seeds:
        return ["seeds: the list is empty; at least 1 is needed."]
    if bad := [seed for seed in seeds if type(seed) is not int or not 0 <= seed < _SEED_END]:
        return [f"seeds: {listed(bad)} must be whole numbers from 0 to 2^63 - 1."]
    if repeats := len(seeds) - len(set(seeds)):
        return [f"seeds: {repeats} of {len(seeds)} repeat; a repeated seed is not a new observation."]
    return []


def _bad_adjustment(adjust: object) -> list[str]:
    known = get_args(Adjust)
    return (
        []
        if adjust in known
        else [f"adjust: no '{adjust}'; there are {listed(known)}.{nearest(str(adjust), known)}"]
    )


def _nothing_to_decide(study: Study) -> list[str]:
    if study.looks and not study.contrasts:
        return ["looks: the study has no contrasts, so there is nothing that a look could decide."]
    return []


def _bad_looks(looks: Sequence[int], seeds: int) -> list[str]:
    rise = all(type(look) is int for look in looks) and all(
        one < other for one, other in pairwise((1, *looks))
    )
    if not looks or (rise and looks[-1] == seeds):
        return []
    return [
        f"looks: {', '.join(map(str, looks))} must be whole numbers of seeds that rise from at least 2 to all {seeds} of them."
    ]


def _oversized_batch(study: Study) -> list[str]:
    n, batch_size = len(study.dataset.train), study.recipe.batch_size
    if batch_size > n:
        return [f"recipe: batch_size {batch_size} is larger than the training set of {n} examples."]
    return []


def _unknown_metrics(study: Study) -> list[str]:
    scores = study.scores
    return [
        f"contrasts: no metric '{name}'; there are {listed(scores)}.{nearest(name, scores)}"
        for name in dict.fromkeys(contrast.metric for contrast in study.contrasts)
        if name not in scores
    ]


def _unknown_classes(study: Study) -> list[str]:
    classes = study.dataset.classes
    unknown = [label for label in study.recipe.class_weights or {} if not 0 <= label < classes]
    if unknown:
        return [f"recipe: class_weights names class {listed(unknown)}; the dataset's are 0 to {classes - 1}."]
    return []
