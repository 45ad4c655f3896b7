"""What is learned: MNIST (bundled), NumPy arrays, `.npz` files, folders of images, and Keras' own datasets."""

from paribus.datasets._arrays import arrays
from paribus.datasets._base import Dataset, Pixels, Split
from paribus.datasets._image_folder import image_folder
from paribus.datasets._keras_datasets import keras_dataset
from paribus.datasets._mnist import mnist
from paribus.datasets._npz import npz
from paribus.datasets._picture import picture

__all__ = ["Dataset", "Pixels", "Split", "arrays", "image_folder", "keras_dataset", "mnist", "npz", "picture"]
