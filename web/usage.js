// The usage card: shows a view on the page. Sets text with textContent only. Does not know the bridge.

function usageCard(page) {
  const part = (id) => page.querySelector(`#${id}`);
  const rows = new Map();
  const RING_MARKS = { error: "icon-bang", critical: "icon-bang", stale: "icon-hands" };

  function show(view) {
    page.dataset.tone = view.tone;
    page.dataset.old = String(view.limits.some((limit) => limit.stale));
    page.setAttribute("aria-busy", String(view.refreshing || isStarting(view)));
    put(part("headline"), view.headline);
    put(part("account"), view.account);
    part("demo").hidden = !view.demo;
    showRing(view);
    showProblem(view.problem);
    part("skeleton").hidden = !isStarting(view);
    showLimits(view.limits);
    put(part("more"), view.more);
    part("legend").hidden = !view.limits.some((limit) => limit.elapsed !== null);
    put(part("empty"), isStarting(view) ? null : view.empty);
    put(part("note"), view.note);
    showSpend(view.spend);
    showCredits(view.credits ?? []);
    showNotices(view.notices);
    put(part("updated"), view.updated);
    showSources(view.sources);
    put(part("next"), view.next);
    part("usage-foot").hidden = !view.updated && !view.next;
  }

  function isStarting(view) {
    return view.tone === "starting" && view.limits.length === 0 && !view.empty;
  }

  // A text may be cut off with an ellipsis, so its title has the whole.
  function put(element, text) {
    element.hidden = !text;
    element.title = text ?? "";
    if (element.textContent !== (text ?? "")) element.textContent = text ?? "";
  }

  function showRing(view) {
    const known = view.limits.filter((limit) => limit.bar !== null);
    const current = known.filter((limit) => !limit.stale);
    const bars = (current.length ? current : known).map((limit) => limit.bar);
    const tightest = bars.length ? Math.max(...bars) : (view.spend?.bar ?? 0);
    part("ring").style.strokeDasharray = tightest ? `${tightest} ${200 - tightest}` : "0 200";
    part("ring").style.opacity = tightest ? "1" : "0";
    setIcon(part("ring-mark"), RING_MARKS[view.tone] ?? "");
  }

  // Says which numbers are from another source than the last answer.
  function showSources(lines) {
    const holder = part("sources");
    const text = lines.join("\n");
    if (holder.dataset.shown === text) return;
    holder.dataset.shown = text;
    holder.replaceChildren(...lines.map((line) => Object.assign(document.createElement("p"), { textContent: line })));
  }

  function setIcon(use, name) {
    use.setAttribute("href", name ? `#${name}` : "");
  }

  function showProblem(problem) {
    const banner = part("problem");
    banner.hidden = !problem;
    if (!problem) return;
    banner.dataset.kind = problem.kind;
    setIcon(part("problem-icon"), problem.kind === "waiting" ? "icon-clock" : "icon-critical");
    showMessage(banner, problem);
  }

  function showNotices(notices) {
    const holder = part("notices");
    const text = JSON.stringify(notices);
    if (holder.dataset.shown === text) return; // a screen reader announces it once, not with every view
    holder.dataset.shown = text;
    holder.replaceChildren(...notices.map((notice) => showMessage(stamp("notice-row"), notice)));
  }

  function showLimits(limits) {
    const list = part("limits");
    list.hidden = limits.length === 0;
    const shown = limits.map((limit) => {
      if (!rows.has(limit.id)) rows.set(limit.id, stamp("limit-row"));
      return showLimit(rows.get(limit.id), limit);
    });
    // Rows are kept, so that bars move instead of jumping, and what is selected or focused stays so.
    for (const id of rows.keys()) if (!limits.some((limit) => limit.id === id)) rows.delete(id);
    if (shown.some((row, place) => list.children[place] !== row) || list.children.length !== shown.length) {
      list.replaceChildren(...shown);
    }
  }

  function showLimit(row, limit) {
    const at = (name) => row.querySelector(`.${name}`);
    row.dataset.level = limit.level;
    row.dataset.stale = String(limit.stale);
    row.dataset.over = String(limit.percent !== null && limit.percent > 100);
    put(at("limit-name"), limit.name);
    put(at("limit-window"), limit.window);
    at("limit-title").title = [limit.name, limit.window].filter(Boolean).join(", ");
    const [number, unit] = splitPercent(limit.percent_text);
    put(at("limit-number"), number);
    put(at("limit-unit"), unit);
    showMark(at("limit-mark"), limit);
    showBar(at("bar-fill"), limit.bar);
    at("bar-tick").hidden = limit.elapsed === null;
    at("bar-tick").style.left = `${limit.elapsed ?? 0}%`;
    at("bar").title = limit.elapsed_text ?? "";
    put(at("limit-elapsed"), limit.elapsed_text);
    put(at("limit-resets"), limit.resets);
    put(at("limit-resets-at"), limit.resets_at);
    put(at("limit-age"), limit.age);
    put(at("limit-detail"), limit.detail);
    at("limit-percent").title = limit.origin ?? "";
    return row;
  }

  // A small share is drawn as a dot (by the style's minimum width), 0 as nothing.
  function showBar(fill, percent) {
    fill.hidden = !percent;
    fill.style.width = `${percent ?? 0}%`;
  }

  // Splits "81 %" into a large number and a small sign; anything else stays whole.
  function splitPercent(text) {
    const match = /^(.+?)\s*(%)$/.exec(text);
    return match ? [match[1], match[2]] : [text, null];
  }

  function showMark(holder, limit) {
    const name = limit.level === "unknown" ? "unknown" : limit.stale ? "stale" : limit.level === "ok" ? "" : limit.level;
    if (holder.dataset.mark === name) return;
    holder.dataset.mark = name;
    holder.replaceChildren(...(name ? [document.getElementById(`mark-${name}`).content.cloneNode(true)] : []));
  }

  function showSpend(spend) {
    const block = part("spend");
    block.hidden = !spend;
    if (!spend) return;
    block.dataset.level = spend.level;
    block.dataset.stale = String(spend.stale);
    put(block.querySelector(".limit-name"), spend.name);
    put(block.querySelector(".spend-amount"), spend.text);
    block.querySelector(".bar").hidden = spend.bar === null;
    showBar(block.querySelector(".bar-fill"), spend.bar);
    const level = spend.level === "unknown" ? "ok" : spend.level;
    showMark(block.querySelector(".limit-mark"), { level, stale: spend.stale });
    put(block.querySelector(".limit-age"), spend.age);
    block.querySelector(".spend-text").title = spend.origin ?? "";
    put(block.querySelector(".limit-detail"), spend.detail);
  }

  // Money that was granted once: it has no level, as nothing stops when it is used up.
  function showCredits(credits) {
    const holder = part("credits");
    const text = JSON.stringify(credits);
    if (holder.dataset.shown === text) return;
    holder.dataset.shown = text;
    holder.hidden = credits.length === 0;
    holder.replaceChildren(...credits.map(showCredit));
  }

  function showCredit(credit) {
    const row = stamp("credit-row");
    row.dataset.stale = String(credit.stale);
    put(row.querySelector(".limit-name"), credit.name);
    put(row.querySelector(".credit-text"), credit.text);
    row.querySelector(".credit-text").title = credit.origin ?? credit.text;
    row.querySelector(".bar").hidden = credit.bar === null;
    showBar(row.querySelector(".bar-fill"), credit.bar);
    put(row.querySelector(".limit-age"), credit.age);
    return row;
  }

  // Brings a limit into view and marks it for a moment; false when it is not listed.
  function reveal(id) {
    const row = rows.get(id);
    if (!row) return false;
    row.scrollIntoView({ block: "center" });
    row.focus({ preventScroll: true });
    row.dataset.revealed = "true";
    setTimeout(() => delete row.dataset.revealed, 2000);
    return true;
  }

  return { show, reveal };
}

function stamp(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

function showMessage(holder, { message, hint }) {
  for (const [name, text] of Object.entries({ message, hint })) {
    const line = holder.querySelector(`.${name}`);
    if (line.textContent !== (text ?? "")) line.textContent = text ?? "";
    line.hidden = !text;
  }
  return holder;
}
