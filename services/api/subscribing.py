"""Webhook subscriptions: who is told of changes."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from ..archive import Audit, Settings, Subscription, Subscriptions, to_rfc3339
from ..contract import shapes
from ..web import ArchiveOf, ProblemError, SettingsOf
from ..web.access import Caller, Reader
from ..web.describing import gives
from .answers import json_answer
from .filters import SEQUENCE_MOST
from .webhooks import AddressRefusedError, new_secret
from .webhooks.delivering import resolve_for

router = APIRouter(prefix="/v1", tags=["subscriptions"])


class NewSubscription(BaseModel):
    """Where to deliver, and from where on."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(max_length=2000, description="An https address of yours.")
    after: int | None = Field(
        None, ge=0, le=SEQUENCE_MOST, description="Begin behind this sequence; default: now."
    )


class SubscriptionChange(BaseModel):
    """What is to become of a subscription."""

    model_config = ConfigDict(extra="forbid")

    state: Literal["active", "paused"] | None = None
    replay_after: int | None = Field(
        None, ge=0, le=SEQUENCE_MOST, description="Deliver again what is behind this sequence."
    )


def subscription_json(subscription: Subscription) -> shapes.Subscription:
    """Give what is known of a subscription; its secret is not."""
    return {
        "id": subscription.id,
        "url": subscription.url,
        "state": subscription.state,
        "reached": subscription.reached,
        "failures": subscription.failures,
        "failing_since": to_rfc3339(subscription.failing_since) if subscription.failing_since else None,
        "last_status": subscription.last_status,
        "created_at": to_rfc3339(subscription.created_at),
    }


@router.get("/subscriptions", summary="List subscriptions", responses=gives(shapes.Subscriptions))
def list_subscriptions(archive: ArchiveOf, caller: Reader) -> Response:
    """List your subscriptions (with the scope `manage`: everyone's)."""
    owner = None if "manage" in caller.scopes and caller.labels is None else caller.actor
    found = Subscriptions(archive.catalog.database).list(owner=owner)
    told: shapes.Subscriptions = {"subscriptions": [subscription_json(one) for one in found]}
    return json_answer(told)


@router.post(
    "/subscriptions",
    summary="Be told of changes",
    status_code=201,
    responses=gives(shapes.MadeSubscription, "Subscribed.", status=201),
)
def create_subscription(
    archive: ArchiveOf, settings: SettingsOf, caller: Reader, request: Request, new: NewSubscription
) -> Response:
    """Subscribe an address of yours. `secret` is shown in this answer and never again.

    Deliveries follow the Standard Webhooks specification: signed, in order of sequence, repeated with the same id
    until the receiver says 2xx.
    """
    check_url(settings, new.url)
    after = archive.catalog.ledger.head().visible if new.after is None else new.after
    secret = new_secret()
    made = Subscriptions(archive.catalog.database).create(
        url=new.url, secret=secret, owner=caller.actor, labels=caller.labels, after=after
    )
    _note(archive, caller, request, "subscription-created", made.id)
    told: shapes.MadeSubscription = {**subscription_json(made), "secret": secret}
    answer = json_answer(told, **{"Cache-Control": "no-store"})
    answer.status_code = 201
    return answer


@router.get(
    "/subscriptions/{subscription}",
    summary="One subscription",
    responses=gives(shapes.Subscription),
)
def get_subscription(archive: ArchiveOf, caller: Reader, subscription: str) -> Response:
    """Tell how far a subscription has been told, and how its last delivery ended."""
    return json_answer(subscription_json(_own(archive, caller, subscription)))


@router.patch(
    "/subscriptions/{subscription}",
    summary="Pause, begin again, replay",
    responses=gives(shapes.Subscription),
)
def change_subscription(
    archive: ArchiveOf, caller: Reader, request: Request, subscription: str, change: SubscriptionChange
) -> Response:
    """Pause a subscription, begin again after it was disabled, or have events delivered again."""
    found = _own(archive, caller, subscription)
    store = Subscriptions(archive.catalog.database)
    if change.replay_after is not None:
        store.replay(found.id, after=change.replay_after)
    if change.state is not None:
        store.set_state(found.id, change.state)
    _note(archive, caller, request, "subscription-changed", found.id)
    return json_answer(subscription_json(_own(archive, caller, subscription)))


@router.delete("/subscriptions/{subscription}", summary="Be told no more", status_code=204)
def remove_subscription(archive: ArchiveOf, caller: Reader, request: Request, subscription: str) -> Response:
    """End a subscription."""
    found = _own(archive, caller, subscription)
    Subscriptions(archive.catalog.database).remove(found.id)
    _note(archive, caller, request, "subscription-removed", found.id)
    return Response(status_code=204)


def check_url(settings: Settings, url: str) -> None:
    """Refuse an address that deliveries would be refused to.

    Raises:
        ProblemError: 403, and says why.
    """
    try:
        resolve_for(settings, url)
    except AddressRefusedError as error:
        raise ProblemError(403, "webhook-address", str(error)) from None


def _own(archive: Any, caller: Caller, identifier: str) -> Subscription:
    found = Subscriptions(archive.catalog.database).get(identifier)
    manages = "manage" in caller.scopes and caller.labels is None
    if found is None or not (manages or found.owner == caller.actor):
        raise ProblemError(404, "subscription-unknown", f"no subscription {identifier[:80]!r}")
    return found


def _note(archive: Any, caller: Caller, request: Request, action: str, subject: str) -> None:
    Audit(archive.catalog.database).note(
        caller.actor, action, subject, request=request.headers.get("x-request-id", "")
    )
