"""`paribus ui`."""

from typing import Annotated

from cyclopts import Parameter

from paribus.cli._options import DEFAULT_STORE, Store, result_console
from paribus.cli._say import say


def ui(
    *,
    store: Store = DEFAULT_STORE,
    port: int = 8471,
    host: str = "127.0.0.1",
    token: Annotated[str | None, Parameter(env_var="PARIBUS_UI_TOKEN")] = None,
    allow_host: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    open_browser: Annotated[bool, Parameter(name="--open", negative="")] = False,
) -> int:
    """Show studies in a browser: live while they run, compared, reported; and the geometry explorer.

    Studies that another process carries out are followed as they go. Pages only read the store, work without a network, and end with
    Ctrl-C. They are served to this machine alone; with --host elsewhere, whoever opens them needs the token that is printed.

    On another machine, better than --host: `ssh -L 8471:127.0.0.1:8471 that-machine`, and open http://127.0.0.1:8471/.

    Args:
        port: Of this machine; 0 for any that is free.
        host: Address to serve on; anything but this machine's own (127.0.0.1) demands a token.
        token: What has to be shown; made up by default, and asked for only with --host elsewhere or if it is given.
        allow_host: A further name under which pages may be asked for, as behind a proxy.
        open_browser: Open a browser.
    """
    from paribus.app import Address, serve

    console = result_console()

    def told(url: str) -> None:
        say(console, f"Studies of {store}:", f"  {url}", "Ctrl-C ends it.")
        if open_browser:
            import webbrowser

            webbrowser.open(url)

    serve(store, Address(host=host, port=port, token=token, names=allow_host), told=told)
    return 0
