"""What monitors read: health as JSON, and Prometheus' text format."""

from __future__ import annotations

from datetime import UTC, datetime

from scheduler.health import Health, Report
from scheduler.metrics import health_json, metrics_text
from storewatch.types import JobState, Run, RunCounts

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def health(name: str, status: str) -> Health:
    return Health(source=name, url="https://x.example", status=status, reason="r", evidence="e", todo="t")


REPORT = Report(sources=(health("a", "failing"), health("b", "ok"), health("c", "ok")), critical=("all is lost",),
                warnings=("watch x: dead",))  # fmt: skip


def test_health_names_who_is_not_well() -> None:
    assert health_json(REPORT) == {
        "level": 2,
        "summary": "3 sources: 2 ok, 1 failing",
        "critical": ["all is lost"],
        "warnings": ["watch x: dead"],
        "system": [],
        "sources": [{"source": "a", "status": "failing", "reason": "r", "evidence": "e"}],
    }


def test_metrics() -> None:
    run = Run(
        run_id=1,
        command="x",
        started_at=NOW,
        finished_at=NOW,
        exit_code=3,
        finish_reason="finished",
        counts=RunCounts(relevant=2),
        problems=(),
    )
    states = {'odd"name\\': JobState(job='odd"name\\', paused=True, started_at=NOW)}
    lines = metrics_text(REPORT, run, states, waiting=7, memory_mb=61.5).splitlines()
    assert "storewatch_health_level 2" in lines
    assert 'storewatch_sources{status="failing"} 1' in lines
    assert 'storewatch_sources{status="ok"} 2' in lines
    assert "storewatch_watches_failing 1" in lines
    assert "storewatch_pages_waiting 7" in lines
    assert "storewatch_memory_bytes 61500000.000" in lines
    assert r'storewatch_job_paused{job="odd\"name\\"} 1' in lines
    assert f"storewatch_run_ended_seconds {NOW.timestamp():.3f}" in lines
    assert "storewatch_run_exit_code 3" in lines
    assert 'storewatch_run_count{what="relevant"} 2' in lines
    heads = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(heads) == len(set(heads))


def test_before_the_first_run_there_is_no_run() -> None:
    text = metrics_text(Report(sources=()), None, {}, waiting=0, memory_mb=1)
    assert "storewatch_run_" not in text
    assert "storewatch_job_" not in text
    assert "storewatch_sources" not in text
