"""Shows the built site on this machine, for looking at it before it is published.

Never listens beyond loopback.
"""

import functools
import http.server
from pathlib import Path

from corpus.errors import InvalidInput


def serve_site(folder: Path, port: int) -> None:
    """Serve ``folder`` at http://127.0.0.1:port until interrupted."""
    if not (folder / "index.html").is_file():
        raise InvalidInput(f"{folder}: no site there; build it first with: oxysynth build --out {folder}")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        raise InvalidInput(f"port {port} cannot be used ({error.strerror}); choose another with --port") from error
    print(f"The review is at http://127.0.0.1:{server.server_address[1]}/ (Ctrl-C ends it)", flush=True)
    with server:
        server.serve_forever()
