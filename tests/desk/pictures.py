"""Pictures of pages, small enough to be kept beside the text that they are part of.

Never beautified: a picture is what the browser showed, in at most 256 colours.
"""

import base64
import struct
import zlib

from playwright.sync_api import Browser, Page

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


# Runs in an empty page: the share of the small blocks of two pictures of one size whose brightness differs, in parts of 1.
_APART = """async ([one, other, block, apart]) => {
  const blocks = async (address) => {
    const bitmap = await createImageBitmap(await (await fetch(address)).blob());
    const wide = Math.ceil(bitmap.width / block), high = Math.ceil(bitmap.height / block);
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height), drawing = canvas.getContext('2d');
    drawing.drawImage(bitmap, 0, 0);
    const {data} = drawing.getImageData(0, 0, bitmap.width, bitmap.height);
    const sums = new Float64Array(wide * high), counts = new Float64Array(wide * high);
    for (let y = 0, at = 0; y < bitmap.height; y++) for (let x = 0; x < bitmap.width; x++, at += 4) {
      const place = Math.floor(y / block) * wide + Math.floor(x / block);
      sums[place] += 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
      counts[place] += 1;
    }
    return sums.map((sum, place) => sum / counts[place]);
  };
  const [ours, theirs] = [await blocks(one), await blocks(other)];
  if (ours.length !== theirs.length) return 1;
  return ours.filter((brightness, place) => Math.abs(brightness - theirs[place]) > apart).length / ours.length;
}"""
BLOCK = 16  # pixels; about a letter and a half
APART = 6  # of 255: less is smoothing, and colours that a palette has not

# Runs in a page: how wide and how high each kind of letters of the desk is here.
_LETTERS = """() => {
  const found = [];
  for (const family of ['serif', 'sans', 'mono']) for (const weight of [400, 600]) {
    const probe = document.createElement('span');
    probe.textContent = 'Oxytocin ‹κ› 0123456789 – quick brown fox';
    probe.style.cssText = `position:absolute;font:${weight} 32px var(--${family})`;
    document.body.append(probe);
    const box = probe.getBoundingClientRect();
    found.push(`${family} ${weight}: ${box.width.toFixed(2)} x ${box.height.toFixed(2)}`);
    probe.remove();
  }
  return found.join('\\n') + '\\n';
}"""


def apart(browser: Browser, one: bytes, other: bytes) -> float:
    """The share of blocks in which two pictures differ; 1 where their sizes do.

    It cannot tell a word from another of the same length in a small place, nor one colour from another as bright.
    """
    context = browser.new_context()
    addresses = [f"data:image/png;base64,{base64.b64encode(picture).decode()}" for picture in (one, other)]
    found = context.new_page().evaluate(_APART, [*addresses, BLOCK, APART])
    context.close()
    return float(found)


def letters(page: Page) -> str:
    """What the letters of this machine measure: pictures that were taken with others cannot be held against each other."""
    return str(page.evaluate(_LETTERS))


def size_of(picture: bytes) -> tuple[int, int]:
    """Width and height of a PNG in pixels."""
    assert picture.startswith(b"\x89PNG\r\n\x1a\n"), "not a PNG"
    width, height = struct.unpack(">II", picture[16:24])
    return int(width), int(height)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
