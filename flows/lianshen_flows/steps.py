"""The steps of a night as plain functions. Tests and notebooks call them without Prefect.

Each is one call into the library, safe to repeat, and either done or not done: a night
that was killed is run again and gives what an undisturbed night gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
from sqlalchemy import Engine

from lianshen import cases, clearing, quality, ranking, recompute, rules, warehouse
from lianshen.anomaly import ModelStore, ScoreRun, score_models, watch_models
from lianshen.cases.services.clocks import sweep
from lianshen.cases.services.inquiry_telling import remind
from lianshen.cases.texts import RuleText
from lianshen.config import Settings
from lianshen.content import content_root
from lianshen.policy import PolicyBook
from lianshen.rules.catalogue import rule_texts
from lianshen.warehouse import marts
from lianshen.warehouse.publish import publish as publish_snapshot
from lianshen_models.catalogue import MODELS, model_texts


@dataclass(frozen=True)
class Workshop:
    """What the steps work with, opened once however many nights follow."""

    settings: Settings
    connection: duckdb.DuckDBPyConnection
    casebook: Engine
    book: PolicyBook
    rules: list[rules.Rule]
    texts: dict[str, RuleText]
    store: ModelStore
    identity: warehouse.IdentityKey

    @property
    def waits(self) -> dict[str, int]:
        """Days that a rule's findings wait after the settlement before they go into a case."""
        return {rule.id: rule.head.wait_days for rule in self.rules if rule.head.wait_days}


@contextmanager
def open_workshop(settings: Settings) -> Iterator[Workshop]:
    """Open warehouse, casebook, policies, rules and models; close the warehouse at the end."""
    content = content_root(settings.content)
    settings.home.mkdir(parents=True, exist_ok=True)
    connection = warehouse.open_warehouse(
        settings.warehouse_file,
        content=settings.content,
        memory_limit=settings.memory_limit,
        threads=settings.threads,
    )
    try:
        yield Workshop(
            settings=settings,
            connection=connection,
            casebook=cases.open_casebook(settings.casebook_url),
            book=PolicyBook.load(content / "policies"),
            rules=rules.load_rules(content),
            texts={**rule_texts(content), **model_texts()},
            store=ModelStore(settings.models_folder),
            identity=warehouse.IdentityKey.load_or_create(settings.key_file),
        )
    finally:
        connection.close()


@contextmanager
def whole_or_not(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Do a step's statements together or not at all."""
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def all_packages(workshop: Workshop) -> list[warehouse.Package]:
    """Return the complete packages in the landing folder, oldest business date first."""
    return warehouse.find_packages(workshop.settings.landing_folder)


def is_received(workshop: Workshop, package: warehouse.Package) -> bool:
    """Say whether the package is in the warehouse already; refuse one that cannot be used or was altered since."""
    if package.refused is not None:
        raise warehouse.PackageRefused(package.refused)
    return warehouse.is_received(workshop.connection, package)


def is_unfinished(workshop: Workshop) -> bool:
    """Say whether an earlier night was cut off after it had settled rows in."""
    found = workshop.connection.execute("SELECT EXISTS (FROM intake.touched)").fetchone()
    return bool(found and found[0]) or cases.has_unassembled(workshop.connection, workshop.waits)


def receive(workshop: Workshop, package: warehouse.Package) -> warehouse.Staged:
    """Verify the package and stage its rows, typed."""
    return warehouse.stage(workshop.connection, package, workshop.identity)


def check(workshop: Workshop, staged: warehouse.Staged) -> list[quality.CheckResult]:
    """Let Great Expectations pass rows, set rows aside, or stop a table."""
    limits = quality.Limits(province=workshop.settings.province)
    return quality.check(workshop.connection, staged, limits=limits)


def settle_in(workshop: Workshop, staged: warehouse.Staged) -> warehouse.Receipt:
    """Merge the accepted rows and prove that none was lost, in rows and in yuan."""
    return warehouse.settle_in(workshop.connection, staged)


def look_again(workshop: Workshop) -> marts.Touched:
    """Refresh the marts for what the night touched."""
    return marts.refresh(workshop.connection)


def recompute_settlements(workshop: Workshop) -> recompute.RecomputeSummary:
    """Compute every touched settlement again and attribute each difference."""
    with whole_or_not(workshop.connection):
        return recompute.recompute(workshop.connection, workshop.book)


def enter_deductions(workshop: Workshop) -> cases.Carried:
    """Enter what the clearings carried in the ledgers of the cases."""
    return cases.enter_carried(workshop.connection, cases.Casebook(workshop.casebook))


def mirror_cases(workshop: Workshop) -> int:
    """Let the rules about clearing and delay see the cases as they stand."""
    return cases.mirror(workshop.connection, workshop.casebook)


def balance_books(workshop: Workshop, packages: Sequence[str]) -> clearing.Reconciled:
    """Reconcile the days that the packages may have changed, all where none is named."""
    con = workshop.connection
    return clearing.reconcile(con, clearing.first_day(con, packages))


def screen(workshop: Workshop, night: str, progress: Callable[[str], None] | None = None) -> list[rules.RuleRun]:
    """Run every rule over what the night touched and its look-back."""
    return rules.screen(workshop.connection, workshop.rules, night=night, progress=progress)


def score(workshop: Workshop) -> ScoreRun:
    """Score settlements that are new, changed or not scored by the champion yet; judge institutions and rings."""
    with whole_or_not(workshop.connection):
        return score_models(workshop.connection, workshop.store, MODELS)


def watch_drift(workshop: Workshop) -> None:
    """Hold what came in against what the champions were fitted on, and count what was upheld."""
    with whole_or_not(workshop.connection):
        watch_models(workshop.connection, workshop.store, MODELS, content=workshop.settings.content)


def price(workshop: Workshop) -> int:
    """Say what fund money each changed finding concerns, each yuan once."""
    with whole_or_not(workshop.connection):
        return recompute.price_findings(workshop.connection, workshop.book)


def clear_touched(workshop: Workshop) -> None:
    """Forget what was touched: all that follows from it is written. Cut off before this, it is all done again."""
    marts.clear_touched(workshop.connection)


def raise_cases(workshop: Workshop) -> cases.AssemblyResult:
    """Assemble changed findings into cases in the casebook."""
    return cases.assemble(workshop.connection, workshop.casebook, texts=workshop.texts, waits=workshop.waits)


def tick_off(workshop: Workshop) -> None:
    """Forget what the cases now hold. Cut off before this, the next run assembles the same cases again."""
    cases.forget_assembled(workshop.connection, workshop.waits)


def rank(workshop: Workshop, night: str) -> ranking.Ranked:
    """Say what each open case is expected to bring back and which fit into the day; draw what is looked at blind."""
    assumed = ranking.RankingSettings.load(workshop.settings.content)
    models = {model.id for model in MODELS}
    return ranking.rank(workshop.connection, cases.Casebook(workshop.casebook), assumed, night=night, models=models)


def watch_clocks(workshop: Workshop) -> None:
    """Tell whose deadline is near, past or long past, for cases and inquiries; what was told is not told again."""
    book = cases.Casebook(workshop.casebook)
    sweep(book)
    remind(book)


def publish(workshop: Workshop, night: str) -> str:
    """Write the read-only snapshot and swap the pointer; return its name."""
    return publish_snapshot(workshop.connection, workshop.settings.published_folder, night).name
