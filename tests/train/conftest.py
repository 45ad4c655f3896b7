"""What tests JAX itself is left out where Keras runs on another backend."""

from paribus.train import check_backend

collect_ignore = (
    []
    if check_backend() == "jax"
    else [
        "test_fast.py",
        "test_canary.py",
        "test_compile_cache.py",
        "test_together.py",
        "test_whole_epochs.py",
    ]
)
