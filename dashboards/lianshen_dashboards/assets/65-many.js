/* Every case of a filter at once: chosen with the number that is seen, asked once more, done as a job, told case by case. */
(function () {
  const L = window.lianshen;
  const Q = L.queue;
  const ASK_EVERY = 400;
  const byId = (id) => document.getElementById(id);
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));

  Q.chooseAll = function () {
    if (!byId("choose-all") || !Q.total) return;
    Q.all = Q.all ? null : { query: Q.query, total: Q.total };
    if (Q.all) Q.grid().deselectAll();
    Q.showChosen();
  };

  function confirmed(action, total) {
    const dialog = byId("many");
    dialog.querySelector("h2").textContent = L.say("many.title", { n: total.toLocaleString("zh-CN"), action: L.say("action." + action) });
    return new Promise((done) => {
      let answer = false;
      dialog.onclick = (event) => {
        if (event.target.closest("[data-many=do]")) {
          answer = true;
          dialog.close();
        }
      };
      dialog.onclose = () => {
        dialog.onclick = dialog.onclose = null;
        done(answer);
      };
      dialog.showModal();
    });
  }

  async function followed(job) {
    let now = job;
    while (now.state === "running") {
      L.toast(L.say("many.running", { action: L.say("action." + now.action), done: now.done, total: now.total }));
      await pause(ASK_EVERY);
      try {
        const answer = await fetch("/api/v1/jobs/" + job.id);
        if (!answer.ok) break;
        now = await answer.json();
      } catch {
        /* The job goes on without us; the next answer tells how far it is. */
      }
    }
    return now;
  }

  Q.actOnAll = async function (action) {
    const chosen = Q.all;
    if (!chosen || Q.busy) return;
    const reason = action === "drop" ? await Q.askReason() : {};
    if (!reason || !(await confirmed(action, chosen.total))) return;
    Q.busy = true;
    try {
      const { status, body } = await L.post("/api/v1/bulk/by-filter", { action, query: chosen.query, expected_count: chosen.total, ...reason });
      if (status !== 202) {
        L.toast(body.detail || body.title || String(status), { bad: true });
        if (status === 409) Q.refresh(0);
        return;
      }
      const job = await followed(body);
      Q.refresh(0);
      const { text, bad, details } = Q.announce(action, job);
      L.toast(job.state === "failed" ? L.say("many.failed", { error: job.error || "" }) + text : text, { bad: bad || job.state === "failed", details });
    } catch {
      L.toast(L.say("error.network"), { bad: true });
    } finally {
      Q.busy = false;
    }
  };

  /* What became of each case: what did not go through comes first. */
  Q.showResult = function (action, result) {
    const parts = ["conflict", "denied", "ok"].filter((kind) => result[kind].length).map((kind) => {
      const part = document.createElement("section");
      const title = document.createElement("h3");
      title.className = "heading";
      title.textContent = L.say("result." + kind, { action: L.say("action." + action) }) + " " + result[kind].length.toLocaleString("zh-CN");
      const list = document.createElement("ul");
      list.className = "num";
      list.replaceChildren(...result[kind].map((caseNo) => {
        const item = document.createElement("li");
        const link = document.createElement("a");
        link.href = "/cases/" + encodeURIComponent(caseNo);
        link.textContent = caseNo;
        item.append(link);
        return item;
      }));
      part.append(title, list);
      return part;
    });
    byId("result-list").replaceChildren(...parts);
    byId("result").showModal();
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest("#choose-all")) Q.chooseAll();
  });
})();
