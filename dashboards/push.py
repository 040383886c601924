"""Bring folder, data source, dashboards and alerts to a Grafana that is already there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from grafana_client.api import GrafanaApi
from grafana_client.client import GrafanaClientError, GrafanaException, GrafanaTimeoutError

from dashboards.alerts import Plan
from dashboards.datasource import UID, Json, data_source
from dashboards.errors import GrafanaUnreachableError, PushRefusedError, TokenRefusedError
from dashboards.push_alerts import push_alerts

_Api = Any  # grafana-client's own methods carry no types

FOLDER_UID: Final = "sitstreak"
FOLDER_TITLE: Final = "sitstreak"


@dataclass(frozen=True, slots=True)
class Grafana:
    """Where Grafana is and the service-account token that opens it."""

    url: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class InfluxSource:
    """InfluxDB as the Grafana server reaches it."""

    url: str
    token: str = field(repr=False)
    database: str


def push(
    grafana: Grafana,
    source: InfluxSource,
    dashboards: Sequence[Json],
    alerts: Plan | None = None,
    *,
    timeout_s: float = 10.0,
) -> list[str]:
    """Create or replace folder, data source, dashboards and alerts; twice changes nothing.

    Parameters
    ----------
    alerts
        None: what is there stays as it is.

    Returns
    -------
    done
        One plain line for each step, in order.

    Raises
    ------
    GrafanaUnreachableError
        Nothing answers at the address, or what answers is no Grafana.
    TokenRefusedError
        The token is wrong or may not write.
    PushRefusedError
        Grafana declined, with its own words.
    """
    with _session(grafana, timeout_s) as api:
        _check_is_grafana(api, grafana)
        with _step(grafana, f"making the folder {FOLDER_TITLE}"):
            done = [_put_folder(api)]
        with _step(grafana, "setting up the data source"):
            done.append(_put_data_source(api, source))
        for dashboard in dashboards:
            with _step(grafana, f"saving the dashboard {dashboard['title']}"):
                done.append(_put_dashboard(api, dashboard))
        if alerts is not None:
            done += push_alerts(api, alerts, FOLDER_UID, partial(_step, grafana))
    return done


@contextmanager
def _session(grafana: Grafana, timeout_s: float) -> Iterator[_Api]:
    # grafana-client joins "/grafana" and "api" without the slash between them.
    url = grafana.url.rstrip("/") + "/"
    api: _Api = GrafanaApi.from_url(url, credential=grafana.token, timeout=timeout_s)
    try:
        yield api
    finally:
        api.client.s.close()


@contextmanager
def _step(grafana: Grafana, doing: str) -> Iterator[None]:
    """Turn what goes wrong meanwhile into one of our errors."""
    try:
        yield
    except GrafanaTimeoutError as error:
        raise GrafanaUnreachableError(grafana.url, f"no answer while {doing}") from error
    except GrafanaException as error:
        if error.status_code in (401, 403):
            raise TokenRefusedError(grafana.url, doing) from error
        raise PushRefusedError(grafana.url, doing, str(error)) from error
    except OSError as error:  # every exception of grafana-client's HTTP library is one
        raise GrafanaUnreachableError(grafana.url, f"lost while {doing}") from error


def _check_is_grafana(api: _Api, grafana: Grafana) -> None:
    """Ask what needs no token, so that a wrong address is told from a wrong token."""
    try:
        answer = api.client.GET("/health")
    except (GrafanaException, OSError) as error:
        why = "no answer" if isinstance(error, OSError) else f"it answers {error}"
        raise GrafanaUnreachableError(grafana.url, why) from error
    if not isinstance(answer, dict) or "database" not in answer:
        raise GrafanaUnreachableError(grafana.url, "something else answers there")


def _put_folder(api: _Api) -> str:
    if _exists(api.folder.get_folder, FOLDER_UID):
        return f"folder {FOLDER_TITLE}: was there"
    api.folder.create_folder(FOLDER_TITLE, uid=FOLDER_UID)
    return f"folder {FOLDER_TITLE}: made"


def _put_data_source(api: _Api, source: InfluxSource) -> str:
    wanted = data_source(source.url, source.token, source.database)
    if _exists(api.datasource.get_datasource_by_uid, UID):
        api.datasource.update_datasource_by_uid(UID, wanted)
        return f"data source {wanted['name']}: updated"
    api.datasource.create_datasource(wanted)
    return f"data source {wanted['name']}: made"


def _put_dashboard(api: _Api, dashboard: Json) -> str:
    api.dashboard.update_dashboard(
        {"dashboard": dashboard, "folderUid": FOLDER_UID, "overwrite": True}
    )
    return f"dashboard {dashboard['title']}: saved"


def _exists(get: Callable[[str], object], uid: str) -> bool:
    try:
        get(uid)
    except GrafanaClientError as error:
        if error.status_code == 404:
            return False
        raise
    return True
