"""Arms are measured and identified without training."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# Keras ships no types.

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest

from paribus import studies
from paribus.build import build, outline
from paribus.datasets import Dataset
from paribus.errors import ArmError
from paribus.identity import identity, structure
from paribus.records import ParameterCount
from paribus.study import Arm, Study
from tests.conftest import STUDY_FILE


def test_the_articles_arms_match_to_the_last_parameter() -> None:
    """Total, trainable and non-trainable parameters are the article's."""
    counts = {arm.name: arm.parameters for arm in studies.study("convolution").audit().arms}
    pooled = ParameterCount(trainable=220_426, non_trainable=256)
    assert counts == {
        "dense": ParameterCount(trainable=1_434_946, non_trainable=3_536),
        "conv": ParameterCount(trainable=822_538, non_trainable=256),
        "max pooling": pooled,
        "average pooling": pooled,
    }
    assert [1_438_482, 822_794, 220_682, 220_682] == [count.total for count in counts.values() if count]


def test_scaling_pixels_changes_no_arm() -> None:
    """Both built-in studies compare the same four arms."""
    raw, scaled = (studies.study(name).audit().arms for name in ("convolution", "convolution-scaled"))
    assert [arm.identity for arm in raw] == [arm.identity for arm in scaled]


def dense(input_shape: tuple[int, ...], classes: int, units: int = 8, name: str | None = None) -> Any:
    import keras

    inputs = keras.Input(input_shape)
    x = keras.layers.Flatten()(inputs)
    x = keras.layers.Dense(units, name=name)(x)
    return keras.Model(inputs, keras.layers.Dense(classes)(x))


def identity_of(dataset: Dataset, **options: Any) -> str:
    arm = Arm("any", partial(dense, **options))
    return identity(arm, structure(outline(arm, dataset)))


def test_identity_is_the_same_however_many_models_were_built(small_dataset: Dataset) -> None:
    """Keras numbers its layers by process; the identity does not."""
    assert identity_of(small_dataset) == identity_of(small_dataset)


def test_identity_changes_with_a_width(small_dataset: Dataset) -> None:
    """One more unit is another arm."""
    assert identity_of(small_dataset, units=8) != identity_of(small_dataset, units=9)


def test_an_activation_named_like_a_layer_is_still_told_apart(small_dataset: Dataset) -> None:
    """Only places that hold a layer's name are replaced, so that names never hide a difference."""
    import keras

    def named(activation: str) -> Any:
        def make(input_shape: tuple[int, ...], classes: int) -> Any:
            inputs = keras.Input(input_shape)
            x = keras.layers.Flatten()(inputs)
            x = keras.layers.Dense(classes, activation=activation, name=activation)(x)
            return keras.Model(inputs, x)

        return make

    relu, tanh = (Arm(name, named(name)) for name in ("relu", "tanh"))
    assert identity(relu, structure(outline(relu, small_dataset))) != identity(
        tanh, structure(outline(tanh, small_dataset))
    )


def test_an_outline_has_the_identity_of_the_built_model(small_dataset: Dataset) -> None:
    """Building without values loses nothing that identifies an arm."""
    arm = Arm("any", dense)
    full = build(arm, small_dataset, init_rng=np.random.default_rng(5))
    assert identity(arm, structure(outline(arm, small_dataset))) == identity(arm, structure(full))


def test_a_builder_that_looks_at_weights_is_built_in_full(small_dataset: Dataset) -> None:
    """Values are there when a builder needs them."""

    def looks(input_shape: tuple[int, ...], classes: int) -> Any:
        model = dense(input_shape, classes)
        model.set_weights([np.asarray(weight) * 2 for weight in model.get_weights()])
        return model

    assert 36 * 8 + 8 + 8 * 4 + 4 == outline(Arm("looks", looks), small_dataset).count_params()


def fails(input_shape: tuple[int, ...], classes: int) -> Any:
    raise RuntimeError("no such layer")


def no_model(input_shape: tuple[int, ...], classes: int) -> Any:
    return "a model"


def wrong_output(input_shape: tuple[int, ...], classes: int) -> Any:
    return dense(input_shape, classes + 1)


def wrong_input(input_shape: tuple[int, ...], classes: int) -> Any:
    return dense((7, 7, 1), classes)


def two_outputs(input_shape: tuple[int, ...], classes: int) -> Any:
    import keras

    model = dense(input_shape, classes)
    return keras.Model(model.inputs, [model.outputs[0], model.outputs[0]])


