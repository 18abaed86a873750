/* What every page needs in the browser: session end, messages, theme, help, navigation, chips. */
(function () {
  const L = (window.lianshen = { texts: {} });

  L.textsFrom = function () {
    const holder = document.getElementById("texts");
    if (holder) L.texts = JSON.parse(holder.textContent);
    return L.texts;
  };
  /* A text of the message catalogue with its {names} filled in. */
  L.say = function (key, values) {
    const text = (L.texts[key] || L.textsFrom()[key] || key);
    return text.replace(/\{(\w+)\}/g, (_, name) => (values || {})[name] ?? "");
  };

  L.csrf = () => (document.cookie.match(/(?:^|; )_csrf_token=([^;]*)/) || [])[1] || "";

  /* A session that ended anywhere leads to the sign-in page and back here afterwards. */
  const plainFetch = window.fetch;
  window.fetch = async function (...request) {
    const answer = await plainFetch.apply(this, request);
    if (answer.status === 401) {
      location.href = "/login?expired=1&next=" + encodeURIComponent(location.pathname + location.search);
    }
    return answer;
  };

  L.post = async function (url, body) {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", "X-CSRFToken": L.csrf() },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, body: text ? JSON.parse(text) : {} };
  };

  let toastTimer = null;
  L.clearToast = function () {
    clearTimeout(toastTimer);
    L.undo = null;
    document.getElementById("toast").replaceChildren();
  };
  /* Show a message for eight seconds; with `undo` it carries a button, and Z does the same. */
  L.toast = function (text, { undo = null, bad = false, details = null } = {}) {
    L.clearToast();
    const box = document.createElement("div");
    box.className = "toast" + (bad ? " bad" : "");
    box.setAttribute("role", bad ? "alert" : "status");
    box.textContent = text;
    const offer = (label, act) => {
      const button = document.createElement("button");
      button.textContent = L.say(label);
      button.onclick = act;
      box.append(button);
    };
    if (details) offer("many.details", details);
    if (undo) {
      offer("toast.undo", undo);
      L.undo = undo;
    }
    document.getElementById("toast").append(box);
    toastTimer = setTimeout(L.clearToast, 8000);
  };

  L.typing = (target) => !!target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], dialog[open]");

  /* Go to another page of the app without loading it anew. */
  L.go = function (url) {
    history.pushState({}, "", url);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  };

  function toggleTheme() {
    const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    localStorage.setItem("lianshen-theme", theme);
    window.dispatchEvent(new CustomEvent("lianshen-theme"));
  }

  L.openHelp = () => document.getElementById("help").showModal();

  document.addEventListener("click", function (event) {
    document.querySelectorAll("details.chip[open]").forEach((chip) => {
      if (!chip.contains(event.target)) chip.open = false;
    });
    if (event.target.closest("#theme-toggle")) toggleTheme();
    if (event.target.closest("#help-open")) L.openHelp();
    const dialog = event.target.closest("dialog");
    if (dialog && (event.target === dialog || event.target.closest("[data-close]"))) dialog.close();
    if (event.target.closest("#sign-out")) {
      L.post("/logout", {}).then(() => { location.href = "/login"; });
    }
  });

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      const chip = document.querySelector("details.chip[open]");
      if (chip) {
        chip.open = false;
        chip.querySelector("summary").focus();
      } else if (L.typing(event.target)) {
        event.target.blur();
      }
      return;
    }
    if (event.key === "?" && !L.typing(event.target)) {
      event.preventDefault();
      L.openHelp();
    }
  });

  /* Mark where we are in the navigation: the same path, and the query that the link asks for. */
  L.markNavigation = function () {
    const here = new URL(location.href);
    const links = [...document.querySelectorAll(".nav a")];
    const fits = (link) => {
      const url = new URL(link.href);
      if (url.pathname !== here.pathname && !here.pathname.startsWith(url.pathname + "/")) return -1;
      const wanted = [...url.searchParams];
      const sorted = (list) => (list || "").split(",").sort().join(",");
      if (wanted.some(([key, value]) => sorted(here.searchParams.get(key)) !== sorted(value))) return -1;
      return wanted.length;
    };
    const best = links.reduce((found, link) => (fits(link) > (found ? fits(found) : -1) ? link : found), null);
    links.forEach((link) => {
      link.classList.toggle("on", link === best);
      link === best ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current");
    });
  };

  const clientside = (window.dash_clientside = window.dash_clientside || {});
  clientside.lianshen = Object.assign(clientside.lianshen || {}, {
    navigated: function () {
      L.markNavigation();
      return window.dash_clientside.no_update;
    },
    failed: function (text) {
      if (text) L.toast(text, { bad: true });
      return window.dash_clientside.no_update;
    },
  });
})();
