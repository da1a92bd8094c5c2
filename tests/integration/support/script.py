"""A daemon by script: for what the real one cannot be made to do at the right moment."""
import http.server
import json
import threading


class Script:
    """A daemon that answers what it is told, in order; an answer's third part is called before it is sent. None: hangs up."""

    def __init__(self, answers):
        self.requests = []
        waiting = list(answers)

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            body = b""

            def do_GET(self):
                self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                requests.append(self)
                status, said, *then = waiting.pop(0)
                for action in then:
                    action()
                self.close_connection = True
                if status is None:
                    return
                data = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_POST = do_GET

            def log_message(self, *_):
                pass

        requests = self.requests
        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
