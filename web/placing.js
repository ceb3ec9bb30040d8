// Finds a place for words among lines.

const CLEARANCE = 6; // pixels between words and a line

// Returns the {left, top} of the box of this size that is nearest to a point, inside the room, and touches no line; or
// null. All in pixels. Lines are lists of [x, y]; the room has left, right, top and bottom.
function freePlace(size, [nearX, nearY], room, lines) {
  const STEP = 4;
  const segments = lines.flatMap((line) => line.slice(1).map((end, at) => [...line[at], ...end]));
  const places = [];
  for (let top = room.top; top + size.height <= room.bottom; top += STEP) {
    for (let left = room.right - size.width; left >= room.left; left -= STEP) {
      const [aside, apart] = [left + size.width / 2 - nearX, top + size.height / 2 - nearY];
      const gap = Math.hypot(Math.max(0, Math.abs(aside) - size.width / 2), Math.max(0, Math.abs(apart) - size.height / 2));
      // The gap to the box counts most; of boxes with the same gap, the one whose middle is nearer.
      places.push({ left, top, far: gap + Math.hypot(aside, apart) / 10 });
    }
  }
  places.sort((one, other) => one.far - other.far);
  return places.find(({ left, top }) => !segments.some((segment) => crosses(segment, {
    left: left - CLEARANCE, right: left + size.width + CLEARANCE, top: top - CLEARANCE, bottom: top + size.height + CLEARANCE,
  }))) ?? null;
}

// Returns whether a segment has a point in a box: whether anything of it is left after it was cut at the four sides.
function crosses([x1, y1, x2, y2], { left, right, top, bottom }) {
  let [from, to] = [0, 1];
  for (const [along, room] of [[x1 - x2, x1 - left], [x2 - x1, right - x1], [y1 - y2, y1 - top], [y2 - y1, bottom - y1]]) {
    if (along === 0 && room < 0) return false;
    if (along < 0) from = Math.max(from, room / along);
    if (along > 0) to = Math.min(to, room / along);
  }
  return from <= to;
}
