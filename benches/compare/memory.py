"""What this process holds of memory, by the kernel of Linux."""

from __future__ import annotations

from pathlib import Path


def megabytes(what: str) -> float:
    """Give a figure of the process alone, VmRSS or VmHWM: getrusage goes back to the process that started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.split(f"{what}:")[1].split()[0]) / 1024
