/* One's own page: the look, and the queue's columns as they were. */
(function () {
  const L = window.lianshen;
  const KEPT = "lianshen-theme";
  const system = () => (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

  L.markTheme = function () {
    const chosen = localStorage.getItem(KEPT) || "system";
    document.querySelectorAll("[data-theme-choice]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === chosen));
    });
  };

  function choose(theme) {
    theme === "system" ? localStorage.removeItem(KEPT) : localStorage.setItem(KEPT, theme);
    document.documentElement.dataset.theme = theme === "system" ? system() : theme;
    window.dispatchEvent(new CustomEvent("lianshen-theme"));
  }

  document.addEventListener("click", (event) => {
    const theme = event.target.closest("[data-theme-choice]");
    if (theme) choose(theme.dataset.themeChoice);
    const columns = event.target.closest("[data-columns-of]");
    if (columns) {
      localStorage.removeItem("lianshen-queue-columns-" + columns.dataset.columnsOf);
      L.toast(L.say("me.columns_done"));
    }
  });
  window.addEventListener("lianshen-theme", () => L.markTheme());
  new MutationObserver(() => {
    if (document.querySelector("[data-theme-choice]:not([data-marked])")) {
      document.querySelectorAll("[data-theme-choice]").forEach((button) => { button.dataset.marked = "1"; });
      L.markTheme();
    }
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
