"""``compare``: reports of ``evaluate`` side by side."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from .measure.report import table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("reports", type=Path, nargs="+", help="report.json files, or the folders that hold them")
    parser.add_argument("--out", type=Path, help="write the Markdown here as well")


def run(args: argparse.Namespace) -> int:
    files = [p / "report.json" if p.is_dir() else p for p in args.reports]
    text = side_by_side({f.parent.name: json.loads(f.read_text()) for f in files})
    if args.out:
        args.out.write_text(text)
    print(text)
    return 0


def side_by_side(reports: dict[str, dict[str, Any]]) -> str:
    """One table a site and protocol, models of all reports as rows; baselines are left to the reports."""
    parts = []
    sites = sorted({site for r in reports.values() for site in r["sites"]})
    for site in sites:
        for protocol in ("self", "scene", "cross", "none"):
            rows: dict[str, dict[str, float]] = {}
            for title, report in reports.items():
                here = report["sites"].get(site, {"protocols": {}})["protocols"].get(protocol, {})
                learned = report["sites"].get(site, {}).get("robustness", {})
                rows |= {f"{name} ({title})": here[name] for name in learned if name in here}
            columns = ("psnr", "ssim", "ab_error", "chroma_ratio", "contrast", "structure", "apce", "hue_obedience")
            parts.append(f"## {site}, {protocol}\n\n{table(rows, columns, 'model')}\n")
    return "\n".join(parts)
