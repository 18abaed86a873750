"""What a file is, by its first bytes and never by its name, and what it may be called. Pure.

Only kinds that agencies send each other, and of those none that carries programs: a document with macros, an old
binary document, a page or an archive is refused.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass

from lianshen.cases.errors import Refused

MOST_BYTES = 20 * 1024 * 1024
LONGEST_NAME = 120
SEPARATORS = re.compile(r"[/\\]")
UNWANTED = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
MOST_PARTS = 5_000


@dataclass(frozen=True)
class Media:
    """A kind of file that is taken: its media type, the ending that its name gets, and what people call it."""

    media_type: str
    ending: str
    label: str


PDF = Media("application/pdf", ".pdf", "PDF")
PNG = Media("image/png", ".png", "PNG")
JPEG = Media("image/jpeg", ".jpg", "JPEG")
TIFF = Media("image/tiff", ".tif", "TIFF")
DOCX = Media("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx", "DOCX")
XLSX = Media("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx", "XLSX")
OFD = Media("application/ofd", ".ofd", "OFD")
KINDS = (PDF, PNG, JPEG, TIFF, DOCX, XLSX, OFD)
ACCEPTED = "、".join(kind.label for kind in KINDS)
ENDINGS = {".jpeg": JPEG.ending, ".jpe": JPEG.ending, ".tiff": TIFF.ending}
"""Other endings of the same kinds; they may stay."""
_MAGIC = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
)
_PARTS = (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX), ("OFD.xml", OFD))


def recognise(body: bytes) -> Media:
    """Return what the file is.

    :raises Refused: if it is empty, too large, or of a kind that is not taken.
    """
    if not body:
        raise Refused("附件是空文件")
    if len(body) > MOST_BYTES:
        raise Refused(f"附件超过 {MOST_BYTES // 1024 // 1024} MB；请压缩扫描分辨率或分成几个文件")
    for magic, kind in _MAGIC:
        if body.startswith(magic):
            return kind
    if body.startswith(b"PK\x03\x04") and (found := _packed(body)):
        return found
    raise Refused(f"附件的内容不是可接收的类型；可接收：{ACCEPTED}（不带宏）")


def _packed(body: bytes) -> Media | None:
    """Return what a zip is by the parts that its directory lists; nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            names = packed.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return None
    if len(names) > MOST_PARTS or any(name.rpartition("/")[2].lower() == "vbaproject.bin" for name in names):
        return None
    known = set(names)
    return next((kind for part, kind in _PARTS if part in known), None)


def safe_name(name: str, kind: Media) -> str:
    """Return a name that is only a name: no folders, no control or turning characters, with the kind's own ending."""
    last = SEPARATORS.split(unicodedata.normalize("NFC", name))[-1]
    # Cc, Cf: control characters, and those that turn the reading direction to hide an ending.
    plain = "".join(sign for sign in last if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    plain = UNWANTED.sub("_", plain).rstrip(" .")
    stem, dot, ending = plain.rpartition(".")
    if dot and ENDINGS.get(f".{ending.lower()}", f".{ending.lower()}") == kind.ending:
        return f"{stem[: LONGEST_NAME - 6].strip(' .') or '附件'}.{ending}"
    return f"{plain[: LONGEST_NAME - 6].strip(' .') or '附件'}{kind.ending}"
