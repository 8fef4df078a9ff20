"""The methods that both clients have, by name."""

from __future__ import annotations

from . import lists, operations
from .faces import Listing, Operation


class Methods:
    """Every operation of the API, and the lists, streams and dialogues made of them."""

    report = Operation(operations.report)
    reports_page = Operation(operations.reports_page)
    reports = Listing(lists.reports)
    values = Operation(operations.values)
    series = Operation(operations.series)

    editions = Operation(operations.editions)
    about = Operation(operations.about)
    content = Operation(operations.content)
    content_unless = Operation(operations.content_unless)
    content_by_hash = Operation(operations.content_by_hash)
    record = Operation(operations.record)
    record_by_hash = Operation(operations.record_by_hash)
    text = Operation(operations.text)
    markdown = Operation(operations.markdown)
    outline = Operation(operations.outline)
    section = Operation(operations.section)
    source = Operation(operations.source)
    source_stream = Listing(lists.source_stream)
    trace = Operation(operations.trace)
    differences = Operation(operations.differences)
    year_differences = Operation(operations.year_differences)

    sections_page = Operation(operations.sections_page)
    sections = Listing(lists.sections)
    search_page = Operation(operations.search_page)
    search = Listing(lists.search)
    export = Listing(lists.export)
    export_parquet = Listing(lists.export_parquet)

    feed = Operation(operations.feed)
    events = Listing(lists.events)
    follow = Listing(lists.follow)
    stream = Listing(lists.stream)

    subscriptions = Operation(operations.subscriptions)
    subscribe = Operation(operations.subscribe)
    subscription = Operation(operations.subscription)
    change_subscription = Operation(operations.change_subscription)
    unsubscribe = Operation(operations.unsubscribe)

    keys = Operation(operations.keys)
    create_key = Operation(operations.create_key)
    revoke_key = Operation(operations.revoke_key)
    audit_page = Operation(operations.audit_page)
    audit = Listing(lists.audit)
    withdraw = Operation(operations.withdraw)
    restore = Operation(operations.restore)
    erase = Operation(operations.erase)

    put_source = Operation(operations.put_source)
    publish = Operation(lists.publish)
    amend = Operation(operations.amend)
    upload_files = Operation(operations.upload_files)
    promise_upload = Operation(operations.promise_upload)
    put_promised = Operation(operations.put_promised)
    complete_upload = Operation(operations.complete_upload)
    upload_presigned = Operation(lists.upload_presigned)
    revision = Operation(operations.revision)
    settled = Operation(lists.settled)
    revisions_page = Operation(operations.revisions_page)
    revisions = Listing(lists.revisions)
    revisions_of = Operation(operations.revisions_of)
    notify_bucket = Operation(operations.notify_bucket)

    schema = Operation(operations.schema)
    problems = Operation(operations.problems)
    problem = Operation(operations.problem)
