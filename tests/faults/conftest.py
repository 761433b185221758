"""The cluster, shared by the tests that break and mend it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from bench.running import Running
from tests.conftest import missing, need_rasa
from tests.faults.cluster import Cluster, make
from tests.services import NotInstalled, postgres_server, program, redis_server, until


@pytest.fixture(scope="package")
def running_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two machines behind a balancer; take it with `cluster`, which waits until all is well."""
    need_rasa()
    try:
        program("haproxy")
        for postgres in postgres_server():
            for redis in redis_server():
                cluster = make(tmp_path_factory.mktemp("machines"), postgres, redis)
                try:
                    with ThreadPoolExecutor() as pool:
                        list(pool.map(Running.start, cluster.machines))
                    cluster.balancer.start()
                    yield cluster
                finally:
                    cluster.balancer.stop()
                    with ThreadPoolExecutor() as pool:
                        list(pool.map(Running.stop, cluster.machines))
    except NotInstalled as error:
        missing("PostgreSQL, Redis or HAProxy", str(error))


@pytest.fixture
def cluster(running_cluster: Cluster) -> Cluster:
    """The cluster, well."""
    until(running_cluster.is_ready, "The cluster", 60)
    return running_cluster