def test_every_arm_that_does_not_fit_is_named(small_study: Study) -> None:
    """All at once, each with what was expected and what came."""
    builders = (fails, no_model, wrong_output, wrong_input, two_outputs)
    study = replace(small_study, arms=tuple(Arm(build.__name__, build) for build in builders), contrasts=())
    with pytest.raises(ArmError) as caught:
        study.audit()
    sentences = (
        r"'fails': build((6, 6, 1), 4) raised RuntimeError: no such layer",
        "'no_model': the builder returned a str, not a Keras model",
        "'wrong_output': its output has shape (batch, 5), which does not fit the 4 classes",
        "'wrong_input': its input has shape (7, 7, 1); examples have shape (6, 6, 1) (or flat: 36)",
        "'two_outputs': it has several outputs",
    )
    assert len(caught.value.problems) == len(sentences)
    for sentence, problem in zip(sentences, caught.value.problems, strict=True):
        assert sentence in problem


def test_building_leaves_the_global_generators_alone(small_dataset: Dataset) -> None:
    """A user's own random numbers do not depend on how many arms were built."""
    import random

    random.seed(1)
    np.random.seed(1)  # noqa: NPY002 -- the generator a user may rely on
    build(Arm("any", dense), small_dataset, init_rng=np.random.default_rng(0))
    drawn = random.random(), np.random.random()  # noqa: NPY002, S311 -- the same
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002 -- the same
    assert (random.random(), np.random.random()) == drawn  # noqa: NPY002, S311 -- the same


def own_net(activation: Any) -> Any:
    """Return a builder of a subclassed model, whose config does not tell its activation."""
    import keras

    class Net(keras.Model):
        def __init__(self, classes: int) -> None:
            super().__init__()
            self.flatten = keras.layers.Flatten()
            self.dense = keras.layers.Dense(classes, activation=activation)

        def call(self, x: Any) -> Any:
            return self.dense(self.flatten(x))

    def make(input_shape: tuple[int, ...], classes: int) -> Any:
        return Net(classes)

    return make


def zeroed(x: Any) -> Any:
    return x * 0.0


def scaled(factor: float) -> Any:
    def activation(x: Any) -> Any:
        return x * factor

    def make(input_shape: tuple[int, ...], classes: int) -> Any:
        import keras

        layers = [keras.layers.Flatten(), keras.layers.Dense(classes, activation=activation)]
        return keras.Sequential([keras.Input(input_shape), *layers])

    return make


class Maker:
    """A builder that is an object."""

    def __init__(self, activation: Any) -> None:
        self.activation = activation

    def __call__(self, input_shape: tuple[int, ...], classes: int) -> Any:
        return own_net(self.activation)(input_shape, classes)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (own_net("relu"), own_net(zeroed)),
        (scaled(1.0), scaled(100.0)),
        (Maker("relu"), Maker("tanh")),
    ],
)
def test_what_a_builder_holds_on_to_identifies_its_arm(small_dataset: Dataset, one: Any, other: Any) -> None:
    """Closures, attributes and functions that no config tells of."""
    first, second, again = (
        identity(arm, structure(outline(arm, small_dataset))) for arm in map(named, (one, other, one))
    )
    assert first == again
    assert first != second


def named(make: Any) -> Arm:
    return Arm("any", make)


def test_the_precision_policy_identifies_an_arm(small_dataset: Dataset) -> None:
    """A global dtype policy changes numbers, so it changes identities."""
    import keras

    before = identity_of(small_dataset)
    keras.config.set_dtype_policy("bfloat16")
    try:
        assert before != identity_of(small_dataset)
    finally:
        keras.config.set_dtype_policy("float32")


def test_a_helper_in_the_studys_file_identifies_an_arm_with_code_of_its_own(tmp_path: Any) -> None:
    """Changing a function that only `call` uses makes the arm another one; a comment or another file name does not."""
    source = STUDY_FILE.replace(
        "def flat(",
        """class Scale(keras.layers.Layer):
    def call(self, x):
        return factor(x)


def factor(x):
    return 2 * x


def flat(""",
    ).replace(
        "[keras.Input(input_shape), keras.layers.Dense(classes",
        "[keras.Input(input_shape), Scale(), keras.layers.Dense(classes",
    )
    identities: list[str] = []
    for name, content in {
        "one.py": source,
        "two.py": source.replace("def factor(x):", "# Twice.\ndef factor(x):"),
        "three.py": source.replace("2 * x", "3 * x"),
    }.items():
        (tmp_path / name).write_text(content)
        identities.append(studies.study(str(tmp_path / name)).audit().arms[0].identity)
    assert identities[0] == identities[1]
    assert identities[0] != identities[2]


def test_a_builder_that_hands_out_old_layers_is_refused(small_study: Study) -> None:
    """A layer made outside the builder would give every seed the same initial weights."""
    import keras

    shared = keras.layers.Dense(4)

    def reuses(input_shape: tuple[int, ...], classes: int) -> Any:
        return keras.Sequential([keras.Input(input_shape), keras.layers.Flatten(), shared])

    arm = Arm("reuses", reuses)
    outline(arm, small_study.dataset)
    with pytest.raises(ArmError, match="comes from an earlier build"):
        outline(arm, small_study.dataset)
