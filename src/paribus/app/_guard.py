"""Who may ask: hosts, methods, tokens; and the headers that every answer carries."""

import hmac
import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "paribus-token"
_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what is bound to this host."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def known_hosts(bound: str) -> tuple[str, ...]:
    """Return the names under which pages may be asked for, of what is bound to a host.

    An attacker's page can make its own name point here (DNS rebinding), but not a name that is not its own.
    """
    if is_loopback(bound):
        return tuple(dict.fromkeys([*_LOOPBACK_NAMES, bound]))
    return tuple(dict.fromkeys([*_LOOPBACK_NAMES, bound, socket.gethostname(), socket.getfqdn()]))


class Guard:
    """Lets through who may read, and nobody who would write.

    Args:
        app: What is guarded.
        hosts: Names that the Host header may hold.
        token: What has to be shown once, as `?token=`, and is then remembered in a cookie; nothing is asked for without.
    """

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str], token: str | None = None) -> None:
        self._app = app
        self._hosts = {host.lower() for host in hosts}
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let the app answer; every answer carries the same headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refused = self._refused(Request(scope))
        await (refused or self._app)(scope, receive, send_with_headers)

    def _refused(self, request: Request) -> Response | None:
        if not self._is_known(request.headers):
            return PlainTextResponse(
                "This name is not one under which paribus answers here. Open the address that `paribus ui` printed, or allow the name with "
                "--allow-host.\n",
                status_code=421,
            )
        if request.method not in {"GET", "HEAD"}:
            return PlainTextResponse("Nothing can be changed here: pages are only read.\n", status_code=405)
        return self._without_token(request) if self._token else None

    def _is_known(self, headers: Headers) -> bool:
        name = _name(headers.get("host", ""))
        return name in self._hosts or ("*" in self._hosts and _is_address(name))

    def _without_token(self, request: Request) -> Response | None:
        """Return what is answered to a request that does not bring its cookie."""
        if _same(request.cookies.get(COOKIE, ""), self._token):
            return None
        if not _same(request.query_params.get("token", ""), self._token):
            return PlainTextResponse(
                "A token is needed: open the address that `paribus ui` printed, with its ?token=.\n",
                status_code=403,
            )
        rest = [(key, value) for key, value in request.query_params.multi_items() if key != "token"]
        answer = RedirectResponse(
            f"{request.url.path}{'?' if rest else ''}{urlencode(rest)}", status_code=303
        )
        answer.set_cookie(COOKIE, self._token or "", httponly=True, samesite="strict")
        return answer


def _name(host: str) -> str:
    """Return a Host header's name without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _same(given: str, token: str | None) -> bool:
    return token is not None and hmac.compare_digest(given.encode(), token.encode())
