"""How wide must a hidden layer be to tell rings apart?"""

import functools

import keras
import paribus as pb
from rings import rings


def hidden(input_shape, classes, units):
    return keras.Sequential(
        [
            keras.Input(input_shape),
            keras.layers.Dense(units, activation="relu"),
            keras.layers.Dense(classes, activation="softmax"),
        ]
    )


study = pb.Study(
    question="Does a hidden layer of sixteen tell rings apart better than one of two?",
    arms=tuple(pb.Arm(f"{units} units", functools.partial(hidden, units=units)) for units in (2, 16)),
    dataset=rings(),
    recipe=pb.Recipe(optimizer="adam", epochs=20, batch_size=32),
    contrasts=(pb.Contrast("16 units", "2 units", margin=0.02),),
    concedes={"parameters": "the question is about width", "flops": "the question is about width"},
    seeds=4,
)
