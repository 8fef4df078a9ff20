"""Every kind of problem that the API answers with: what it means and what to do. ``/v1/problems/<code>`` shows it.

A code is for programs and never changes its meaning. The codes of rejections stand here too: a revision that was
rejected carries one, and so does an upload that is refused at the door.
"""

from __future__ import annotations

from typing import Final, NamedTuple

PATH: Final = "/v1/problems/"
"""A problem's ``type`` is this and its code, relative to the server that answered (RFC 9457 3.1.1)."""


class Kind(NamedTuple):
    """A kind of problem: its code, the HTTP status that it comes with, what it means, and what to do."""

    code: str
    status: int
    means: str
    do: str


KINDS: Final = (
    # Who asks
    Kind("key-needed", 401, "There is no key with the request, or one that is not known or was revoked.",
         "Send `Authorization: Bearer jk_…`; ask whoever runs the service for a key."),
    Kind("scope-missing", 403, "The key has not the scope that this operation needs; `scope` names it.",
         "Use a key with that scope. The table of scopes stands in docs/access.md."),
    Kind("labels-limited", 403, "The key is limited to labels, and what was asked is told of all reports together.",
         "Use a key that is not limited to labels."),
    Kind("label-refused", 403, "A key limited to labels may not make a report that carries none of them.",
         "State one of the key's labels, or leave labels out: the report then gets the key's own."),
    Kind("host-refused", 421, "The request's Host is not one that this service answers to.",
         "Ask by the service's own name; its operator lists further names in JIAOKAN_ALLOW_HOSTS."),
    Kind("origin-refused", 403, "A page of another origin made the request.",
         "Have the page's origin listed in JIAOKAN_CORS_ORIGINS, or ask from a server."),
    Kind("signature-refused", 403, "A signed URL does not hold: another method, another object, or its time is over.",
         "Ask for a new presigned upload."),
    Kind("too-many-requests", 429, "The key asked more often than it may in a minute.",
         "Wait as many seconds as Retry-After says."),
    # What is asked for
    Kind("not-found", 404, "There is nothing at this address.", "Compare the address with /v1/openapi.json."),
    Kind("method-not-allowed", 405, "This address does not take the method.", "Use one that the field Allow lists."),
    Kind("bad-request", 400, "The request is no valid HTTP or no valid JSON.", "See `detail`; send it again, whole."),
    Kind("invalid-request", 422, "A parameter or a member of the body is unknown or has a wrong value.",
         "`faults` names each and says what it should be. A filter that is not known is refused, never ignored."),
    Kind("not-acceptable", 406, "The resource does not come in any form that Accept allows.",
         "Accept one of `offered`."),
    Kind("range-outside", 416, "The range begins behind the last byte.", "Content-Range tells the size."),
    Kind("report-unknown", 404, "There is no report with this id, or none that the key may see.",
         "List reports at /v1/reports; an id is case-sensitive and in Unicode NFC."),
    Kind("report-withdrawn", 410, "The report was withdrawn; it may come back.",
         "Remove your copy. The feed tells `restored` when it is back."),
    Kind("report-erased", 410, "The report was erased for good.", "Remove your copy."),
    Kind("edition-unknown", 404, "The report has no edition with this number, or none yet.",
         "`…/-/editions` lists those there are; a fresh upload takes a moment to be published."),
    Kind("section-unknown", 404, "The edition has no section with this id or anchor.",
         "`…/outline` lists them. Ids follow the numbering, anchors the headings."),
    Kind("span-unknown", 404, "The span lies outside of the text, ends before it starts, or is too long.",
         "Ask for a span inside the text, in code points, half-open; of 10,000 characters at most."),
    Kind("content-unknown", 404, "The report has no content with this SHA-256.", "`…/-/editions` tells the hashes."),
    Kind("record-unknown", 404, "The report has no record with this SHA-256.", "`…/-/editions` tells the hashes."),
    Kind("source-unknown", 404, "The source of the edition is not known any more.",
         "Nothing to do: its bytes were erased with another report that was made of them."),
    Kind("object-missing", 404, "The store has not the bytes that the catalog names.",
         "Tell whoever runs the service: `jiaokan archive check` lists what is missing."),
    Kind("series-unknown", 404, "No report has this region, kind and issuer.", "`/v1/values/region` lists regions."),
    Kind("schema-unknown", 404, "There is no schema with this name.", "There are `content` and `record`."),
    Kind("problem-unknown", 404, "There is no kind of problem with this code.", "`/v1/problems` lists them."),
    Kind("cursor-unknown", 404, "The cursor was not made by this list.",
         "Begin without one, and send cursors back unchanged, with the same filters."),
    Kind("key-unknown", 404, "There is no key with this prefix that is not revoked.", "`/v1/keys` lists them."),
    Kind("subscription-unknown", 404, "There is no such subscription of yours.", "`/v1/subscriptions` lists them."),
    Kind("revision-unknown", 404, "There is no such revision that the key may see.",
         "Follow the link `follow` of the receipt."),
    Kind("upload-unknown", 404, "There is no such upload, or it is older than a day.", "Ask for a new one."),
    Kind("cannot-replay", 409, "The edition was made by a release whose readers this one has not.",
         "Have the report renormalized; text and sections are served all the same."),
    # What is sent
    Kind("statement", 422, "What is stated of the upload cannot be: an unknown field, wrong JSON, no such profile.",
         "`detail` names it; docs/ways-in.md lists the fields."),
    Kind("report-id", 422, "This cannot be the id of a report.",
         "1 to 8 segments of letters, digits and ._- (NFC, 64 characters each), divided by slashes."),
    Kind("report-missing", 422, "The upload does not say of which report it is.", "State `report`."),
    Kind("label", 422, "This cannot be a label.", "Letters, digits and _.:-, 64 characters at most."),
    Kind("key", 422, "A key cannot be made so.", "`detail` says why."),
    Kind("file-missing", 422, "The form holds no file.", "Name its field `file`."),
    Kind("digest-mismatch", 422, "Other bytes arrived than were declared.", "Send them again."),
    Kind("too-large", 413, "The upload has more bytes than the service or the reader of its format takes.",
         "Send a smaller one: divide it, or leave pictures out. `limit` tells the bytes."),
    Kind("idempotency-key-reused", 422, "The Idempotency-Key came with another request before.",
         "Make a new key for each new request."),
    Kind("upload-not-there", 409, "Nothing was PUT to the upload's URL yet.", "PUT the bytes, then complete."),
    Kind("standing", 409, "The report stands otherwise than the change needs.",
         "Look at it first: only what is published is withdrawn, only what is withdrawn is restored."),
    Kind("webhook-address", 403, "A webhook must not deliver there: no https, or an address of a private network.",
         "Name an https address on the public network; the operator may allow more in JIAOKAN_WEBHOOK_NETWORKS."),
    # Our fault
    Kind("unavailable", 503, "The store, the catalog or the broker did not answer; nothing was promised.",
         "Try again after Retry-After seconds."),
    Kind("no-room", 507, "The store or the catalog has no room left; nothing was promised.",
         "Tell whoever runs it, and send it again when there is room: trying again at once is no use."),
    Kind("stalled", 503, "A loop of the process has not turned for too long.", "Restart it; its log says why."),
    Kind("converter", 503, "The converter of legacy files did not answer.", "Try again after Retry-After seconds."),
    Kind("internal", 500, "A fault of the service.", "Tell whoever runs it the X-Request-Id."),
    # Rejections: the input's fault, final
    Kind("empty", 422, "The file holds not a single character.", "Look whether it is the right file."),
    Kind("no-verdict", 422, "No encoding reads these bytes as text.",
         "If you know it, state `encoding`; else the file is not text."),
    Kind("not-text", 422, "The bytes are no text.", "Send the document, not a picture, a program or an archive part."),
    Kind("encoding-hint-wrong", 422, "The bytes cannot be read in the encoding that was stated.",
         "State another, or none."),
    Kind("encrypted", 422, "The file is protected by a password.", "Send it without one."),
    Kind("damaged", 422, "The file is torn, or not what its form says.", "Fetch it again and compare its size."),
    Kind("hostile", 422, "The file is made to harm its reader.", "Do not open it; find another copy."),
    Kind("illegible-text", 422, "The PDF's fonts do not say which characters they draw.",
         "Recognize its text (OCR), and send that."),
    Kind("scan-without-text", 422, "The PDF holds pictures of pages and no text.",
         "Recognize its text (OCR), and send that."),
    Kind("too-deep", 422, "The file's elements are nested too deeply.", "Save it anew from the program that made it."),
    Kind("too-many-members", 422, "The archive has too many members.", "Send several smaller ones."),
    Kind("too-many-pages", 422, "The PDF has too many pages.", "Divide it."),
    Kind("too-many-parts", 422, "The document has too many parts.", "Save it anew, or divide it."),
    Kind("link-or-device", 422, "The archive's member is a link or a device.", "Pack the file itself."),
    Kind("archive-bomb", 422, "The archive would unpack to far more than it may.", "Send its files one by one."),
    Kind("not-an-archive", 422, "The file is no archive that can be unpacked.", "Send zip, tar or gzip."),
    Kind("embedded-document", 422, "The .docx holds nothing but another file embedded in it.",
         "Open it in a word processor, save it again as .docx and send that."),
    Kind("records", 422, "The file holds many records, each a report of its own.",
         "Send them one by one, or in a .zip."),
    Kind("shown-by-script", 422, "The page as saved has no text: a script or its frames show it.",
         "Save what the browser shows, in one file or as PDF."),
    Kind("legacy-word", 422, "A document of Word 97-2003, WPS, RTF or OpenDocument, and no LibreOffice is here.",
         "Save it as .docx and send that."),
    Kind("spreadsheet", 422, "The file is a spreadsheet.", "Export the text or a PDF of it."),
    Kind("slides", 422, "The file holds slides.", "Export a PDF of them."),
    Kind("archive", 422, "The file is an archive where one document was awaited.", "Send its members, or POST it."),
    Kind("archive-too-deep", 422, "Archives stand inside archives too deeply.", "Unpack the outer ones first."),
    Kind("unsupported-package", 422, "The package is neither .docx nor an archive of reports.", "Export .docx or PDF."),
    Kind("unsupported-archive", 422, "Archives of this kind are not unpacked.", "Pack it as .zip or .tar.gz."),
    Kind("unsupported-document", 422, "Documents of this kind are not read.", "Export .docx or a PDF with text."),
    Kind("apple-double", 422, "The file is a stub in which macOS keeps attributes.", "Send the file itself."),
    Kind("image", 422, "The file is a picture.", "Recognize its text (OCR), and send that."),
    Kind("program", 422, "The file is a program.", "Look whether it is the right file."),
    Kind("database", 422, "The file is a database.", "Export the reports in it and send those."),
    Kind("sound-or-film", 422, "The file is sound or film.", "Look whether it is the right file."),
    Kind("font", 422, "The file is a font.", "Look whether it is the right file."),
)  # fmt: skip
"""In groups, as they stand here; the codes of HTTP itself (``not-found`` …) beside our own."""

BY_CODE: Final = {kind.code: kind for kind in KINDS}


def problem_type(code: str) -> str:
    """Give the ``type`` of a problem: where it is explained."""
    return PATH + code
