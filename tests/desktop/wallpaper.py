"""Paints the background of the screen, so that pictures do not show windows on black."""

from PIL import Image
from Xlib.display import Display

_DARK = ((38, 44, 66), (82, 64, 92))
_LIGHT = ((214, 222, 236), (240, 226, 216))


def paint_wallpaper(display_name: str, *, dark: bool) -> None:
    """Give the root window a gradient, which stays until the X server ends."""
    display = Display(display_name)
    screen = display.screen()
    size = (screen.width_in_pixels, screen.height_in_pixels)
    pixmap = screen.root.create_pixmap(*size, screen.root_depth)
    pixmap.put_pil_image(pixmap.create_gc(), 0, 0, _gradient(size, *(_DARK if dark else _LIGHT)))
    screen.root.change_attributes(background_pixmap=pixmap)
    screen.root.clear_area()
    display.sync()
    display.close()


def _gradient(size: tuple[int, int], top: tuple[int, ...], bottom: tuple[int, ...]) -> Image.Image:
    mask = Image.linear_gradient("L").resize(size)
    return Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), mask)
