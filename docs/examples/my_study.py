"""Does a small convolution beat a dense layer of the same size?"""

import keras
import paribus as pb


def dense(input_shape, classes, width):
    return keras.Sequential(
        [
            keras.Input(input_shape),
            keras.layers.Flatten(),
            keras.layers.Dense(width, activation="relu"),
            keras.layers.Dense(classes, activation="softmax"),
        ]
    )


def conv(input_shape, classes):
    return keras.Sequential(
        [
            keras.Input(input_shape),
            keras.layers.Conv2D(8, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dense(classes, activation="softmax"),
        ]
    )


study = pb.Study(
    question="At equal parameters, does a small convolution beat a dense layer?",
    arms=(pb.Arm("dense", dense), pb.Arm("conv", conv)),
    dataset=pb.datasets.mnist(n_train=2_000, validation_split=0.3, pixels="unit"),
    recipe=pb.Recipe(optimizer="adam", epochs=4, batch_size=32),
    budget=pb.Budget("trainable_parameters", like="conv", tolerance=0.02),
    contrasts=(pb.Contrast("conv", "dense", margin=0.005),),
    seeds=5,
)
