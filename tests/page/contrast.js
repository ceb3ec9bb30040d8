// Returns the contrast of every visible text with its background, by the relative luminance of WCAG 2.

function textContrasts() {
  const found = [];
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (!text || !isShown(element)) continue;
    const [ink, ground] = [colorOf(element), groundOf(element)];
    found.push({ text, contrast: Math.round(contrast(over(ink, ground), ground) * 100) / 100 });
  }
  for (const input of document.querySelectorAll("main input[placeholder]")) {
    if (!isShown(input)) continue;
    const ink = parse(getComputedStyle(input, "::placeholder").color);
    found.push({ text: input.placeholder, contrast: contrast(ink, groundOf(input)) });
  }
  return found;
}

// Disabled elements do not count: WCAG 1.4.3 exempts them.
function isShown(element) {
  const off = element.closest(":disabled, [aria-disabled='true'], .choice:has(:disabled), template, script, option");
  return !off && !element.closest(".visually-hidden") && element.getClientRects().length > 0;
}

const parse = (text) => {
  const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number);
  return { r, g, b, a };
};
const colorOf = (element) => parse(getComputedStyle(element).color);

function groundOf(element) {
  const layers = [];
  for (let e = element; e; e = e.parentElement) {
    const layer = parse(getComputedStyle(e).backgroundColor);
    layers.push(layer);
    if (layer.a === 1) break;
  }
  return layers.reverse().reduce((ground, layer) => over(layer, ground));
}

function over(top, below) {
  const mix = (name) => top[name] * top.a + below[name] * (1 - top.a);
  return { r: mix("r"), g: mix("g"), b: mix("b"), a: 1 };
}

function luminance({ r, g, b }) {
  const [x, y, z] = [r, g, b].map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
}

function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}
