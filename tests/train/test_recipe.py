"""What a recipe declares is what Keras would do with it, on every backend."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# Keras ships no types.

from dataclasses import replace
from typing import Any

import keras
import msgspec
import numpy as np
import pytest

from paribus import lab
from paribus.errors import StudyError
from paribus.plan import study_record
from paribus.records import EpochRecord, FinalScore, RunRecord, RunSpec, Status
from paribus.study import Arm, Contrast, Recipe, Study
from paribus.train import Assignment, Message, Trainer, check_recipe, make_engine
from paribus.train._objective import make_objective, make_optimizer

ROWS, WIDTH, CLASSES, BATCH = 60, 5, 6, 20
RNG = np.random.default_rng(0)
X = RNG.normal(size=(ROWS, WIDTH)).astype(np.float32)
Y = RNG.integers(CLASSES, size=ROWS).astype(np.int32)
ONE_HOT = np.eye(CLASSES, dtype=np.float32)[Y]
WEIGHTS = {0: 3.0, 2: 0.25}


def model(activation: str = "softmax") -> Any:
    built = keras.Sequential([keras.Input((WIDTH,)), keras.layers.Dense(CLASSES, activation=activation)])
    rng = np.random.default_rng(1)
    for variable in built.trainable_variables:
        variable.assign(rng.normal(size=variable.shape).astype(np.float32))
    return built


def one_epoch(recipe: Recipe, activation: str = "softmax") -> tuple[Any, Any, list[Any]]:
    """Return the means of the first epoch, the scores after it, and the weights."""
    start = model(activation)
    engine = make_engine(
        start,
        make_objective(recipe, CLASSES),
        make_optimizer(recipe),
        input_shape=(WIDTH,),
        fast_layers=True,
        native_kernels=False,
    )
    x, y = engine.place(X), engine.place(Y)
    order = np.arange(ROWS, dtype=np.int32)
    state, means = engine.train_epoch(engine.start(start), x, y, order, batch_size=BATCH)
    return means, engine.evaluate(state, x, y, batch_size=BATCH), engine.to_arrays(state)


def kerasown(
    loss: Any, metrics: Any = (), activation: str = "softmax", labels: Any = ONE_HOT, **options: Any
) -> tuple[Any, Any, Any]:
    """Return what `fit` says of its first epoch, `evaluate` after it, and the model."""
    trained = model(activation)
    trained.compile(optimizer=keras.optimizers.SGD(0.1), loss=loss, metrics=list(metrics))
    history = trained.fit(X, labels, batch_size=BATCH, shuffle=False, verbose=0, **options)
    return (
        history.history,
        trained.evaluate(X, labels, batch_size=BATCH, verbose=0, return_dict=True),
        trained,
    )


SGD: dict[str, Any] = {"class_name": "SGD", "config": {"learning_rate": 0.1}}


@pytest.mark.parametrize(
    "loss",
    [
        "categorical_crossentropy",
        "sparse_categorical_crossentropy",
        {"class_name": "CategoricalCrossentropy", "config": {"label_smoothing": 0.1}},
        "SparseCategoricalCrossentropy",
    ],
)
def test_class_weights_are_those_of_fit(loss: Any) -> None:
    """They weight the training loss and no other: losses to 1e-5, weights to 1e-5."""
    recipe = Recipe(optimizer=SGD, loss=loss, batch_size=BATCH, class_weights=WEIGHTS)
    means, scores, arrays = one_epoch(recipe)
    sparse = "sparse" in str(loss).lower()
    own_loss = keras.losses.get(loss if isinstance(loss, str) else dict(loss))
    history, evaluated, trained = kerasown(
        own_loss,
        labels=Y if sparse else ONE_HOT,
        class_weight={label: WEIGHTS.get(label, 1.0) for label in range(CLASSES)},
    )
    assert history["loss"][0] == pytest.approx(means.loss, rel=1e-5)
    assert evaluated["loss"] == pytest.approx(scores.loss, rel=1e-5)
    for variable, array in zip(trained.trainable_variables, arrays, strict=False):
        expected: Any = keras.ops.convert_to_numpy(variable.value)
        np.testing.assert_allclose(array, expected, rtol=1e-5, atol=1e-6)


def test_logits_are_taken_as_such() -> None:
    """A loss object with `from_logits` trains a linear output as `fit` does."""
    recipe = Recipe(
        optimizer=SGD, loss=keras.losses.CategoricalCrossentropy(from_logits=True), batch_size=BATCH
    )
    means, scores, _ = one_epoch(recipe, "linear")
    history, evaluated, _ = kerasown(
        keras.losses.CategoricalCrossentropy(from_logits=True), activation="linear"
    )
    assert history["loss"][0] == pytest.approx(means.loss, rel=1e-5)
    assert evaluated["loss"] == pytest.approx(scores.loss, rel=1e-5)


def test_metrics_are_those_of_fit() -> None:
    """Running means in training mode, means in inference mode; names, configs and objects; one-hot and sparse."""
    declared: tuple[Any, ...] = (
        "top_k_categorical_accuracy",
        {"class_name": "TopKCategoricalAccuracy", "config": {"k": 2, "name": "top_2"}},
        keras.metrics.CategoricalCrossentropy(),
    )
    means, scores, _ = one_epoch(Recipe(optimizer=SGD, metrics=declared, batch_size=BATCH))
    own = [
        keras.metrics.TopKCategoricalAccuracy(),
        keras.metrics.TopKCategoricalAccuracy(k=2, name="top_2"),
        keras.metrics.CategoricalCrossentropy(),
    ]
    history, evaluated, _ = kerasown("categorical_crossentropy", own)
    assert ["top_k_categorical_accuracy", "top_2", "categorical_crossentropy"] == list(means.metrics)
    for name in means.metrics:
        assert history[name][0] == pytest.approx(means.metrics[name], rel=1e-5)
        assert evaluated[name] == pytest.approx(scores.metrics[name], rel=1e-5)


def test_sparse_metrics_get_integers() -> None:
    """The sparse twin of a metric says the same."""
    twins = (
        "TopKCategoricalAccuracy",
        "SparseTopKCategoricalAccuracy",
        "categorical_accuracy",
        "sparse_categorical_accuracy",
    )
    means, scores, _ = one_epoch(Recipe(optimizer=SGD, metrics=twins, batch_size=BATCH))
    assert means.metrics["top_k_categorical_accuracy"] == means.metrics["sparse_top_k_categorical_accuracy"]
    assert means.metrics["categorical_accuracy"] == pytest.approx(means.accuracy)
    assert scores.correct.mean() == pytest.approx(scores.metrics["sparse_categorical_accuracy"])


def test_an_object_is_declared_as_its_config() -> None:
    """Plain data that other processes read, the schedule in it too; the object's twin gives the same recipe."""

    def declared() -> Recipe:
        schedule: Any = keras.optimizers.schedules.CosineDecay(0.1, 10)
        by_config = {"class_name": "SGD", "config": {"learning_rate": schedule}}
        assert "CosineDecay" == Recipe(optimizer=by_config).optimizer["config"]["learning_rate"]["class_name"]
        return Recipe(
            optimizer=keras.optimizers.Adam(schedule, weight_decay=np.float64(0.25)),
            loss=keras.losses.categorical_crossentropy,
        )

    assert declared() == declared()
    assert "categorical_crossentropy" == declared().loss
    assert declared() == msgspec.msgpack.decode(msgspec.msgpack.encode(declared()), type=Recipe)
    assert isinstance(make_optimizer(declared()), keras.optimizers.Adam)


