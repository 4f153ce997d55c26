"""A proxy between a scraper and a program: it can say which format is asked for, and it keeps what was said."""

import http.server
import threading

from programs import ask


class Proxy:
    """Relays what is asked of it to a program, with an `Accept` header of its own if one is given."""

    def __init__(self, authority, accept=None):
        # for each scrape the headers of the question and of the answer
        self.exchanges = []
        self.authority = authority
        self.accept = accept

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(handler):
                self._relay(handler)

            def log_message(handler, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.own_authority = f"127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def _relay(self, handler):
        accept = self.accept or handler.headers["accept"]
        answer, body = ask(
            f"http://{self.authority}{handler.path}",
            accept=accept,
            accept_encoding=handler.headers["accept-encoding"],
        )
        handler.send_response(answer.status)
        for name in ("content-type", "content-encoding"):
            if answer.headers[name]:
                handler.send_header(name, answer.headers[name])
        handler.send_header("content-length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
        self.exchanges.append((handler.headers, answer.headers))

    def stop(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
