"""A typed client of the API, for threads and for asyncio: ``from jiaokan.client import Client, AsyncClient``.

It knows the contract (``jiaokan.contract``) and httpx, and loads nothing else of the house.
"""

from .asynchronous import AsyncClient
from .errors import ClientError
from .requests import Stored
from .retrying import Retry
from .threaded import Client

__all__ = ["AsyncClient", "Client", "ClientError", "Retry", "Stored"]
