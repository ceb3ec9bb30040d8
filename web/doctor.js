// The page that checks this computer: a verdict, a row for each part, and the report to copy. Sets text with textContent only.

function doctorPage(page, call, showPage) {
  const part = (name) => page.querySelector(`.doctor-${name}`);
  const again = document.getElementById("check-again");
  const copyReport = document.getElementById("copy-report");
  const ICONS = { ok: "check", attention: "critical", unknown: "warning", "not-here": "info" };
  const VERDICTS = { ok: "check", attention: "warning", unknown: "warning", checking: "clock" };
  let text = "";
  let checking = false;

  // `step` is what a button does before the check.
  async function check(step = null) {
    if (checking) return;
    checking = true;
    setBusy(true);
    const { checking: words, unlocking } = part("verdict").dataset;
    say("checking", step === "unlock-keyring" ? unlocking : words, "");
    const answer = await call("doctor", step);
    checking = false;
    setBusy(false);
    if (answer.ok) show(answer);
    else say("attention", answer.message, answer.hint ?? "");
  }

  function setBusy(busy) {
    page.setAttribute("aria-busy", String(busy));
    for (const button of [again, copyReport]) {
      if (busy || (button === copyReport && !text)) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
    }
  }

  function say(state, verdict, rest) {
    const banner = part("verdict");
    banner.dataset.state = state;
    banner.querySelector("use").setAttribute("href", `#icon-${VERDICTS[state]}`);
    setText(part("verdict-text"), verdict);
    setText(part("rest"), rest);
    part("rest").hidden = !rest;
  }

  function show(answer) {
    const { report } = answer;
    text = answer.text;
    setBusy(false);
    const unknown = report.checks.some((each) => each.state === "unknown");
    say(report.needs_you ? "attention" : unknown ? "unknown" : "ok", report.verdict, answer.rest);
    const needing = (each) => each.state === "attention";
    const rows = [...report.checks.filter(needing), ...report.checks.filter((each) => !needing(each))];
    part("list").replaceChildren(...rows.map(row));
    part("list").hidden = false;
  }

  function row(check) {
    const item = cloneTemplate("doctor-row");
    const its = (name) => item.querySelector(`.doctor-${name}`);
    item.dataset.state = check.state;
    item.querySelector("use").setAttribute("href", `#icon-${ICONS[check.state]}`);
    its("name").querySelector("b").textContent = check.title;
    its("state").textContent = its("state").getAttribute(`data-${check.state}`);
    setText(its("sentence"), check.sentence);
    if (check.action) addStep(check.action, its);
    // Several buttons have the same words: for a screen reader, the part is added.
    for (const name of ["do", "copy"]) its(name).setAttribute("aria-label", `${its(name).textContent} (${check.title})`);
    return item;
  }

  // A button where the app can do it itself; else the sentence, and the line to copy.
  function addStep({ text: words, command, button }, its) {
    if (button) {
      const act = its("do");
      act.hidden = false;
      const { settings, install, unlock } = act.dataset;
      act.textContent = { settings, "unlock-keyring": unlock }[button] ?? install;
      act.addEventListener("click", () => (button === "settings" ? showPage("settings") : check(button)));
      return;
    }
    its("step").hidden = false;
    setText(its("step"), words);
    if (!command) return;
    its("line").hidden = false;
    setLine(its("line").querySelector("code"), command);
    its("copy").addEventListener("click", (event) => copyAndSay(event.currentTarget, command));
  }

  page.addEventListener("shown", () => check());
  again.addEventListener("click", () => check());
  copyReport.addEventListener("click", () => { if (text) copyAndSay(copyReport, text); });
}
