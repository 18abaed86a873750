"""Delivering what the outbox holds: signed, retried with growing pauses, at least once, given up after many attempts.

One connection per webhook at a time, in the order of what happened as long as nothing fails; a receiver that hangs
holds up nobody else. What a receiver answers is not kept but for its status: its body is nobody's business here.
"""

from __future__ import annotations

import asyncio
import logging
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from lianshen import __version__
from lianshen.cases.addresses import OutOfReach, Reach, checked, resolve
from lianshen.cases.errors import Refused
from lianshen.cases.services import outbox
from lianshen.cases.services.outbox import Delivery
from lianshen.cases.signing import HEADER, sign
from lianshen.cases.store import Casebook
from lianshen.config import Settings
from lianshen.errors import MissingExtra

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")
LOG = logging.getLogger(__name__)
AT_ONCE = 32
PRUNE_EVERY = 3600.0
RESTART = 10.0


@dataclass(frozen=True)
class Patience:
    """How long to wait for what; seconds. The pause before attempt n is ``first * 2**(n-1)``, at most ``longest``,
    of which a random half is left off: receivers that come back are not met by everybody at once."""

    timeout: float = 10.0
    attempts: int = 16
    first: float = 5.0
    longest: float = 6 * 3600.0
    poll: float = 1.0
    random: random.Random = field(default_factory=random.Random)

    @property
    def lease(self) -> timedelta:
        """How long a delivery is one deliverer's own: an attempt takes at most a third of it."""
        return timedelta(seconds=3 * self.timeout)

    def pause(self, failures: int) -> timedelta | None:
        """Return how long to wait after so many failures, or None where it is enough."""
        if failures >= self.attempts:
            return None
        whole = min(self.longest, self.first * 2.0 ** min(failures - 1, 40))
        return timedelta(seconds=whole * self.random.uniform(0.5, 1.0))


class Deliverer:
    """Sends what is due until it is stopped."""

    def __init__(self, book: Casebook, reach: Reach, patience: Patience | None = None) -> None:
        self.book = book
        self.reach = reach
        self.patience = patience or Patience()
        self._stop = threading.Event()

    @classmethod
    def of(cls, book: Casebook, settings: Settings) -> Deliverer:
        """Return a deliverer as the settings want it."""
        patience = Patience(settings.webhook_timeout, settings.webhook_attempts, settings.webhook_first_wait)
        return cls(book, Reach(settings.webhook_plain, settings.webhook_loopback), patience)

    def start(self) -> threading.Thread:
        """Run in a thread of this process that ends with it."""
        thread = threading.Thread(target=self._keep_running, name="webhooks", daemon=True)
        thread.start()
        return thread

    def _keep_running(self) -> None:
        while not self._stop.is_set():
            try:
                asyncio.run(self.run())
            except Exception:
                LOG.exception("deliveries stopped; they begin again in %s s", RESTART)
                self._stop.wait(RESTART)

    def stop(self) -> None:
        """Begin no further delivery."""
        self._stop.set()

    async def run(self, *, until_empty: bool = False) -> int:
        """Deliver until stopped, or until nothing is due; return how many deliveries were taken."""
        try:
            import httpx
        except ModuleNotFoundError as error:
            raise MissingExtra("httpx", "review", "delivering to webhooks") from error
        # No proxy from the environment: the address that was judged is the one that is connected to.
        async with httpx.AsyncClient(
            timeout=self.patience.timeout,
            trust_env=False,
            follow_redirects=False,
            limits=httpx.Limits(max_connections=AT_ONCE),
        ) as client:
            busy: dict[int, asyncio.Task[int]] = {}
            taken, pruned = 0, 0.0
            loop = asyncio.get_running_loop()
            while not self._stop.is_set():
                if loop.time() - pruned > PRUNE_EVERY or not pruned:
                    pruned = loop.time()
                    await self._quietly(outbox.prune_delivered)
                due = await self._quietly(outbox.hooks_due) or []
                for hook in [hook for hook in due if hook not in busy][: AT_ONCE - len(busy)]:
                    busy[hook] = asyncio.create_task(self._drain(client, hook))
                if not busy and until_empty:
                    break
                await (asyncio.wait(busy.values(), timeout=self.patience.poll, return_when="FIRST_COMPLETED")
                       if busy else asyncio.sleep(self.patience.poll))  # fmt: skip
                for hook in [hook for hook, task in busy.items() if task.done()]:
                    taken += busy.pop(hook).result()
            return taken + sum(await asyncio.gather(*busy.values()))

    async def _drain(self, client: httpx.AsyncClient, hook: int) -> int:
        """Send what is due to one webhook, in order, until one fails."""
        taken = 0
        while not self._stop.is_set():
            delivery = await self._quietly(outbox.take, hook, self.patience.lease)
            if delivery is None:
                break
            why = await self._send(client, delivery)
            if why is None:
                await self._quietly(outbox.note_delivered, delivery)
                taken += 1
                continue
            pause = self.patience.pause(delivery.attempts + 1)
            again_at = None if pause is None else self.book.now() + pause
            LOG.warning("delivery %s failed: %s%s", delivery.id, why, "; given up" if again_at is None else "")
            await self._quietly(outbox.note_failed, delivery, why, again_at)
            break
        return taken

    async def _send(self, client: httpx.AsyncClient, delivery: Delivery) -> str | None:
        """Make one attempt; return why it failed, or None."""
        import httpx

        try:
            url = httpx.URL(checked(delivery.url, self.reach))
            port = url.port or (443 if url.scheme == "https" else 80)
            # The whole attempt ends in time, also with a receiver that answers a byte now and then.
            async with asyncio.timeout(self.patience.timeout):
                address = await asyncio.to_thread(resolve, url.host, port, self.reach)
                request = client.build_request(
                    "POST",
                    url.copy_with(host=address),
                    content=delivery.body,
                    headers={
                        "Host": url.netloc.decode(),
                        "Content-Type": "application/json",
                        "Idempotency-Key": delivery.key,
                        HEADER: sign(delivery.secret, self.book.now(), delivery.body),
                        "User-Agent": f"lianshen/{__version__}",
                    },
                    extensions={"sni_hostname": url.host},
                )
                response = await client.send(request, stream=True)
                await response.aclose()
        except TimeoutError:
            return f"no answer within {self.patience.timeout:g} s"
        except (httpx.HTTPError, OutOfReach, Refused, OSError) as error:
            return f"{type(error).__name__}: {error}"
        return None if response.is_success else f"status {response.status_code}"

    async def _quietly(self, call: Callable[..., T], *given: object) -> T | None:
        """Call a service in a thread; a casebook that cannot be reached now is tried again at the next look."""
        import sqlalchemy as sa

        try:
            return await asyncio.to_thread(call, self.book, *given)
        except sa.exc.DBAPIError:
            LOG.exception("the casebook cannot be used for deliveries now")
            return None
