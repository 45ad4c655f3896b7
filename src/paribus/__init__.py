"""paribus: controlled comparisons of neural-network architectures written in Keras 3. All else equal."""

import lazy_loader

from paribus.backend import choose_backend, quiet_log

# Before anyone imports Keras: afterwards its backend cannot be changed.
choose_backend()
quiet_log()

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(  # pyright: ignore[reportUnknownVariableType] -- it has no types
    __name__, __file__
)
