// The usage page, from the card that the app sends. Sets text with textContent only. Does not know the bridge.

function usageCard(page) {
  const part = (id) => page.querySelector(`#${id}`);
  const limits = limitRows(part("limits"));
  const details = part("details-button");
  const RING_MARKS = { error: "icon-bang", stale: "icon-hands" };

  function show(view) {
    page.dataset.tone = view.tone;
    page.dataset.old = String(view.limits.some((limit) => limit.stale));
    page.setAttribute("aria-busy", String(view.refreshing || isStarting(view)));
    showText(part("headline"), view.headline);
    showText(part("account"), view.account);
    part("demo").hidden = !view.demo;
    showRing(view);
    showProblem(view.problem);
    part("pace").hidden = !view.pace;
    if (view.pace) showMessage(part("pace"), view.pace);
    part("skeleton").hidden = !isStarting(view);
    limits.show(view.limits);
    showText(part("more"), view.more);
    showText(part("empty"), isStarting(view) ? null : view.empty);
    showText(part("note"), view.note);
    showSpend(view.spend);
    showCredits(view.credits ?? []);
    part("money").hidden = !view.spend && !view.credits?.length;
    showNotices(view.notices);
    showText(part("updated"), view.updated ?? view.next);
    part("usage-foot").hidden = !view.updated && !view.next;
    showDetails(view);
  }

  function isStarting(view) {
    return view.tone === "starting" && view.limits.length === 0 && !view.empty;
  }

  function showRing(view) {
    const { text, bar, said } = view.ring ?? { text: null, bar: null, said: null };
    part("ring").style.strokeDasharray = bar ? `${bar} ${200 - bar}` : "0 200";
    part("ring").style.opacity = bar ? "1" : "0";
    part("ring-text").textContent = text ?? "";
    part("ring-title").textContent = said ?? "";
    setIcon(part("ring-mark"), text === null ? RING_MARKS[view.tone] ?? "" : "");
  }

  function showDetails(view) {
    showText(part("moment"), view.moment);
    showSources(view.sources ?? []);
    showText(part("next"), view.next);
    part("legend").hidden = !view.limits.some((limit) => limit.elapsed !== null);
    part("details").hidden = !view.updated && !view.next;
  }

  // Shows which numbers did not come with the last answer, but from another source.
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

  page.addEventListener("click", ({ target }) => {
    const button = target.closest(".banner .copy");
    if (button) copyAndSay(button, button.parentElement.querySelector("code").textContent);
  });

  function showNotices(notices) {
    const holder = part("notices");
    const text = JSON.stringify(notices);
    if (holder.dataset.shown === text) return; // a screen reader announces it once, not with every view
    holder.dataset.shown = text;
    holder.replaceChildren(...notices.map((notice) => showMessage(cloneTemplate("notice-row"), notice)));
  }

  function showSpend(spend) {
    const block = part("spend");
    block.hidden = !spend;
    if (!spend) return;
    block.dataset.level = spend.level;
    block.dataset.stale = String(spend.stale);
    showText(block.querySelector(".limit-name"), spend.name);
    showText(block.querySelector(".limit-window"), spend.window);
    const [number, unit] = splitPercent(spend.percent_text ?? spend.text);
    block.dataset.amount = String(spend.percent_text === null);
    showText(block.querySelector(".limit-number"), number);
    showText(block.querySelector(".limit-unit"), unit);
    showText(block.querySelector(".amounts"), spend.percent_text && spend.text);
    block.querySelector(".bar").hidden = spend.bar === null;
    showBar(block.querySelector(".bar-fill"), spend.bar);
    const level = spend.level === "unknown" ? "ok" : spend.level;
    showMark(block.querySelector(".limit-mark"), { level, stale: spend.stale });
    showText(block.querySelector(".limit-age"), spend.age);
    block.querySelector(".limit-percent").title = spend.origin ?? "";
    showText(block.querySelector(".limit-detail"), spend.detail);
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
    const row = cloneTemplate("credit-row");
    row.dataset.stale = String(credit.stale);
    showText(row.querySelector(".limit-name"), credit.name);
    showText(row.querySelector(".credit-number"), credit.percent_text ?? credit.text);
    showText(row.querySelector(".amounts"), credit.percent_text && credit.text);
    row.querySelector(".credit-number").title = credit.origin ?? credit.text;
    row.querySelector(".bar").hidden = credit.bar === null;
    showBar(row.querySelector(".bar-fill"), credit.bar);
    showText(row.querySelector(".limit-age"), credit.age);
    return row;
  }

  details.addEventListener("click", () => {
    const isOpen = details.getAttribute("aria-expanded") === "true";
    details.setAttribute("aria-expanded", String(!isOpen));
    part("details").dataset.open = String(!isOpen);
    if (!isOpen) part("details").scrollIntoView({ block: "nearest" });
  });

  return { show, reveal: limits.reveal };
}
