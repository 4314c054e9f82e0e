"""Pictures of pages, small enough to be kept beside the text that they are part of.

Never beautified: a picture is what the browser showed, in at most 256 colours.
"""

import base64
import struct
import zlib

from playwright.sync_api import Browser

MOST_COLOURS = 256

# Runs in an empty page: the pixels of a picture, each as the number of its colour among the commonest.
_TO_PALETTE = """async ([picture, most]) => {
  const bitmap = await createImageBitmap(await (await fetch(picture)).blob());
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height), drawing = canvas.getContext('2d');
  drawing.drawImage(bitmap, 0, 0);
  const pixels = new Uint32Array(drawing.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer);
  const counts = new Map();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const parts = (colour) => [colour & 255, (colour >> 8) & 255, (colour >> 16) & 255];
  const palette = [...counts].sort((a, b) => b[1] - a[1]).slice(0, most).map(([colour]) => colour);
  const known = palette.map(parts), places = new Map(palette.map((colour, at) => [colour, at]));
  const nearest = (colour) => {
    const [r, g, b] = parts(colour);
    let best = 0, least = Infinity;
    known.forEach(([x, y, z], at) => {
      const far = (r - x) ** 2 + (g - y) ** 2 + (b - z) ** 2;
      if (far < least) { least = far; best = at; }
    });
    return best;
  };
  const indices = new Uint8Array(pixels.length);
  pixels.forEach((colour, at) => {
    if (!places.has(colour)) places.set(colour, nearest(colour));
    indices[at] = places.get(colour);
  });
  let text = '';
  for (let at = 0; at < indices.length; at += 8192) text += String.fromCharCode(...indices.subarray(at, at + 8192));
  return {width: bitmap.width, height: bitmap.height, palette: known.flat(), indices: btoa(text)};
}"""


def with_palette(browser: Browser, picture: bytes) -> bytes:
    """The same PNG in at most 256 colours, a few times smaller."""
    context = browser.new_context()
    address = f"data:image/png;base64,{base64.b64encode(picture).decode()}"
    found = context.new_page().evaluate(_TO_PALETTE, [address, MOST_COLOURS])
    context.close()
    width, height, indices = found["width"], found["height"], base64.b64decode(found["indices"])
    rows = b"".join(b"\0" + indices[at * width : (at + 1) * width] for at in range(height))
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", bytes(found["palette"])),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def size_of(picture: bytes) -> tuple[int, int]:
    """Width and height of a PNG in pixels."""
    assert picture.startswith(b"\x89PNG\r\n\x1a\n"), "not a PNG"
    width, height = struct.unpack(">II", picture[16:24])
    return int(width), int(height)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
