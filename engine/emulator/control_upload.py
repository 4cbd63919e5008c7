"""Reading what a person sends, from JSON or from a form with a file.

Knows nothing of chats.
"""

import base64

from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.requests import Request as HttpRequest

from engine.emulator.control_models import FileBody, MessageBody
from engine.emulator.model import Json
from engine.emulator.people import ImpossibleError


async def read_message(request: HttpRequest) -> MessageBody:
    """Return the message in a request's body.

    Raises:
        ImpossibleError: it is not a message.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == "multipart/form-data":
            return MessageBody.model_validate(await _read_form(request))
        return MessageBody.model_validate_json(await request.body())
    except ValidationError as error:
        problems = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise ImpossibleError(422, "body is not a message", problems=problems) from error


async def _read_form(request: HttpRequest) -> Json:
    values: Json = {}
    async with request.form() as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                content = base64.b64encode(await value.read()).decode()
                values[name] = FileBody(
                    base64=content, file_name=value.filename, mime_type=value.content_type
                )
            else:
                values[name] = value
    return values
