"""What is asked of the system itself: webhooks, keys, the audit trail, and whether a report may be seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ...contract import shapes
from ...contract.kinds import Scope
from ..requests import JSON, PAGE, REPORT, Request, as_json, body_of, nothing

# Webhooks


def subscriptions() -> Request[shapes.Subscriptions]:
    """List your subscriptions."""
    return Request("GET", "/v1/subscriptions", as_json)


def subscribe(url: str, *, after: int | None = None) -> Request[shapes.MadeSubscription]:
    """Have changes delivered to an https address of yours; the secret is shown this once."""
    body = {"url": url} if after is None else {"url": url, "after": after}
    return _sent("POST", "/v1/subscriptions", body)


def subscription(subscription: str) -> Request[shapes.Subscription]:
    """Tell how far a subscription has been told."""
    return Request("GET", "/v1/subscriptions/{subscription}", as_json, {"subscription": subscription})


def change_subscription(
    subscription: str,
    *,
    state: Literal["active", "paused"] | None = None,
    replay_after: int | None = None,
) -> Request[shapes.Subscription]:
    """Pause a subscription, begin again, or have events delivered again."""
    said = {"state": state, "replay_after": replay_after}
    body = {name: value for name, value in said.items() if value is not None}
    return _sent("PATCH", "/v1/subscriptions/{subscription}", body, subscription=subscription)


def unsubscribe(subscription: str) -> Request[None]:
    """End a subscription."""
    # Ended twice it is not there the second time, so a lost answer is not asked for again.
    path, values = "/v1/subscriptions/{subscription}", {"subscription": subscription}
    return Request("DELETE", path, nothing, values, repeatable=False)


# Keys


def keys() -> Request[shapes.Keys]:
    """List all keys."""
    return Request("GET", "/v1/keys", as_json)


def create_key(
    name: str, scopes: Sequence[Scope], *, labels: Sequence[str] | None = None
) -> Request[shapes.MadeKey]:
    """Make a key; its token is shown this once."""
    body: dict[str, Any] = {"name": name, "scopes": list(scopes)}
    return _sent("POST", "/v1/keys", body if labels is None else {**body, "labels": list(labels)})


def revoke_key(prefix: str) -> Request[None]:
    """End a key."""
    return Request("DELETE", "/v1/keys/{prefix}", nothing, {"prefix": prefix}, repeatable=False)


def audit_page(*, after: int = 0, limit: int = PAGE, subject: str | None = None) -> Request[shapes.AuditPage]:
    """Give one page of what was changed by whom."""
    return Request("GET", "/v1/audit", as_json, query=dict(locals()))


def withdraw(report: str, why: str) -> Request[shapes.Done]:
    """Withdraw a report."""
    return _sent("POST", REPORT + "/-/withdrawal", {"why": why}, report=report)


def restore(report: str, why: str) -> Request[shapes.Done]:
    """Bring a withdrawn report back."""
    return _sent("POST", REPORT + "/-/restoration", {"why": why}, report=report)


def erase(report: str, why: str) -> Request[shapes.Done]:
    """Erase a report for good."""
    return _sent("POST", REPORT + "/-/erasure", {"why": why}, report=report)


def _sent(method: str, template: str, body: Mapping[str, Any], **values: str) -> Request[Any]:
    headers = {"Content-Type": JSON}
    return Request(method, template, as_json, values, headers=headers, body=body_of(body), repeatable=False)
