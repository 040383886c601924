"""The one Grafana data source that every dashboard reads: InfluxDB, spoken to in InfluxQL."""

from __future__ import annotations

from typing import Any, Final

Json = dict[str, Any]

#: Fixed, so that a dashboard finds it everywhere: file provisioning resolves no `${DS_…}`.
UID: Final = "sitstreak-influxdb"
NAME: Final = "sitstreak"
REFERENCE: Final[Json] = {"type": "influxdb", "uid": UID}


def data_source(url: str, token: str, database: str) -> Json:
    """Return the data source as Grafana's HTTP API takes it.

    Parameters
    ----------
    url
        InfluxDB as the Grafana *server* reaches it (inside compose: `http://influxdb:8086`).
    token
        InfluxDB token that may read the bucket.
    database
        InfluxDB 2.x serves the bucket `wear` to InfluxQL as the database `wear` by itself.
    """
    return {
        "name": NAME,
        "uid": UID,
        "type": "influxdb",
        "access": "proxy",
        "url": url,
        "jsonData": {
            "dbName": database,
            "httpMode": "GET",
            "httpHeaderName1": "Authorization",
        },
        "secureJsonData": {"httpHeaderValue1": f"Token {token}"},
    }
