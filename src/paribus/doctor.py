"""What paribus runs on, and whether its arithmetic can be trusted."""

from dataclasses import dataclass

from paribus.store import SQLITE_WAL_RESET, sqlite_version
from paribus.train import check_backend, describe_kernels, environment, run_canaries


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """Something that is right or wrong with this machine."""

    name: str
    passed: bool
    detail: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Examination:
    """All that `paribus doctor` found."""

    facts: dict[str, str]
    checks: tuple[Check, ...]

    @property
    def healthy(self) -> bool:
        """Whether every check passed."""
        return all(check.passed for check in self.checks)


def doctor() -> Examination:
    """Examine this machine."""
    here, backend = environment(), check_backend()
    return Examination(
        facts=here.versions
        | {
            "keras backend": backend,
            "device": here.device,
            "processor": f"{here.processor}, {here.cores} cores",
            "platform": here.platform,
            "sqlite": _sqlite(),
        }
        | (
            {"paribus-kernels": describe_kernels()}
            if backend == "jax"
            else {"arithmetic": f"not checked: the checks are JAX's, Keras runs on {backend}"}
        ),
        checks=tuple(
            Check(
                name=canary.name,
                passed=canary.passed,
                detail=f"relative error {canary.relative_error:.1e} ({canary.source})",
            )
            for canary in (run_canaries() if backend == "jax" else ())
        ),
    )


def _sqlite() -> str:
    version = sqlite_version()
    first, last = SQLITE_WAL_RESET
    dotted = ".".join(map(str, version))
    if first <= version <= last:
        return f"{dotted}, in the WAL-reset range {'.'.join(map(str, first))}-{'.'.join(map(str, last))}: not affected, paribus keeps a rollback journal"
    return f"{dotted}, outside the WAL-reset range"
