"""What is counted and timed, for Prometheus to fetch.

It knows nothing of who counts; there is one set of metrics for each service, so that tests may have many.
"""

from __future__ import annotations

from importlib.metadata import version
from time import perf_counter
from typing import TYPE_CHECKING, Final

from aiogram.client.session.middlewares.base import BaseRequestMiddleware
from aiogram.exceptions import TelegramAPIError
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

if TYPE_CHECKING:
    from aiogram import Bot
    from aiogram.client.session.middlewares.base import NextRequestMiddlewareType
    from aiogram.methods import Response, TelegramMethod
    from aiogram.methods.base import TelegramType

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST

_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The metrics of one service; every name begins with `usher_`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.updates = self._counter("updates", "Updates handled.", "kind", "result")
        self.update_seconds = self._histogram("update_seconds", "Handling one update.", "kind")
        self.updates_in_work = self._gauge("updates_in_work", "Updates being handled.")
        self.inbox_updates = Gauge(
            "usher_inbox_updates", "Updates in the inbox.", ["state"], registry=self.registry
        )
        self.inbox_oldest_seconds = self._gauge(
            "inbox_oldest_seconds", "Age of the oldest update that is not done."
        )
        self.inbox_wait_seconds = Histogram(
            "usher_inbox_wait_seconds",
            "From an update's arrival until it is begun.",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.tried_again = self._counter("updates_tried_again", "Updates that failed and wait.")
        self.set_aside = self._counter("updates_set_aside", "Updates that were given up.")
        self.outbox_messages = Gauge(
            "usher_outbox_messages", "Messages in the outbox.", ["state"], registry=self.registry
        )
        self.outbox_oldest_seconds = self._gauge(
            "outbox_oldest_seconds", "For how long the oldest message has been due."
        )
        self.notices = self._counter("notices", "Messages that ended.", "notice", "result")
        self.notice_late_seconds = Histogram(
            "usher_notice_late_seconds",
            "From when a message was due until it was delivered.",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.leads = self._gauge(
            "polling_leader", "Whether this process polls, or looks after the webhook, for all."
        )
        self.webhook_requests = self._counter("webhook_requests", "Calls of the webhook.", "status")
        self.webhook_pending = self._gauge(
            "webhook_pending_updates", "Updates that wait at Telegram, as the leader was told."
        )
        self.api_calls = self._counter("api_calls", "Calls of the Bot API.", "method")
        self.api_failures = self._counter(
            "api_failures", "Calls of the Bot API that failed.", "method", "error"
        )
        self.api_seconds = self._histogram("api_seconds", "One call of the Bot API.", "method")
        self.commands = self._counter("commands", "Commands that ended.", "command", "outcome")
        self.action_failures = self._counter(
            "action_failures", "Actions that failed.", "action", "error"
        )
        self.action_seconds = self._histogram("action_seconds", "One action.", "action")
        self.store_failures = self._counter(
            "conversation_store_failures", "Calls of Redis that failed.", "call", "error"
        )
        self.timeouts = self._counter("timeouts", "Timeouts of conversations fired.", "result")
        self.throttled = self._counter(
            "throttled_updates", "Updates of people who were too fast.", "answer"
        )
        self.polling_seconds_ago = self._gauge(
            "polling_seconds_ago", "Seconds since Telegram last answered a poll."
        )
        self.reloads = self._counter("flow_reloads", "Flows read anew.", "result")
        self.flows_refused = self._gauge(
            "flows_refused",
            "Whether the flows of the files were refused, so that those of before are served.",
        )
        build = Gauge("usher_build_info", "The version.", ["version"], registry=self.registry)
        build.labels(version("usher")).set(1)

    def render(self) -> bytes:
        """Return all metrics in Prometheus' text format."""
        return generate_latest(self.registry)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"usher_{name}", text, labels, registry=self.registry)

    def _gauge(self, name: str, text: str) -> Gauge:
        return Gauge(f"usher_{name}", text, registry=self.registry)

    def _histogram(self, name: str, text: str, *labels: str) -> Histogram:
        return Histogram(f"usher_{name}", text, labels, buckets=_SECONDS, registry=self.registry)


class CallMeter(BaseRequestMiddleware):
    """Counts and times calls of the Bot API; a poll is counted, but waits on purpose and is not timed."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Make the request."""
        name = method.__api_method__
        self._metrics.api_calls.labels(name).inc()
        started = perf_counter()
        try:
            return await make_request(bot, method)
        except TelegramAPIError as error:
            self._metrics.api_failures.labels(name, type(error).__name__).inc()
            raise
        finally:
            if name != "getUpdates":
                self._metrics.api_seconds.labels(name).observe(perf_counter() - started)
