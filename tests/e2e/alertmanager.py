"""An Alertmanager as a process, and its HTTP API."""

import functools
import json

from programs import BACKSTOP_SECONDS, Program, fetch
from waiting import wait_until


class Alertmanager(Program):
    """An Alertmanager with this configuration, that belongs to no cluster."""

    def __init__(self, folder, config):
        super().__init__(
            [
                "timeout",
                BACKSTOP_SECONDS,
                "prometheus-alertmanager",
                f"--config.file={config}",
                f"--storage.path={folder / 'alertmanager'}",
                "--web.listen-address=127.0.0.1:0",
                "--cluster.listen-address=",
            ]
        )

    @functools.cached_property
    def authority(self):
        return self.wait_for_line(r"Listening on.* address=(127\.0\.0\.1:\d+)")[1]

    def alerts(self):
        """The alerts that it has, each with its labels, annotations, receivers and status."""
        status, _, body = fetch(f"http://{self.authority}/api/v2/alerts")
        return json.loads(body) if status == 200 else []

    def wait_for_alert(self, name):
        """The alerts of this name, as soon as there are any."""
        return wait_until(
            f"the alert {name}",
            lambda: [alert for alert in self.alerts() if alert["labels"]["alertname"] == name],
        )
