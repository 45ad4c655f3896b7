"""The application on a port of this machine."""

import contextlib
import secrets
import socket
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

from paribus.app._app import make_app
from paribus.app._guard import is_loopback, known_hosts
from paribus.errors import AppError

_ANYWHERE = ("0.0.0.0", "::")  # noqa: S104 -- told apart, not bound


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """Where pages are served.

    Attributes:
        host: Name or address that is bound.
        port: 0 for any that is free.
        token: What has to be shown by who comes from elsewhere; made up where there has to be one and none is given.
        names: Further names under which pages may be asked for.
    """

    host: str = "127.0.0.1"
    port: int = 8471
    token: str | None = None
    names: tuple[str, ...] = ()

    @property
    def needs_token(self) -> bool:
        """Whether others than this machine's users reach it."""
        return not is_loopback(self.host)


def serve(store: str | Path, address: Address, *, told: Callable[[str], None]) -> None:
    """Serve pages over a store until interrupted.

    Args:
        store: SQLite file or database URL, which is only read.
        address: Where.
        told: Takes the URL to open, once pages are served.

    Raises:
        AppError: The address cannot be bound.
    """
    import uvicorn

    token = address.token or (secrets.token_urlsafe(24) if address.needs_token else None)
    hosts = (*known_hosts(address.host), *address.names, *(("*",) if address.host in _ANYWHERE else ()))
    app = make_app(store, hosts=hosts, token=token)
    with _bound(address) as listening:
        config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
        server = uvicorn.Server(config)
        told(_url(address, listening.getsockname()[1], token))
        with contextlib.suppress(KeyboardInterrupt):  # the way to end it
            server.run(sockets=[listening])


@contextlib.contextmanager
def _bound(address: Address) -> Generator[socket.socket]:
    """Yield a socket that listens, so that what is told is true."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((address.host, address.port))
            listening.listen(128)
        except (OSError, OverflowError) as error:
            raise AppError(
                f"{address.host} port {address.port} cannot be taken: {str(getattr(error, 'strerror', None) or error).rstrip('.')}. Give another one "
                "with --port, or 0 for any that is free."
            ) from error
        yield listening


def _url(address: Address, port: int, token: str | None) -> str:
    host = socket.gethostname() if address.host in _ANYWHERE else address.host
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}/{f'?token={token}' if token else ''}"