def test_other_code_is_refused_because_a_config_does_not_tell_what_it_does() -> None:
    """A loss, metric or schedule of one's own could change unseen."""

    class Mine(keras.losses.Loss):
        pass

    with pytest.raises(StudyError, match="only Keras' own"):
        Recipe(loss=Mine())
    with pytest.raises(StudyError, match="only Keras' own"):
        Recipe(optimizer={"class_name": "SGD", "config": {"learning_rate": lambda: 0.1}})


def test_everything_that_cannot_be_trained_is_said_at_once() -> None:
    """Optimizer, loss and each metric."""
    recipe = Recipe(
        optimizer={"class_name": "LossScaleOptimizer", "config": {"inner_optimizer": "sgd"}},
        loss="no_loss",
        metrics=("AUC", "no_metric"),
    )
    with pytest.raises(StudyError) as caught:
        check_recipe(recipe, classes=CLASSES)
    optimizer, loss, stateful, unknown = caught.value.problems
    assert "LossScaleOptimizer" in optimizer
    assert "no loss 'no_loss'" in loss
    assert "'auc' is no mean over examples" in stateful
    assert "no metric 'no_metric'" in unknown


def test_a_loss_that_does_not_fit_the_classes_is_said_before_training() -> None:
    """Tried on one example, where Keras itself would fail in the first step."""
    absent_axis = {"class_name": "CategoricalCrossentropy", "config": {"axis": 3}}
    with pytest.raises(StudyError, match="the loss cannot be computed for outputs of 6 classes"):
        check_recipe(Recipe(loss=absent_axis), classes=CLASSES)


