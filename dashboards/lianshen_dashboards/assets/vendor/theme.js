/* Runs in <head>, before anything is painted, so that a dark page never flashes white. */
(function () {
  const kept = localStorage.getItem("lianshen-theme");
  const dark = kept ? kept === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
