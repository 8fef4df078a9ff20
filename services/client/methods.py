"""The methods that both clients have, by name."""

from __future__ import annotations

from . import lists
from .faces import Listing, Operation
from .operations import finding, managing, reading, sending


class Methods:
    """Every operation of the API, and the lists, streams and dialogues made of them."""

    report = Operation(reading.report)
    reports_page = Operation(finding.reports_page)
    reports = Listing(lists.reports)
    values = Operation(finding.values)
    series = Operation(finding.series)

    editions = Operation(reading.editions)
    about = Operation(reading.about)
    content = Operation(reading.content)
    content_unless = Operation(reading.content_unless)
    content_by_hash = Operation(reading.content_by_hash)
    record = Operation(reading.record)
    record_by_hash = Operation(reading.record_by_hash)
    text = Operation(reading.text)
    markdown = Operation(reading.markdown)
    outline = Operation(reading.outline)
    section = Operation(reading.section)
    source = Operation(reading.source)
    source_stream = Listing(lists.source_stream)
    trace = Operation(reading.trace)
    differences = Operation(reading.differences)
    year_differences = Operation(reading.year_differences)

    sections_page = Operation(finding.sections_page)
    sections = Listing(lists.sections)
    search_page = Operation(finding.search_page)
    search = Listing(lists.search)
    export = Listing(lists.export)
    export_parquet = Listing(lists.export_parquet)

    feed = Operation(finding.feed)
    events = Listing(lists.events)
    follow = Listing(lists.follow)
    stream = Listing(lists.stream)

    subscriptions = Operation(managing.subscriptions)
    subscribe = Operation(managing.subscribe)
    subscription = Operation(managing.subscription)
    change_subscription = Operation(managing.change_subscription)
    unsubscribe = Operation(managing.unsubscribe)

    keys = Operation(managing.keys)
    create_key = Operation(managing.create_key)
    revoke_key = Operation(managing.revoke_key)
    audit_page = Operation(managing.audit_page)
    audit = Listing(lists.audit)
    withdraw = Operation(managing.withdraw)
    restore = Operation(managing.restore)
    erase = Operation(managing.erase)

    put_source = Operation(sending.put_source)
    publish = Operation(lists.publish)
    amend = Operation(sending.amend)
    upload_files = Operation(sending.upload_files)
    promise_upload = Operation(sending.promise_upload)
    put_promised = Operation(sending.put_promised)
    complete_upload = Operation(sending.complete_upload)
    upload_presigned = Operation(lists.upload_presigned)
    revision = Operation(sending.revision)
    settled = Operation(lists.settled)
    revisions_page = Operation(sending.revisions_page)
    revisions = Listing(lists.revisions)
    revisions_of = Operation(sending.revisions_of)
    notify_bucket = Operation(sending.notify_bucket)

    schema = Operation(reading.schema)
    problems = Operation(reading.problems)
    problem = Operation(reading.problem)
