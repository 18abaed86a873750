/* The case page in the browser: files are dropped or chosen, Ctrl+Enter takes the action, J and K walk the queue. */
(function () {
  const L = window.lianshen;
  const isCase = () => /^\/cases\/[^/]+$/.test(location.pathname);

  async function send(to, file, kind) {
    const form = new FormData();
    form.append("kind", kind);
    form.append("file", file, file.name);
    return fetch(to, { method: "POST", headers: { "X-CSRFToken": L.csrf() }, body: form });
  }

  /* One after another: a large file must not hold up the small ones' answers, nor hide which one failed. */
  async function upload(files, kind) {
    const place = document.getElementById("drop-files");
    place.classList.add("busy");
    place.setAttribute("aria-busy", "true");
    try {
      for (const file of files) {
        const answer = await send(place.dataset.to, file, kind);
        if (!answer.ok) {
          const told = await answer.json().catch(() => ({}));
          L.toast(file.name + "：" + (told.detail || answer.status), { bad: true });
        }
      }
    } catch {
      L.toast(L.say("error.network"), { bad: true });
    } finally {
      place.classList.remove("busy");
      place.removeAttribute("aria-busy");
      window.dash_clientside.set_props(place.dataset.told, { data: Date.now() });
    }
  }

  function choose(kind) {
    const input = document.createElement("input");
    input.type = "file";
    input.multiple = true;
    input.onchange = () => upload([...input.files], kind);
    input.click();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-upload]");
    if (button) choose(button.dataset.upload);
  });
  const over = (event) => event.target.closest && event.target.closest("#drop-files");
  document.addEventListener("dragover", (event) => {
    const place = over(event);
    if (!place) return;
    event.preventDefault();
    place.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => over(event) && over(event).classList.remove("over"));
  document.addEventListener("drop", (event) => {
    const place = over(event);
    if (!place) return;
    event.preventDefault();
    place.classList.remove("over");
    upload([...event.dataTransfer.files], "other");
  });

  document.addEventListener("keydown", (event) => {
    if (!isCase() || event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.closest("#form")) {
      const button = document.querySelector("#form .form > .buttons:last-child button");
      /* The text reaches the server with the field's last change. */
      if (button) setTimeout(() => button.click(), 0);
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || L.typing(event.target)) return;
    if (document.querySelector("dialog[open]") || event.target.closest("[role=grid], [role=combobox], [role=listbox]")) return;
    const way = { j: "walk-after", k: "walk-before" }[event.key.toLowerCase()];
    const link = way && document.getElementById(way);
    if (link) link.click();
  });
})();
