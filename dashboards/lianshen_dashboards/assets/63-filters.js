/* The filter lives in the address. Controls write it; nothing here makes Dash rebuild the page. */
(function () {
  const L = window.lianshen;
  const Q = L.queue;
  const LISTS = ["state", "rule", "region", "level", "severity"];
  const TAB_EXTRA = ["mine", "unrecovered", "side"];
  const EMPTY = { q: "", min_amount: "", due: "" };
  const setProps = (id, props) => window.dash_clientside.set_props(id, props);
  const unchanged = () => window.dash_clientside.no_update;

  function written(values, order) {
    return order
      .filter((key) => values[key])
      .map((key) => key + "=" + encodeURIComponent(values[key]).replaceAll("%2C", ","))
      .join("&");
  }

  /* All that a control can say, as the address says it. Returns what the server's counters listen to. */
  function query(search, state, rule, region, level, severity, due, amount, extra, order) {
    const values = { ...extra, q: (search || "").trim(), due, min_amount: amount };
    [state, rule, region, level, severity].forEach((list, at) => { values[LISTS[at]] = [...(list || [])].sort().join(","); });
    const text = written(values, order);
    markTabs(values);
    markExtra(extra);
    if (text === Q.query && Q.ready) return unchanged();
    const first = Q.query === null || !Q.ready;
    Q.query = text;
    Q.filterAt = performance.now();
    /* Not through dcc.Location: the router listens to it and would build the page anew at every keystroke. */
    history.replaceState(history.state, "", location.pathname + (text ? "?" + text : ""));
    L.markNavigation();
    if (!first) Q.reload();
    return { q: text, at: Date.now() };
  }

  function markTabs(values) {
    document.querySelectorAll(".views button").forEach((tab) => {
      const { state, due, extra } = tab.dataset;
      const wanted = state.split(",").filter(Boolean).sort().join(",");
      const asked = new URLSearchParams(extra);
      const same = TAB_EXTRA.every((key) => (asked.get(key) || "") === (values[key] || ""));
      tab.setAttribute("aria-selected", String(wanted === values.state && due === (values.due || "") && same));
    });
  }

  function markExtra(extra) {
    const place = document.getElementById("extra");
    if (!place) return;
    place.replaceChildren(...Object.keys(extra || {}).filter((key) => key !== "sort" && key !== "view").map((key) => {
      const button = document.createElement("button");
      button.className = "btn small";
      button.dataset.drop = key;
      button.textContent = L.say("filter." + key) + "：" + (extra[key] === "true" ? L.say("word.yes") : L.texts["filter." + key + "." + extra[key]] || extra[key]) + "  ×";
      return button;
    }));
  }

  Q.clear = function (key) {
    if (LISTS.includes(key)) setProps("f-" + key, { value: [] });
    else if (key in EMPTY) setProps("f-" + key, { value: EMPTY[key] });
    else setProps("extra-filter", { data: Object.fromEntries([...new URLSearchParams(Q.query)].filter(([name]) => isExtra(name) && name !== key)) });
  };
  const isExtra = (name) => !LISTS.includes(name) && !(name in EMPTY);

  Q.clearAll = function () {
    LISTS.forEach((key) => setProps("f-" + key, { value: [] }));
    Object.keys(EMPTY).forEach((key) => setProps("f-" + key, { value: EMPTY[key] }));
    setProps("extra-filter", { data: {} });
  };

  function chooseTab(tab) {
    const { state, due, extra: asked } = tab.dataset;
    const kept = new URLSearchParams(Q.query);
    /* The insured's side is another table: other columns, other chips, no actions. */
    if ((kept.get("side") || "") !== (new URLSearchParams(asked).get("side") || "")) {
      const wanted = new URLSearchParams(asked);
      if (state) wanted.set("state", state);
      if (due) wanted.set("due", due);
      return L.go("/queue" + (wanted.size ? "?" + wanted.toString().replaceAll("%2C", ",") : ""));
    }
    setProps("f-state", { value: state.split(",").filter(Boolean) });
    setProps("f-due", { value: due });
    const extra = Object.fromEntries([...new URLSearchParams(Q.query)].filter(([name]) => isExtra(name) && !TAB_EXTRA.includes(name)));
    return setProps("extra-filter", { data: { ...extra, ...Object.fromEntries(new URLSearchParams(asked)) } });
  }

  /* Why nothing is shown, and the buttons that would show something. */
  Q.explainEmpty = function () {
    const filters = [...new URLSearchParams(Q.query)].filter(([key]) => key !== "sort" && key !== "view");
    const inbox = filters.length === 1 && Q.query === "state=new";
    const place = document.getElementById("no-rows-text");
    const title = document.createElement("strong");
    title.textContent = L.say(inbox ? "queue.inbox_done" : "queue.empty");
    place.replaceChildren(title, inbox ? document.getElementById("queue").dataset.night : "");
    if (inbox) return;
    const buttons = document.createElement("div");
    buttons.className = "row";
    buttons.style.justifyContent = "center";
    const add = (text, key) => {
      const button = document.createElement("button");
      button.className = "btn" + (key ? "" : " primary");
      button.dataset.drop = key;
      button.textContent = text;
      buttons.append(button);
    };
    add(L.say("filter.clear_all"), "");
    filters.slice(0, 4).forEach(([key]) => add(L.say("filter.without", { name: L.say("filter." + key) }), key));
    place.append(buttons);
  };

  document.addEventListener("click", function (event) {
    const tab = event.target.closest(".views button");
    if (tab) chooseTab(tab);
    const drop = event.target.closest("[data-drop]");
    if (drop) drop.dataset.drop ? Q.clear(drop.dataset.drop) : Q.clearAll();
  });

  /* Dash calls a list of ticks a listbox whose options hold boxes, which reads as neither; it is a group of boxes. */
  function plainGroups() {
    document.querySelectorAll(".chip .dash-options-list").forEach((list) => {
      list.removeAttribute("role");
      list.querySelectorAll("[role=option]").forEach((label) => ["role", "aria-selected"].forEach((name) => label.removeAttribute(name)));
    });
  }
  document.addEventListener("toggle", (event) => event.target.matches("details.chip[open]") && plainGroups(), true);

  /* What a chip shows: its name, and up to two chosen values or their number. */
  function chipText(value, options, name) {
    setTimeout(plainGroups, 0);
    const labels = Object.fromEntries((options || []).map((option) => [String(option.value), option.title || option.value]));
    const chosen = (Array.isArray(value) ? value : value ? [value] : []).map((one) => labels[String(one)] || String(one));
    if (!chosen.length) return [name, ""];
    return [name + "：" + (chosen.length < 3 ? chosen.join("、") : L.say("filter.several", { n: chosen.length })), "on"];
  }

  Object.assign(window.dash_clientside.lianshen, { query, chipText });
})();
