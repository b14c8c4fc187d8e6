"""Figures as Markdown; the JSON holds the same."""

from __future__ import annotations

import math
from typing import Any

from .protocols import MEASURES, PROTOCOLS


def _cell(value: float | None) -> str:
    return "-" if value is None or math.isnan(value) else f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


def table(rows: dict[str, dict[str, float]], columns: tuple[str, ...], first: str = "method") -> str:
    """Row name -> column -> value."""
    lines = [f"| {first} | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for name, values in rows.items():
        lines.append(f"| {name} | " + " | ".join(_cell(values.get(c)) for c in columns) + " |")
    return "\n".join(lines)


def markdown(report: dict[str, Any]) -> str:
    """The whole report of ``evaluate``."""
    parts = ["# Evaluation", "", "PSNR rewards haze: read it beside contrast.", ""]
    parts += [f"- {key}: {value}" for key, value in report["about"].items()]
    for site, site_report in report["sites"].items():
        parts += ["", f"## `{site}` ({site_report['pictures']} pairs)", ""]
        rows = {
            f"{method}, {protocol}": site_report["protocols"][protocol][method]
            for protocol in PROTOCOLS
            if protocol in site_report["protocols"]
            for method in site_report["protocols"][protocol]
        }
        parts += [table(rows, (*MEASURES, "hue_obedience", "swap")), ""]
        parts += [table(site_report["sets"], ("kid", "colourfulness"), "set"), ""]
        parts += [table(site_report["robustness"], ("colour_change",), "thermal gain, offset, gamma at 20 %")]
        if "detector" in site_report:
            rates = ("recall", "precision", "invented_a_frame", "erased_share", "truths")
            parts += ["", table(site_report["detector"], rates, "shown to the detector")]
    sections: tuple[tuple[str, str, tuple[str, ...]], ...] = (
        (
            "Polarity on made-up pairs",
            "polarity",
            ("sky_above_plants", "people_not_brightest", "order", "whole", "pictures"),
        ),
        ("Clips", "clips", ("cdc", "cdc_over_thermal", "warp", "warp_over_thermal", "flicker", "flicker_over_thermal")),
        ("Milliseconds a frame at 640 x 512", "latency", ("median", "best")),
    )
    for title, key, columns in sections:
        if report.get(key):
            parts += ["", f"## {title}", "", table(report[key], columns)]
    return "\n".join(parts) + "\n"
