/* Acting on cases from the queue: one key, one reason where one is due, one result per case, undo. */
(function () {
  const L = window.lianshen;
  const Q = L.queue;
  const UNDOABLE = ["release", "drop"];

  /* The cases that went through, as they stand now: each step raises the version by one. */
  const moved = (cases, done) => cases.filter(({ case_no }) => done.includes(case_no)).map(({ case_no, version }) => ({ case_no, version: version + 1 }));

  const told = (answer) => answer.body.detail || answer.body.title || String(answer.status);

  function announce(action, result) {
    let text = L.say("bulk.done", { action: L.say("action." + action), n: result.ok.length });
    if (result.conflict.length) text += L.say("bulk.conflict", { n: result.conflict.length });
    if (result.denied.length) text += L.say("bulk.denied", { n: result.denied.length });
    const bad = result.ok.length === 0;
    /* One case says all in the message itself. */
    const many = result.ok.length + result.conflict.length + result.denied.length > 1;
    return { text, bad, details: many ? () => Q.showResult(action, result) : null };
  }
  Q.announce = announce;

  Q.refresh = refresh;
  function refresh(index) {
    Q.reload(index);
    window.dash_clientside.set_props("q", { data: { q: Q.query, at: Date.now() } });
  }

  async function send(action, cases, reason) {
    const items = cases.map(({ case_no, version }) => ({ case_no, version }));
    return L.post("/api/v1/bulk", { action, items, ...(reason || {}) });
  }

  async function undo(done, index) {
    const answer = await send("undo", done);
    L.clearToast();
    refresh(index);
    if (answer.status !== 200) return L.toast(told(answer), { bad: true });
    return L.toast(announce("undo", answer.body).text, announce("undo", answer.body));
  }

  /* Ask for the reason in a dialog; number keys choose, Esc leaves without acting. */
  Q.askReason = askReason;
  function askReason() {
    const dialog = document.getElementById("reasons");
    const text = dialog.querySelector("textarea");
    text.value = "";
    return new Promise((done) => {
      const choose = (button) => {
        if (button.dataset.needsText === "1" && !text.value.trim()) {
          text.focus();
          text.placeholder = L.say("reason.needs_text");
          return;
        }
        finish({ reason: button.dataset.reason, text: text.value.trim() });
      };
      const finish = (value) => {
        dialog.onclick = dialog.onkeydown = dialog.onclose = null;
        dialog.close();
        done(value);
      };
      dialog.onclick = (event) => {
        const button = event.target.closest("[data-reason]");
        if (button) choose(button);
      };
      dialog.onkeydown = (event) => {
        event.stopPropagation();
        if (event.target === text) return;
        const button = dialog.querySelectorAll("[data-reason]")[Number(event.key) - 1];
        if (button) {
          event.preventDefault();
          choose(button);
        }
      };
      dialog.onclose = () => finish(null);
      dialog.showModal();
    });
  }

  /* `cases` are fixed before anything is asked, so that what moves meanwhile is not acted upon. */
  async function act(action, cases) {
    if (!cases.length || Q.busy) return;
    const focused = Q.grid().getFocusedCell();
    const index = focused ? focused.rowIndex : 0;
    let reason = null;
    if (action === "drop") {
      reason = await askReason();
      if (!reason) return;
    }
    Q.busy = true;
    try {
      const begun = performance.now();
      const answer = await send(action, cases, reason);
      Q.timings.push({ what: action, n: cases.length, ms: performance.now() - begun });
      if (answer.status !== 200) return L.toast(told(answer), { bad: true });
      const { text, bad, details } = announce(action, answer.body);
      refresh(index);
      const mayUndo = UNDOABLE.includes(action) && answer.body.ok.length;
      L.toast(text, { bad, details, undo: mayUndo ? () => undo(moved(cases, answer.body.ok), index) : null });
    } catch {
      L.toast(L.say("error.network"), { bad: true });
    } finally {
      Q.busy = false;
    }
    return undefined;
  }

  /* Keys and the bar: the selection if there is one, else the highlighted row that the pane shows. */
  async function actHere(action) {
    if (Q.all) return Q.actOnAll(action);
    const selected = Q.selected();
    if (selected.length) return act(action, selected);
    if (!Q.focus || Q.busy) return undefined;
    if (!(await Q.settled())) return L.toast(L.say("queue.pane_late"), { bad: true });
    return act(action, [Q.focus.data]);
  }

  const may = (action) => document.querySelector(`.bar [data-act="${action}"]:not([hidden])`) !== null;

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-act]");
    if (!button || button.disabled || !document.getElementById("grid")) return;
    const action = button.dataset.act;
    const shown = button.closest("#pane") ? Q.paneCase() : null;
    if (action === "open") Q.open((shown || (Q.focus && Q.focus.data) || {}).case_no);
    else if (shown && Q.isPaneStale()) L.toast(L.say("queue.pane_late"), { bad: true });
    else if (shown) act(action, [shown]);
    else actHere(action);
  });

  const KEYS = {
    j: () => Q.move(1),
    k: () => Q.move(-1),
    x: () => Q.focus && Q.focus.node.setSelected(!Q.focus.node.isSelected()),
    Enter: () => Q.focus && Q.open(Q.focus.data.case_no),
    o: () => Q.focus && Q.open(Q.focus.data.case_no),
    r: () => may("release") && actHere("release"),
    d: () => may("drop") && actHere("drop"),
    a: () => may("accept") && actHere("accept"),
    c: () => may("confirm") && actHere("confirm"),
    s: () => Q.chooseAll(),
    z: () => L.undo && L.undo(),
    "/": () => document.getElementById("f-q").focus(),
  };

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || L.typing(event.target)) return;
    if (document.querySelector("dialog[open]") || event.target.closest("details.chip .drop, summary")) return;
    const onButton = event.key === "Enter" && event.target.closest("button, a, summary");
    if (document.getElementById("grid")) {
      const run = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!run || onButton || !Q.ready) return;
      event.preventDefault();
      event.stopPropagation();
      run();
    } else if (event.key.toLowerCase() === "u") {
      const back = document.getElementById("back");
      if (back) back.click();
    }
  }, true);
})();
