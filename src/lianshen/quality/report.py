"""The results for people: one page that needs no network, and a table for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from lianshen.quality.checks import CheckResult, Severity
from lianshen.quality.suites import table_title

if TYPE_CHECKING:
    from rich.table import Table

SEVERITIES_ZH: dict[Severity, str] = {"stop": "整表停收", "set_aside": "行暂存", "warn": "提示", "info": "备查"}
_RANK: dict[Severity, int] = {"stop": 0, "set_aside": 1, "warn": 2, "info": 3}
_STYLE: dict[Severity, str] = {"stop": "bold red", "set_aside": "red", "warn": "yellow", "info": "dim"}

_CSS = """
:root{--bg:#F4F6F8;--surface:#FFF;--sunken:#EEF1F4;--line:#DDE3E9;--text:#1B2733;--text-2:#4F5D6B;--text-3:#616E7B;
--primary:#1D5C8C;--red:#B42318;--red-bg:#FCEAE8;--amber:#8F5200;--amber-bg:#FBF0DD;--green:#25683F;--green-bg:#E3F2E8;
--slate:#4A5B6C;--slate-bg:#E9EEF2}
@media (prefers-color-scheme:dark){:root{--bg:#12181F;--surface:#1A222B;--sunken:#151C24;--line:#2A3540;--text:#E4EAF0;
--text-2:#B3BFCA;--text-3:#8D9AA7;--primary:#6AA6D6;--red:#F59084;--red-bg:#43211E;--amber:#EDB45F;--amber-bg:#3A2E18;
--green:#86CFA0;--green-bg:#193524;--slate:#B4C2CF;--slate-bg:#2A3540}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:13px/1.6 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC",
"Source Han Sans SC",system-ui,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1160px;margin:0 auto;padding:24px}
h1{font-size:20px;font-weight:600;margin:0 0 4px}
h2{font-size:14px;font-weight:600;margin:0}
p{margin:0;color:var(--text-2)}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(140px,1fr));gap:1px;background:var(--line);
border:1px solid var(--line);border-radius:4px;overflow:hidden;margin:16px 0 24px}
.figures div{background:var(--surface);padding:12px 16px}
.figures b{display:block;font-size:20px;font-weight:600;line-height:1.3}
.figures span{color:var(--text-3);font-size:12px}
section{background:var(--surface);border:1px solid var(--line);border-radius:4px;margin-bottom:12px}
section>header{display:flex;gap:12px;align-items:baseline;padding:10px 16px}
section>header code{color:var(--text-3)}
section>header span{margin-left:auto;color:var(--text-2)}
table{border-collapse:collapse;width:100%;table-layout:fixed}
col:nth-child(1){width:104px}col:nth-child(2){width:208px}col:nth-child(n+4){width:96px}
th{font-size:12px;font-weight:500;color:var(--text-3);text-align:left;background:var(--sunken)}
th,td{padding:7px 16px;border-top:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
.n{text-align:right;white-space:nowrap}
code{font:12px/1.6 "JetBrains Mono",Consolas,"Noto Sans Mono CJK SC",monospace}
.chip{display:inline-block;padding:0 8px;border-radius:4px;font-size:12px;white-space:nowrap}
.stop,.set_aside{color:var(--red);background:var(--red-bg)}.stop{font-weight:600}
.warn{color:var(--amber);background:var(--amber-bg)}.info{color:var(--slate);background:var(--slate-bg)}
.ok{color:var(--green);background:var(--green-bg)}
details>summary{cursor:pointer;color:var(--primary)}
.sample{display:grid;grid-template-columns:auto auto 1fr;gap:0 16px;color:var(--text-2);padding-top:4px}
.sample code{overflow-wrap:anywhere}
.passed{padding:7px 16px;border-top:1px solid var(--line);color:var(--text-2)}
.passed ul{margin:4px 0;padding-left:20px;columns:2;column-gap:32px}
.empty{padding:40px 16px;text-align:center;color:var(--text-2)}
.empty b{display:block;color:var(--text);font-size:16px;font-weight:600}
:focus-visible{outline:2px solid #2B7BB9;outline-offset:2px}
"""


def render_html(results: Sequence[CheckResult], *, title: str = "数据质量检查") -> str:
    """Return a page with everything it needs inside: no script, no address, light and dark."""
    body = "".join(_table_html(key, rows) for key, rows in _by_table(results)) if results else _EMPTY
    packages = "、".join(sorted({result.package for result in results}))
    subtitle = f"数据包 {escape(packages)}" if packages else "没有检查结果"
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_CSS}</style></head><body><main>"
        f"<h1>{escape(title)}</h1><p>{subtitle}</p>{_figures(results) if results else ''}{body}</main></body></html>\n"
    )


def render_terminal(results: Sequence[CheckResult], *, everything: bool = False) -> Table:
    """Return a table of what did not pass, or of every check with ``everything``."""
    from rich.table import Table
    from rich.text import Text

    shown = [result for result in results if everything or not result.passed]
    passed = sum(result.passed for result in results)
    found = Table(title=f"质量检查：{len(results)} 项，通过 {passed} 项", title_justify="left", header_style="dim")
    for heading in ("表", "检查", "级别", "内容"):
        found.add_column(heading)
    for heading in ("检查数", "不符数", "占比"):
        found.add_column(heading, justify="right")
    for result in sorted(shown, key=lambda r: (r.package, _RANK[r.severity], r.table, r.code)):
        found.add_row(
            result.table,
            result.code,
            Text(SEVERITIES_ZH[result.severity], style="green" if result.passed else _STYLE[result.severity]),
            result.title_zh,
            f"{result.evaluated:,}",
            f"{result.unexpected:,}",
            _percent(result),
        )
    return found


_EMPTY = (
    '<section><div class="empty"><b>没有可显示的检查结果</b>尚未接收数据包，或所选数据包中没有数据行。</div></section>'
)


def _by_table(results: Sequence[CheckResult]) -> list[tuple[tuple[str, str], list[CheckResult]]]:
    """Return results by package and table, tables with the worst finding first."""
    groups = [(key, list(rows)) for key, rows in groupby(sorted(results, key=_place), key=_place)]
    return sorted(groups, key=lambda group: (group[0][0], _worst(group[1]), group[0][1]))


def _place(result: CheckResult) -> tuple[str, str]:
    return result.package, result.table


def _worst(rows: Sequence[CheckResult]) -> int:
    return min((_RANK[row.severity] for row in rows if not row.passed), default=9)


def _figures(results: Sequence[CheckResult]) -> str:
    aside = sum(r.unexpected for r in results if r.code == "STOP")
    figures = (
        ("数据表", len({(r.package, r.table) for r in results})),
        ("数据行", sum(r.evaluated for r in results if r.code == "ROWS")),
        ("检查项", len(results)),
        ("暂存行", aside),
        ("提示项", sum(r.severity == "warn" and not r.passed for r in results)),
        ("停收表", sum(r.severity == "stop" and not r.passed for r in results)),
    )
    cells = "".join(f"<div><b>{number:,}</b><span>{name}</span></div>" for name, number in figures)
    return f'<div class="figures">{cells}</div>'


def _table_html(key: tuple[str, str], rows: Sequence[CheckResult]) -> str:
    package, table = key
    size = next((row.evaluated for row in rows if row.code == "ROWS"), 0)
    failed = sorted((r for r in rows if not r.passed), key=lambda r: (_RANK[r.severity], -r.unexpected, r.code))
    passed = sorted((r for r in rows if r.passed), key=lambda r: r.code)
    head = (
        f"<header><h2>{escape(table_title(table))}</h2><code>{escape(table)}</code>"
        f"<span>{escape(package)} · {size:,} 行</span></header>"
    )
    body = ""
    if failed:
        heads = "".join(f"<th>{name}</th>" for name in ("级别", "检查", "内容"))
        heads += "".join(f"<th class=n>{name}</th>" for name in ("检查数", "不符数", "占比"))
        body = (
            f"<table><colgroup>{'<col>' * 6}</colgroup><thead><tr>{heads}</tr></thead>"
            f"<tbody>{''.join(_row_html(row) for row in failed)}</tbody></table>"
        )
    items = "".join(f"<li><code>{escape(row.code)}</code> {escape(row.title_zh)}</li>" for row in passed)
    done = f'<span class="chip ok">通过</span> {len(passed)} 项' + ("" if failed else "，全部通过")
    listed = f'<div class="passed"><details><summary>{done}</summary><ul>{items}</ul></details></div>'
    return f"<section>{head}{body}{listed}</section>"


def _row_html(row: CheckResult) -> str:
    sample = "".join(_sample_html(item) for item in row.sample)
    shown = f'<details><summary>示例 {len(row.sample)} 条</summary><div class="sample">{sample}</div></details>'
    numbers = (f"{row.evaluated:,}", f"{row.unexpected:,}", escape(_percent(row)))
    return (
        f'<tr><td><span class="chip {row.severity}">{SEVERITIES_ZH[row.severity]}</span></td>'
        f"<td><code>{escape(row.code)}</code></td><td>{escape(row.title_zh)}{shown if row.sample else ''}</td>"
        f"{''.join(f'<td class=n>{number}</td>' for number in numbers)}</tr>"
    )


def _sample_html(item: dict[str, str | int | None]) -> str:
    if "subject" in item:
        place = f"<span>{escape(str(item['subject']))}</span><span></span>"
    else:
        place = f"<span>{escape(str(item['file']))}</span><span>第 {item['row']} 行</span>"
    value = "空" if item["value"] is None else escape(str(item["value"]))
    return f"{place}<code>{value}</code>"


def _percent(result: CheckResult) -> str:
    if not result.evaluated:
        return "—"
    return "<0.01%" if 0 < result.share < 0.0001 else f"{result.share:.2%}"
