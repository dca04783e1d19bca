"""DOC and WPS of the compound format, which both are what Word 97 to 2003 wrote: turned into DOCX by msdoc2docx, then read as that.

Of the free readers measured (unword, legacy-doc, wps2md, msdoc2docx) only msdoc2docx keeps every cell, empty ones too, with its spans,
and knows deleted text, hidden text and the numbers of lists; legacy-doc runs the cells of a row together without the empty ones, wps2md
passes over the piece table, so that a file saved fast comes in the wrong order. It converts files only, so the bytes lie in a folder of
their own for that moment.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from extract.errors import Corrupt, Encrypted, TooLarge
from extract.model import Carried
from extract.sources.word.docx import read_docx

MAX_STREAM = 64 * 1024 * 1024
"""Bytes of one stream of a compound file."""


def read_doc(body: bytes) -> Carried:
    """Paragraphs and tables of a DOC or WPS file. Macros are neither run nor converted.

    Raises Corrupt for a file that cannot be converted, Encrypted behind a password, TooLarge over the bounds on streams, ImportError
    where msdoc2docx is missing.
    """
    return read_docx(_converted(body))


def _converted(body: bytes) -> bytes:
    from doc2docx import convert
    from doc2docx.cfb import CompoundFileLimits
    from doc2docx.errors import Doc2DocxError, EncryptedDocumentError

    limits = CompoundFileLimits(max_stream_bytes=MAX_STREAM, max_directory_entries=50_000)
    with TemporaryDirectory(prefix="gongkai-") as folder:
        source, target = Path(folder, "file.doc"), Path(folder, "file.docx")
        source.write_bytes(body)
        try:
            convert(source, target, limits=limits)
            return target.read_bytes()
        except EncryptedDocumentError as error:
            raise Encrypted("the file opens only with a password") from error
        except MemoryError as error:
            raise TooLarge("the file needs more memory than there is") from error
        except Doc2DocxError as error:
            raise Corrupt(f"the file cannot be read as Word: {str(error)[:200]}") from error
        except (ValueError, LookupError, ArithmeticError, TypeError, AttributeError, OSError, RecursionError) as error:
            # a damaged structure that the converter did not expect
            raise Corrupt(f"the file cannot be read as Word: {type(error).__name__}: {str(error)[:200]}") from error
