// The rows of the limits. One of them is in the tab order, and the arrow keys move between them. They are options of
// a list box, because in a plain list Orca, in its browse mode, takes the arrow keys itself.

function limitRows(list) {
  const rows = new Map();
  const MOST_WHOLE = 3; // each further limit takes a single line

  function show(limits) {
    list.hidden = limits.length === 0;
    const shown = limits.map((limit, index) => {
      if (!rows.has(limit.id)) rows.set(limit.id, cloneTemplate("limit-row"));
      return showLimit(rows.get(limit.id), limit, index >= MOST_WHOLE);
    });
    // Rows are kept, so that bars move instead of jumping, and what is focused stays so.
    for (const id of rows.keys()) if (!limits.some((limit) => limit.id === id)) rows.delete(id);
    if (shown.some((row, index) => list.children[index] !== row) || list.children.length !== shown.length) {
      list.replaceChildren(...shown);
    }
    if (!shown.some((row) => row.tabIndex === 0) && shown.length) shown[0].tabIndex = 0;
  }

  function showLimit(row, limit, isShort) {
    const at = (name) => row.querySelector(`.${name}`);
    row.dataset.id = limit.id;
    row.dataset.level = limit.level;
    row.dataset.stale = String(limit.stale);
    row.dataset.over = String(limit.percent !== null && limit.percent > 100);
    row.dataset.short = String(isShort);
    row.setAttribute("aria-label", limit.sentence);
    showText(at("limit-name"), limit.name);
    showText(at("limit-window"), limit.window);
    const [number, unit] = splitPercent(limit.percent_text);
    showText(at("limit-number"), number);
    showText(at("limit-unit"), unit);
    showMark(at("limit-mark"), limit);
    showBar(at("bar-ghost"), limit.forecast_bar);
    showBar(at("bar-fill"), limit.bar);
    at("bar-tick").hidden = limit.elapsed === null;
    at("bar-tick").style.left = `${limit.elapsed ?? 0}%`;
    at("bar").title = limit.elapsed_text ?? "";
    showText(at("limit-resets"), limit.resets);
    showText(at("limit-detail"), limit.detail);
    showText(at("limit-forecast"), limit.forecast);
    showText(at("limit-record"), limit.record);
    at("limit-record").title = limit.record_meaning ?? "";
    at("limit-forecast").dataset.full = String(limit.forecast_full);
    showText(at("limit-age"), limit.age);
    at("limit-percent").title = limit.origin ?? "";
    row.title = isShort ? limit.sentence : "";
    return row;
  }

  function focus(row, options) {
    for (const each of list.children) each.tabIndex = each === row ? 0 : -1;
    row.focus(options);
  }

  // Brings a limit into view and marks it for a moment, if it is listed.
  function reveal(id) {
    const row = rows.get(id);
    if (!row) return;
    row.scrollIntoView({ block: "center" });
    focus(row, { preventScroll: true });
    row.dataset.revealed = "true";
    setTimeout(() => delete row.dataset.revealed, 2000);
  }

  list.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const [all, step] = [[...list.children], { ArrowDown: 1, ArrowUp: -1 }[event.key]];
    const at = all.indexOf(document.activeElement);
    const next = { Home: all[0], End: all.at(-1) }[event.key] ?? (step && all[at + step]);
    if (at < 0 || (!step && !next)) return;
    event.preventDefault();
    if (next) focus(next);
  });
  list.addEventListener("focusin", (event) => {
    for (const each of list.children) each.tabIndex = each === event.target ? 0 : -1;
  });

  return { show, reveal };
}

// Splits "81 % used" into a large number and small words; anything else stays whole.
function splitPercent(text) {
  const match = /^(.+?)\s*(%.*)$/.exec(text);
  return match ? [match[1], match[2]] : [text, null];
}

// The style's minimum width makes a small share a dot; 0 is nothing.
function showBar(fill, percent) {
  fill.hidden = !percent;
  fill.style.width = `${percent ?? 0}%`;
}

function showMark(holder, { level, stale }) {
  const name = level === "unknown" ? "unknown" : stale ? "stale" : level === "ok" ? "" : level;
  if (holder.dataset.mark === name) return;
  holder.dataset.mark = name;
  holder.replaceChildren(...(name ? [document.getElementById(`mark-${name}`).content.cloneNode(true)] : []));
}

// Shows a text, or hides the element without one. A text may be cut off with an ellipsis: its title has all of it.
function showText(element, text) {
  element.hidden = !text;
  element.title = text ?? "";
  setText(element, text ?? "");
}

// Sets a sentence: a number stays on one line with its unit, a path may break after its slashes, and the name of a
// variable after its underscores.
function setText(element, text) {
  setLine(element, joined(text));
}

// Sets a line to copy. It may break after an underscore, and a path after each slash but the first: there is a <wbr>,
// which is no text and is not copied. WebKit drops a click on replaced text, so the same text stays.
function setLine(element, text) {
  if (element.textContent === text) return;
  const [first, ...steps] = text.split(/(?<=[^\s/~]\/)(?!\/)|(?<=\w_)(?=\w)/);
  element.replaceChildren(first ?? "", ...steps.flatMap((step) => [document.createElement("wbr"), step]));
}

// "76 % used", "in 5 min", "12.34 SEK" with a no-break space after the number, as `joined` of `present/units.py`.
function joined(text) {
  return text.replace(/(\d) (?=(?:%|min|[dhs]|MB|credits|[AP]M|[A-Z]{3})(?![\p{L}\p{N}_]))/gu, "$1\u00a0");
}

// Returns the element of a <template> with this id, to be filled.
function cloneTemplate(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

// A section for each day of a page of requests, alerts or resets; `fields` are those that a row shows.
function daySections(name, days, fields) {
  return days.map(({ day, rows }) => {
    const section = cloneTemplate(`${name}s-day`);
    section.querySelector(`.${name}s-date`).textContent = day;
    section.querySelector("ol").append(...rows.map((each) => dayRow(name, each, fields)));
    return section;
  });
}

function dayRow(name, shown, fields) {
  const row = cloneTemplate(`${name}-row`);
  row.dataset.fine = String(shown.fine);
  for (const field of fields) setText(row.querySelector(`.${name}-${field}`), shown[field]);
  return row;
}

// Shows what happened, what helps, and the line to copy for it where the holder has a place for one.
function showMessage(holder, { message, hint, command }) {
  for (const [name, text] of Object.entries({ message, hint })) {
    const line = holder.querySelector(`.${name}`);
    setText(line, text ?? "");
    line.hidden = !text;
  }
  const line = holder.querySelector(".command");
  if (line) {
    line.hidden = !command;
    setLine(line.querySelector("code"), command ?? "");
  }
  return holder;
}
