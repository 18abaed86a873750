/* One's own views: a filter under a name, opened, made the beginning of the day, forgotten. */
(function () {
  const L = window.lianshen;
  const Q = L.queue;
  const byId = (id) => document.getElementById(id);

  function part(tag, className, text, act, label) {
    const made = document.createElement(tag);
    made.className = className;
    made.textContent = text;
    if (act) {
      made.type = "button";
      made.onclick = act;
    }
    if (label) {
      made.title = label;
      made.setAttribute("aria-label", label);
    }
    return made;
  }

  async function change(method, path, body) {
    const answer = await fetch("/api/v1/views" + path, {
      method,
      headers: { "content-type": "application/json", "X-CSRFToken": L.csrf() },
      body: body ? JSON.stringify(body) : undefined,
    });
    if (!answer.ok) {
      const told = await answer.json();
      L.toast(told.detail || told.title, { bad: true });
    }
    await fill();
    return answer.ok;
  }

  async function fill() {
    const place = byId("view-list");
    if (!place) return;
    const answer = await fetch("/api/v1/views");
    if (!answer.ok) return;
    const views = await answer.json();
    if (!views.length) return place.replaceChildren(part("p", "mute", L.say("views.none")));
    place.replaceChildren(...views.map((view) => {
      const row = part("div", "row", "");
      row.append(
        part("button", "btn quiet name", view.name, () => { byId("chip-views").open = false; L.go("/queue" + (view.query ? "?" + view.query : "")); }),
        part("button", "btn quiet star" + (view.is_default ? " on" : ""), view.is_default ? "★" : "☆",
          () => change("POST", "/default", { name: view.is_default ? null : view.name }), L.say(view.is_default ? "views.is_default" : "views.default")),
        part("button", "btn quiet", "×", () => change("DELETE", "/" + encodeURIComponent(view.name)), L.say("views.delete", { name: view.name })),
      );
      return row;
    }));
    return undefined;
  }

  async function save() {
    const box = byId("view-name");
    const name = box.value.trim();
    if (!name) return box.focus();
    if (await change("POST", "", { name, query: Q.query || "" })) {
      window.dash_clientside.set_props("view-name", { value: "" });
      L.toast(L.say("views.saved", { name }));
    }
    return undefined;
  }

  document.addEventListener("toggle", (event) => {
    if (event.target.id === "chip-views" && event.target.open) fill();
  }, true);
  document.addEventListener("click", (event) => {
    if (event.target.closest("#view-save")) save();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.id === "view-name") save();
  });
})();
