"""What can be wrong with an upload before anybody looks into the file."""

from __future__ import annotations

from layers.ingest.errors import ImportRefused


class UploadRefused(ImportRefused):
    """A body that is no multipart form with one file, or fields that cannot be read."""

    code = "bad_upload"


class UploadsFull(ImportRefused):
    """Uploads that wait for their import have used up the disk space set aside for them."""

    code = "uploads_full"