def test_another_global_policy_is_refused() -> None:
    """The recipe alone says in which precision arms compute."""
    keras.config.set_dtype_policy("mixed_float16")
    try:
        with pytest.raises(StudyError, match="global dtype policy is 'mixed_float16'"):
            check_recipe(Recipe(), classes=CLASSES)
    finally:
        keras.config.set_dtype_policy("float32")


def ignore(message: Message) -> None:
    """Watch nothing."""


def trained(study: Study) -> RunRecord:
    spec = RunSpec(run_id="run", arm=study.arms[0].name, arm_identity="arm", seed=0)
    return Trainer(study)(Assignment(spec), ignore)


def test_bfloat16_is_a_control(small_study: Study) -> None:
    """Layers compute in it, weights stay float32, arms are others, and the process' policy is left as it was."""
    seen: list[tuple[str, str]] = []

    def watched(input_shape: tuple[int, ...], classes: int) -> Any:
        dense = keras.layers.Dense(classes, activation="softmax")
        built = keras.Sequential([keras.Input(input_shape), keras.layers.Flatten(), dense])
        seen.append((dense.compute_dtype, dense.variable_dtype))
        return built

    study = replace(small_study, arms=(Arm("watched", watched), small_study.arms[1]), contrasts=())
    half = replace(study, recipe=replace(study.recipe, precision="bfloat16"))
    record = trained(half)
    assert ("bfloat16", "float32") == seen[-1]
    assert record.status is Status.COMPLETED, record.reason
    assert record.epochs[0].loss == pytest.approx(trained(study).epochs[0].loss, rel=0.05)
    assert record.epochs[0].loss != trained(study).epochs[0].loss
    assert [arm.identity for arm in lab.audit(half).arms] != [arm.identity for arm in lab.audit(study).arms]
    assert "float32" == keras.config.dtype_policy().name


def test_a_recipes_metric_can_be_compared(small_study: Study, tmp_path: Any) -> None:
    """Stored, read back, summarised and contrasted by its name."""
    study = replace(
        small_study,
        recipe=replace(small_study.recipe, metrics=("mean_squared_error",), class_weights={1: 2.0}),
        contrasts=(Contrast("wide", "flat", metric="test_mean_squared_error"),),
    )
    lab.run(study, store=tmp_path / "store.db")
    result = lab.show(store=tmp_path / "store.db")
    (contrast,) = result.analysis.contrasts
    by_arm = {arm.arm: arm.summaries["test_mean_squared_error"].mean for arm in result.analysis.arms}
    assert by_arm["wide"] - by_arm["flat"] == pytest.approx(contrast.verdict.mean)
    assert study.recipe == result.analysis.study.recipe


def test_records_without_metrics_are_still_read() -> None:
    """What an earlier version stored decodes, with no metrics in it."""
    epoch = {
        "epoch": 1,
        "loss": 1.0,
        "accuracy": 0.5,
        "validation_loss": 1.0,
        "validation_accuracy": 0.5,
        "train_seconds": 1.0,
    }
    score = {"loss": 1.0, "accuracy": 0.5, "n": 2, "correct_bits": b"\x80"}
    assert {} == msgspec.msgpack.decode(msgspec.msgpack.encode(epoch), type=EpochRecord).validation_metrics
    assert {} == msgspec.msgpack.decode(msgspec.msgpack.encode(score), type=FinalScore).metrics
    recipe = {"optimizer": "SGD", "loss": "mse", "epochs": 1, "batch_size": 2, "fast_layers": True}
    assert Recipe(loss="mse", epochs=1, batch_size=2) == msgspec.msgpack.decode(
        msgspec.msgpack.encode(recipe), type=Recipe
    )


def test_every_field_of_the_recipe_identifies_runs(small_study: Study) -> None:
    """Another precision, weight, metric or statistic is another study."""
    changes: list[dict[str, Any]] = [
        {},
        {"precision": "bfloat16"},
        {"class_weights": {0: 2.0}},
        {"metrics": ("mean_squared_error",)},
        {"batchnorm": "recalibrate"},
    ]
    ids = {
        study_record(replace(small_study, recipe=replace(small_study.recipe, **change)), (), "e").study_id
        for change in changes
    }
    assert len(changes) == len(ids)
