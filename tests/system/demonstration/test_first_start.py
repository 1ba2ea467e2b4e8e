"""The demonstration is played through the market's own use cases to its end, and every invariant holds afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.embedded import folders
from tests.support import servers

ROOT = Path(__file__).resolve().parents[3]
DATABASE = "demonstration"


@pytest.mark.slow
def test_the_demonstration_is_made_and_audits_clean(cluster: None, tmp_path: Path) -> None:
    servers.CLUSTER.create_database(DATABASE)
    data = folders.claim(tmp_path / "data")
    environment = {**os.environ, **servers.environment(DATABASE), "PASARSAMA_DATA": str(data)}
    try:
        for words in (["deploy.demo.first_start"], ["deploy.cli", "audit"]):
            done = subprocess.run(
                [sys.executable, "-m", *words],
                cwd=ROOT,
                env=environment | ({"PASARSAMA_AS_OWNER": "1"} if "audit" not in words else {}),
                capture_output=True,
                text=True,
                timeout=900,
                check=False,
            )
            assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        assert (data / "demo.json").exists()
    finally:
        servers.CLUSTER.drop_database(DATABASE)
