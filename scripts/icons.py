"""Makes the PNG icons of the web player from Web/icons/icon.svg. By hand, after the drawing changed; its output is committed.

    .dash/python/bin/pip install pillow && .dash/python/bin/python scripts/icons.py

Needs Playwright (./dash setup) to draw and Pillow to keep the files small.
"""

import io
import pathlib

from PIL import Image
from playwright.sync_api import sync_playwright

FOLDER = pathlib.Path(__file__).parent.parent / "Web" / "icons"
SMALLER = "translate(51 51) scale(.8)"


def drawings():
    """Name, size in pixels, SVG. Launchers cut up to a tenth off each side of a maskable icon: it fills the square, and draws inside."""
    svg = (FOLDER / "icon.svg").read_text()
    maskable = (svg.replace('rx="112"', 'rx="0"').replace('"rotate(', f'"{SMALLER} rotate(')
                .replace('<path d="M232', f'<path transform="{SMALLER}" d="M232'))
    return [("icon-192", 192, svg), ("icon-512", 512, svg), ("maskable-512", 512, maskable)]


def save(image, path):
    """128 colours, dithered, so that gradients stay soft; what is outside of the rounded corners is the last one, transparent."""
    flat = Image.new("RGB", image.size, "#1a1030")
    flat.paste(image, mask=image.getchannel("A"))
    small = flat.quantize(127, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG)
    small = flat.quantize(palette=small, dither=Image.Dither.FLOYDSTEINBERG)
    small.putpalette((small.getpalette() + [0] * 384)[:381] + [0, 0, 0])
    small.paste(127, mask=image.getchannel("A").point(lambda alpha: 255 if alpha < 128 else 0))
    small.save(path, transparency=127)


def main():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, size, svg in drawings():
            page = chromium.new_page(viewport={"width": size, "height": size})
            page.set_content(f"<style>*{{margin:0}}svg{{display:block;width:{size}px;height:{size}px}}</style>{svg}")
            save(Image.open(io.BytesIO(page.screenshot(omit_background=True))).convert("RGBA"), FOLDER / f"{name}.png")
        chromium.close()


main()
