"""My study, judged on another score: whether the right class is among the three most likely ones."""

from dataclasses import replace

import keras
import my_study
import paribus as pb

study = replace(
    my_study.study,
    name="top3",
    recipe=pb.Recipe(
        optimizer="adam",
        epochs=4,
        batch_size=32,
        metrics=(keras.metrics.TopKCategoricalAccuracy(k=3, name="top3"),),
    ),
    contrasts=(
        pb.Contrast("conv", "dense", margin=0.005, metric="test_top3"),
        pb.Contrast("conv", "dense", margin=0.02, metric="test_loss"),
    ),
    seeds=3,
)
