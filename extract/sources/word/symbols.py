"""Characters of symbol fonts (w:sym, \\u61xxx of RTF): what they show, where reports use them."""

from __future__ import annotations

_WINGDINGS = {
    **{0x80 + number: chr(0x2460 + number - 1) for number in range(1, 11)},
    **{0x8B + number: chr(0x2776 + number - 1) for number in range(1, 11)},
    0x80: "⓪",
    0x8B: "⓿",
    0x6C: "●",
    0x6E: "■",
    0x6F: "□",
    0x71: "□",
    0x75: "◆",
    0x76: "❖",
    0xA1: "○",
    0xA8: "□",
    0xAB: "★",
    0xFB: "✗",
    0xFC: "√",
    0xFD: "☒",
    0xFE: "☑",
}
_WINGDINGS_2 = {0x50: "√", 0x52: "☑", 0x53: "☒", 0xA3: "□"}
_SYMBOL = {0xB1: "±", 0xB3: "≥", 0xA3: "≤", 0xB7: "·", 0xD7: "·", 0xB4: "×", 0xB8: "÷", 0x2D: "−", 0xD6: "√"}
_FONTS = {"wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2, "symbol": _SYMBOL}


def symbol(font: str | None, code: str | None) -> str:
    """The character that a code (hexadecimal, often F0xx) shows in a font; "" for a picture that is no character of a text."""
    try:
        number = int(code or "", 16)
    except ValueError:
        return ""
    table = _FONTS.get((font or "").strip().lower())
    low = number - 0xF000 if 0xF000 <= number <= 0xF0FF else number
    if table is not None:
        return table.get(low, chr(low) if table is _SYMBOL and 0x20 <= low < 0x7F else "")
    return "" if 0xE000 <= number <= 0xF8FF or number > 0x10FFFF or number < 0x20 else chr(number)
