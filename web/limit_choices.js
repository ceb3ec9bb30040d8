// When each limit sends alerts: at the common percents, at its own, or never. Two settings share one list.

const percentChips = (list) => [...list.querySelectorAll(".chip input")];
const checkedPercents = (list) => percentChips(list).filter(({ checked }) => checked).map(({ value }) => Number(value));

// Checks the chips of these percents. One in the settings that the list does not have is added to it, in order.
function checkPercents(list, percents, prefix) {
  const known = percentChips(list).map(({ value }) => Number(value));
  for (const percent of percents.filter((each) => !known.includes(each))) {
    const chip = list.querySelector(".chip").cloneNode(true);
    Object.assign(chip.firstElementChild, { id: `${prefix}-${percent}`, value: percent });
    chip.lastChild.data = `${percent}\u00a0%`;
    list.insertBefore(chip, percentChips(list).find(({ value }) => Number(value) > percent)?.parentElement ?? null);
  }
  for (const each of percentChips(list)) each.checked = percents.includes(Number(each.value));
}

function limitChoices(root, form, common) {
  const part = (id) => root.querySelector(`#${id}`);
  const [holder, opener, line] = [part("alert_own_thresholds"), part("each-limit"), part("each-limit-line")];
  let present = []; // the account's limits, as {id, name}
  let absent = []; // those that only the settings have. Once listed they stay, so that no choice vanishes at a click.

  const rows = () => [...holder.children];
  const rowOf = (id) => rows().find((row) => row.dataset.limit === id);
  const choiceOf = (row) => row.querySelector("select");
  const check = (row, percents) => checkPercents(row.querySelector(".chip-list"), percents, choiceOf(row).id);

  const off = {
    get: () => {
      const listed = rows().map((row) => row.dataset.limit);
      const others = form().alert_limits_off.filter((each) => !listed.includes(each));
      return [...others, ...rows().filter((row) => choiceOf(row).value === "off").map((row) => row.dataset.limit)].sort();
    },
    set: (ids) => {
      for (const row of rows()) {
        if (ids.includes(row.dataset.limit)) choiceOf(row).value = "off";
        else if (choiceOf(row).value === "off") choiceOf(row).value = row.dataset.limit in form().alert_own_thresholds ? "own" : "same";
      }
    },
  };

  const own = {
    // A limit that is off keeps its percents for later.
    get: () => {
      const values = { ...form().alert_own_thresholds };
      for (const row of rows()) {
        if (choiceOf(row).value === "own") values[row.dataset.limit] = checkedPercents(row);
        else if (choiceOf(row).value === "same") delete values[row.dataset.limit];
      }
      return Object.fromEntries(Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1)));
    },
    set: (values) => {
      for (const row of rows()) {
        const percents = values[row.dataset.limit];
        if (choiceOf(row).value !== "off") choiceOf(row).value = percents ? "own" : "same";
        check(row, percents ?? common());
      }
    },
  };

  // Shows a row for each limit of the account, and below them one for each other limit with a choice of its own.
  // Rows are put in order only when one is new or comes back, and the focus is not in them.
  function list(limits) {
    present = limits ?? present;
    const held = form();
    if (!held) return;
    const named = new Map([...absent, ...Object.entries(held.alert_limit_names).map(([id, name]) => ({ id, name }))].map((each) => [each.id, each]));
    absent = [...named.values()].filter(({ id }) => !present.some((each) => each.id === id));
    const before = new Map(rows().map((row) => [row.dataset.limit, row]));
    const shown = [...present.map((each) => ({ ...each, isAbsent: false })), ...absent.map((each) => ({ ...each, isAbsent: true }))];
    for (const [id, row] of before) if (!shown.some((each) => each.id === id)) row.remove();
    let isNew = false;
    for (const { id, name, isAbsent } of shown) {
      const row = before.get(id) ?? add(id, held);
      isNew ||= !before.has(id) || row.querySelector(".note").hidden === isAbsent;
      showText(row.querySelector("label"), name);
      row.querySelector(".chip-list").setAttribute("aria-label", name);
      row.querySelector(".note").hidden = !isAbsent;
    }
    if (isNew && !holder.contains(document.activeElement)) holder.append(...shown.map(({ id }) => rowOf(id)));
    part("alert_limits_off").hidden = shown.length === 0;
    arrange();
  }

  function add(id, held) {
    const row = cloneTemplate("limit-choice");
    row.dataset.limit = id;
    holder.append(row);
    const choice = choiceOf(row);
    choice.id = `alerts-of-${id}`;
    row.querySelector("label").htmlFor = choice.id;
    const chips = [...part("alert_thresholds").querySelectorAll(".chip")].map((each) => each.cloneNode(true));
    for (const chip of chips) Object.assign(chip.firstElementChild, { id: `${choice.id}-${chip.firstElementChild.value}` });
    row.querySelector(".chip-list").append(...chips);
    const percents = held.alert_own_thresholds[id];
    choice.value = held.alert_limits_off.includes(id) ? "off" : percents ? "own" : "same";
    check(row, percents ?? common());
    return row;
  }

  // Shows the percents of the limits that have their own, and says how many limits differ.
  function arrange() {
    for (const row of rows()) row.querySelector(".chip-list").hidden = choiceOf(row).value !== "own";
    const count = rows().filter((row) => choiceOf(row).value !== "same").length;
    const words = count === 0 ? line.dataset.none : count === 1 ? line.dataset.one : line.dataset.some.replace("{n}", count);
    showText(line, words);
  }

  opener.addEventListener("click", () => {
    holder.hidden = !holder.hidden;
    opener.setAttribute("aria-expanded", String(!holder.hidden));
  });

  return { off, own, list, arrange };
}
