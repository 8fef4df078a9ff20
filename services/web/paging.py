"""Pages of a list, and how one leads to the next."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request


def next_page(request: Request, **changed: object) -> dict[str, str]:
    """Give ``Link: …; rel="next"`` (RFC 8288) to the same list with changed parameters; empty when one is None."""
    if any(value is None for value in changed.values()):
        return {}
    query = {**request.query_params, **changed}
    return {"Link": f'<{request.url.path}?{urlencode(query)}>; rel="next"'}
