"""TLS, with a certificate of the client's, as Prometheus and curl speak it."""

import subprocess

import pytest

from waiting import DEADLINE, wait_until


@pytest.fixture
def secured(served, tmp_path):
    """The program, and the folder with what its clients need."""
    folder = tmp_path / "secured"
    folder.mkdir()
    program = served("secured", folder)
    program.authority_of_tls = program.wait_for_line(r"https://([^\s/]+)/metrics\b")[1]
    return program, folder


def tls_config(folder, **more):
    return {"ca_file": str(folder / "ca.pem")} | more


def scraping(prometheus, program, tls):
    """A Prometheus that scrapes by https, and its one target when it was scraped."""
    job = {
        "job_name": "vault",
        "scheme": "https",
        "tls_config": tls,
        "static_configs": [{"targets": [program.authority_of_tls]}],
    }
    server = prometheus(settings={"scrape_configs": [job]})

    def scraped():
        targets = (server.ask("targets") or {}).get("activeTargets", [])
        return next((target for target in targets if target["health"] != "unknown"), None)

    return server, wait_until("a scrape", scraped)


def test_prometheus_scrapes_with_its_certificate(secured, prometheus):
    program, folder = secured
    of_client = {"cert_file": str(folder / "client.pem"), "key_file": str(folder / "client.key")}
    server, target = scraping(prometheus, program, tls_config(folder, **of_client))
    assert target["lastError"] == "" and target["health"] == "up", target
    wait_until("the value", lambda: server.query("vault_doors_total"))
    assert server.number("vault_doors_total") == 3


def test_prometheus_without_a_certificate_is_refused_and_told_of(secured, prometheus):
    program, folder = secured
    _, target = scraping(prometheus, program, tls_config(folder))
    assert target["health"] == "down" and "certificate required" in target["lastError"], target
    # this program has no subscriber, so that it is said on standard error
    program.wait_for_line(r"^metrics-server: TLS at \S+: 127\.0\.0\.1 shows no client certificate")


def curl(*arguments):
    command = ["curl", "--silent", "--show-error", "--max-time", str(DEADLINE), *map(str, arguments)]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_curl_reads_by_https_and_is_told_by_http_to_do_so(secured):
    program, folder = secured
    shown = ["--cert", folder / "client.pem", "--key", folder / "client.key", "--cacert", folder / "ca.pem"]
    for version in ["--tls-max", "1.2"], ["--tlsv1.3"]:
        answer = curl(*shown, *version, f"https://{program.authority_of_tls}/metrics")
        assert "vault_doors_total 3" in answer.stdout, answer
    answer = curl(f"http://{program.authority_of_tls}/metrics")
    assert answer.stdout == "this port speaks TLS: use https://\n", answer
