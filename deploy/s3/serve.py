"""Serves S3 from memory on PORT with one bucket, BUCKET, in it. With --healthcheck: asks the server that runs here."""

import os
import signal
import sys
import threading
import urllib.request

PORT = int(os.environ["PORT"])
BUCKET = os.environ["BUCKET"]


def ask(method, path):
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}{path}", method=method)
    with urllib.request.urlopen(request, timeout=3) as answer:
        return answer.status


def serve():
    import logging

    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.WARNING)

    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    server = ThreadedMotoServer(ip_address="0.0.0.0", port=PORT, verbose=False)
    server.start()
    ask("PUT", f"/{BUCKET}")
    print(f"serving bucket {BUCKET} on port {PORT}", flush=True)
    stopped.wait()
    server.stop()


if sys.argv[1:] == ["--healthcheck"]:
    try:
        sys.exit(0 if ask("GET", "/moto-api/data.json") == 200 else 1)
    except OSError:
        sys.exit(1)
serve()
