/* The queue in the browser: filter in the address, rows on demand, one highlighted row.
   Invariant: the highlighted row, the pane and the target of the next key are the same case. */
(function () {
  const L = window.lianshen;
  const Q = (L.queue = { query: null, focus: null, wanted: null, ready: false, busy: false, timings: [] });
  const FOCUS_DELAY = 80;
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
    if (answer.total === 0) Q.explainEmpty();
  }

  function sortText(model) {
    const parts = model.map((part) => (part.sort === "desc" ? "-" : "") + part.colId);
    if (parts.length && !parts.some((part) => part.endsWith("at_issue"))) parts.push("-at_issue");
    return parts.join(",");
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
      let answer;
      try {
        const response = await fetch("/api/v1/cases?" + address);
        if (!response.ok) {
          show("count", [L.say("queue.failed", { status: response.status })], true);
          return request.failCallback();
        }
        answer = await response.json();
      } catch {
        show("count", [L.say("error.network")], true);
        return request.failCallback();
      }
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
  }

  Q.focusRow = function (index) {
    const node = grid().getDisplayedRowAtIndex(index);
    if (!node || !node.data) {
      Q.wanted = index;
      Q.focus = null;
      return;
    }
    if (Q.focus && Q.focus.data.case_no === node.data.case_no) return;
    Q.focus = { node, data: node.data, index };
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

  Q.selected = () => grid().getSelectedNodes().map((node) => node.data).filter(Boolean);

  function showSelection() {
    const rows = Q.selected();
    const fen = rows.reduce((sum, row) => sum + Math.round(Number(row.at_issue) * 100), 0);
    show("selection", rows.length ? [L.say("queue.selected"), [String(rows.length)], L.say("queue.selected_unit"), ["¥" + wholeYuan(fen / 100)]] : []);
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
    api.setColumnsVisible(["due_at", "assignee"], !only("new", "dropped"));
    api.setColumnsVisible(["decision", "determined"], only("submitted", "closed"));
  }

  function kept(query) {
    const note = JSON.parse(sessionStorage.getItem("queue-row") || "null");
    sessionStorage.removeItem("queue-row");
    return note && note.query === query ? note.index : 0;
  }

  const WIDTHS = "lianshen-queue-columns";
  function keepColumns(api) {
    const state = api.getColumnState().map(({ colId, width }) => ({ colId, width }));
    localStorage.setItem(WIDTHS, JSON.stringify(state));
  }

  Q.attach = function () {
    Q.ready = false;
    window.dash_ag_grid.getApiAsync("grid").then((api) => setTimeout(() => {
      const widths = JSON.parse(localStorage.getItem(WIDTHS) || "null");
      if (widths) api.applyColumnState({ state: widths, applyOrder: true });
      api.addEventListener("cellFocused", (event) => event.rowIndex !== null && Q.focusRow(event.rowIndex));
      api.addEventListener("selectionChanged", showSelection);
      api.addEventListener("rowDoubleClicked", (event) => event.data && Q.open(event.data.case_no));
      api.addEventListener("columnResized", (event) => event.finished && event.source === "uiColumnResized" && keepColumns(api));
      api.addEventListener("columnMoved", (event) => event.finished && keepColumns(api));
      Q.ready = true;
      Q.reload(kept(Q.query));
    }, 0));
  };

  window.dash_clientside.lianshen.attach = function () {
    Q.attach();
    return Date.now();
  };
})();
