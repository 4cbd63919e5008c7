"""What may stop the service for a reason that its operator can mend.

It knows nothing of how such a reason is shown; each is one sentence.
"""

from __future__ import annotations


class ServiceError(Exception):
    """The service cannot start or go on; the message is one sentence for its operator."""


class SettingsError(ServiceError):
    """A setting is missing or wrong; there may be several, one a line."""
