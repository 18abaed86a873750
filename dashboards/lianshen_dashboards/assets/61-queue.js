/* The queue in the browser: filter in the address, rows on demand, one highlighted row.
   Invariant: the highlighted row, the pane and the target of the next key are the same case. */
(function () {
  const L = window.lianshen;
  const Q = (L.queue = { query: null, focus: null, wanted: null, ready: false, busy: false, timings: [] });
  const FOCUS_DELAY = 80;
  const RETRY_SECONDS = [2, 5, 15];
  const PANE_PATIENCE = 2500;
  let focusTimer = null;

  const byId = (id) => document.getElementById(id);
  const grid = () => (byId("grid") ? window.dash_ag_grid.getApi("grid") : null);
  const setProps = (id, props) => window.dash_clientside.set_props(id, props);
  const wholeYuan = (text) => Math.round(Number(text)).toLocaleString("zh-CN");
  Q.grid = grid;

  function show(id, parts, bad = false) {
    const place = byId(id);
    if (!place) return;
    place.classList.toggle("bad", bad);
    place.replaceChildren(...parts.map((part) => {
      if (typeof part === "string") return part;
      const bold = document.createElement("b");
      bold.className = "num";
      bold.textContent = part[0];
      return bold;
    }));
  }

  function showTotals(answer) {
    const parts = answer.total
      ? [L.say("queue.count_before"), [answer.total.toLocaleString("zh-CN")], L.say("queue.count_between"), ["¥" + wholeYuan(answer.at_issue)]]
      : [L.say("queue.count_none")];
    show("count", parts);
    byId("no-rows").classList.toggle("on", answer.total === 0);
    Q.total = answer.total;
    Q.showChosen();
    if (answer.total === 0) Q.explainEmpty();
  }

  function sortText(model) {
    const parts = model.map((part) => (part.sort === "desc" ? "-" : "") + part.colId);
    // The order of the ranking is the one that the server keeps anyway.
    if (parts.join() === "-per_hour") return "";
    if (parts.length && !parts.some((part) => part.endsWith("at_issue"))) parts.push("-at_issue");
    return parts.join(",");
  }

  /* Ask until somebody answers or the question is no longer asked; rows and what was typed stay meanwhile. */
  async function askPatiently(address, query) {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await fetch(address);
      } catch {
        const seconds = RETRY_SECONDS[Math.min(attempt, RETRY_SECONDS.length - 1)];
        show("count", [L.say("queue.waiting", { n: seconds })], true);
        await new Promise((done) => {
          setTimeout(done, seconds * 1000);
          window.addEventListener("online", done, { once: true });
        });
        if (query !== Q.query || !grid()) return null;
      }
    }
  }

  /* One data source per filter: a late answer to an old filter has nowhere to land. */
  function dataSource() {
    const query = Q.query;
    let total = null;
    async function getRows(request) {
      const address = new URLSearchParams(query);
      address.set("start", request.startRow);
      address.set("end", request.endRow);
      const sort = sortText(request.sortModel);
      if (sort) address.set("sort", sort);
      const begun = performance.now();
      const response = await askPatiently("/api/v1/cases?" + address, query);
      if (response === null) return undefined;
      if (!response.ok) {
        show("count", [L.say("queue.failed", { status: response.status })], true);
        return request.failCallback();
      }
      const answer = await response.json();
      if (query !== Q.query || !grid()) return undefined;
      if (answer.total !== null) {
        total = answer.total;
        showTotals(answer);
      }
      Q.timings.push({ what: "rows", ms: performance.now() - begun, sinceFilter: performance.now() - Q.filterAt });
      request.successCallback(answer.items, total);
      if (Q.wanted !== null && answer.items.length) {
        const index = Math.min(Q.wanted, Math.max(0, (total || 1) - 1));
        if (index >= request.startRow && index < request.endRow) {
          Q.wanted = null;
          setTimeout(() => Q.moveTo(index), 20);
        }
      }
      return undefined;
    }
    return { getRows };
  }

  /* Read the rows anew; the cursor comes back to `index` when its row is there. */
  Q.reload = function (index = 0) {
    const api = grid();
    if (!api) return;
    api.deselectAll();
    Q.all = null;
    clearFocus();
    Q.wanted = index;
    fitColumns(api);
    api.setGridOption("datasource", dataSource());
    if (index > 0) setTimeout(() => api.ensureIndexVisible(index), 0);
  };

  function clearFocus() {
    clearTimeout(focusTimer);
    Q.focus = null;
    setProps("focus", { data: null });
    markPane();
  }

  /* An answer about a case that was left meanwhile may still arrive: its buttons do nothing until the right one is there. */
  function markPane() {
    const pane = byId("pane");
    const shown = Q.paneCase();
    if (pane) pane.classList.toggle("stale", !!shown && !(Q.focus && shown.case_no === Q.focus.data.case_no));
  }
  Q.isPaneStale = () => byId("pane").classList.contains("stale");

  Q.focusRow = function (index) {
    const node = grid().getDisplayedRowAtIndex(index);
    if (!node || !node.data) {
      Q.wanted = index;
      Q.focus = null;
      return;
    }
    if (Q.focus && Q.focus.data.case_no === node.data.case_no) return;
    Q.focus = { node, data: node.data, index };
    markPane();
    const { case_no, version } = node.data;
    clearTimeout(focusTimer);
    focusTimer = setTimeout(() => setProps("focus", { data: { case_no, version, at: Date.now() } }), FOCUS_DELAY);
  };

  Q.moveTo = function (index) {
    const api = grid();
    if (!api || index < 0) return;
    api.ensureIndexVisible(index);
    api.setFocusedCell(index, "case_no");
    Q.focusRow(index);
  };

  Q.move = function (step) {
    const cell = grid().getFocusedCell();
    const index = Math.max(0, (cell ? cell.rowIndex : -1) + step);
    const last = grid().getDisplayedRowCount() - 1;
    Q.moveTo(Math.min(index, last));
  };

  /* The button that takes every case of the filter, loaded or not. */
  Q.showChosen = function () {
    const button = byId("choose-all");
    if (button) {
      button.hidden = !Q.total;
      button.title = L.say("queue.choose_all_hint");
      button.textContent = Q.all ? L.say("queue.unchoose") : L.say("queue.choose_all", { n: (Q.total || 0).toLocaleString("zh-CN") });
    }
    showSelection();
  };

  Q.selected = () => grid().getSelectedNodes().map((node) => node.data).filter(Boolean);

  function showSelection() {
    if (Q.all) return show("selection", [L.say("queue.all_chosen"), [Q.all.total.toLocaleString("zh-CN")], L.say("queue.all_unit")]);
    const rows = Q.selected();
    const fen = rows.reduce((sum, row) => sum + Math.round(Number(row.at_issue) * 100), 0);
    return show("selection", rows.length ? [L.say("queue.selected"), [String(rows.length)], L.say("queue.selected_unit"), ["¥" + wholeYuan(fen / 100)]] : []);
  }

  Q.paneCase = function () {
    const head = document.querySelector("#pane [data-case]");
    return head ? { case_no: head.dataset.case, version: Number(head.dataset.version) } : null;
  };

  /* Wait until the pane shows the highlighted case, so that nobody acts on what they do not see. */
  Q.settled = async function () {
    const until = performance.now() + PANE_PATIENCE;
    while (performance.now() < until) {
      const shown = Q.paneCase();
      if (Q.focus && shown && shown.case_no === Q.focus.data.case_no) return true;
      await new Promise((done) => setTimeout(done, 25));
    }
    return false;
  };

  Q.open = function (caseNo) {
    if (!caseNo) return;
    sessionStorage.setItem("queue-row", JSON.stringify({ query: Q.query, index: Q.focus ? Q.focus.index : 0 }));
    L.go("/cases/" + encodeURIComponent(caseNo) + "?back=" + encodeURIComponent(Q.query));
  };

  /* Columns that a view does not need give their room to the others. */
  function fitColumns(api) {
    const states = (new URLSearchParams(Q.query).get("state") || "").split(",").filter(Boolean);
    const only = (...some) => states.length > 0 && states.every((state) => some.includes(state));
    const decided = ["submitted", "closed", "appealed", "archived"];
    const asked = new URLSearchParams(Q.query);
    api.setColumnsVisible(["due_at"], !only("new", "dropped", "closed", "archived"));
    api.setColumnsVisible(["assignee"], !only("new", "dropped", "released"));
    api.setColumnsVisible(["state"], states.length !== 1);
    api.setColumnsVisible(["reply_by"], only("hearing", "evidence"));
    api.setColumnsVisible(["decision", "determined"], only(...decided) || asked.has("unrecovered") || asked.has("side"));
    api.setColumnsVisible(["recovered"], only("closed", "appealed", "archived") || asked.has("unrecovered"));
    api.setColumnsVisible(["score"], !only(...decided));
    /* Where the clock decides what is next, it stands third; who ordered the columns differently is left alone. */
    if (!localStorage.getItem(columnsKept())) {
      const isWork = only("released", "accepted", "returned", "hearing", "evidence") || asked.has("due");
      const isResult = only(...decided) || asked.has("unrecovered");
      Q.usual = Q.usual || api.getAllGridColumns().map((column) => column.getColId());
      const first = isWork ? ["due_at", "reply_by"] : isResult ? ["decision", "determined", "recovered"] : [];
      const rest = Q.usual.filter((id) => !first.includes(id));
      const at = rest.indexOf(isWork ? "severity" : "at_issue") + 1;
      api.applyColumnState({ state: [...rest.slice(0, at), ...first, ...rest.slice(at)].map((colId) => ({ colId })), applyOrder: true });
    }
    /* Of the bar's buttons, those that some case of these states could need. */
    document.querySelectorAll(".bar [data-sources]").forEach((button) => {
      button.hidden = states.length > 0 && !button.dataset.sources.split(",").some((state) => states.includes(state));
    });
  }

  function kept(query) {
    const note = JSON.parse(sessionStorage.getItem("queue-row") || "null");
    sessionStorage.removeItem("queue-row");
    return note && note.query === query ? note.index : 0;
  }

  const columnsKept = () => "lianshen-queue-columns-" + (byId("queue")?.dataset.login || "");
  function keepColumns(api) {
    const state = api.getColumnState().map(({ colId, width }) => ({ colId, width }));
    localStorage.setItem(columnsKept(), JSON.stringify(state));
  }

  Q.attach = function () {
    Q.ready = false;
    Q.usual = null;
    new MutationObserver(markPane).observe(byId("pane"), { childList: true, subtree: true });
    window.dash_ag_grid.getApiAsync("grid").then((api) => setTimeout(() => {
      const widths = JSON.parse(localStorage.getItem(columnsKept()) || "null");
      if (widths) api.applyColumnState({ state: widths, applyOrder: true });
      api.addEventListener("cellFocused", (event) => event.rowIndex !== null && Q.focusRow(event.rowIndex));
      api.addEventListener("selectionChanged", showSelection);
      api.addEventListener("rowDoubleClicked", (event) => event.data && Q.open(event.data.case_no));
      api.addEventListener("columnResized", (event) => event.finished && event.source === "uiColumnResized" && keepColumns(api));
      api.addEventListener("columnMoved", (event) => event.finished && event.source === "uiColumnMoved" && keepColumns(api));
      Q.ready = true;
      Q.reload(kept(Q.query));
    }, 0));
  };

  window.dash_clientside.lianshen.attach = function () {
    Q.attach();
    return Date.now();
  };
})();
